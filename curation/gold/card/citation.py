"""How a version is cited: BibTeX, ``CITATION.cff`` for GitHub and ``.zenodo.json`` for Zenodo."""

import json
import re

from curation.articles import UNKNOWN_LICENSE
from curation.files import Json
from curation.gold.card.articles import license_notice
from curation.gold.card.source import CardSource
from curation.gold.dataset_facts import DatasetAuthor

CITATION_FILE = "CITATION.cff"
ZENODO_FILE = ".zenodo.json"

KEYWORDS = ("named entity recognition", "relation extraction", "news")

_TEX_LETTERS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
}


def bibtex(source: CardSource) -> str:
    """The BibTeX entry of the newest version."""
    publisher = source.publisher
    fields = {
        "title": f"{{{_tex(publisher.title)}}}",
        "author": " and ".join(map(_bibtex_name, publisher.authors)),
        "year": source.manifest.released[:4],
        "version": source.version,
        "doi": publisher.doi,
        "url": publisher.url,
    }
    said = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items() if value)
    return f"@misc{{{_key(source)},\n{said}\n}}"


def citation_cff(source: CardSource) -> str:
    """The content of ``CITATION.cff``, version 1.2.0 of the format."""
    publisher = source.publisher
    known = {
        "cff-version": "1.2.0",
        "message": "If you use this dataset, please cite it as below.",
        "type": "dataset",
        "title": publisher.title,
        "abstract": publisher.description,
        "authors": [_cff_author(author) for author in publisher.authors],
        "version": source.version,
        "date-released": source.manifest.released,
        "license": _spdx(publisher.annotation_license) if _is_open(source) else "",
        "doi": publisher.doi,
        "url": publisher.url,
        "keywords": list(KEYWORDS),
    }
    # JSON is YAML, and quotes what YAML would read as something else than a string.
    return "".join(
        f"{name}: {json.dumps(value, ensure_ascii=False)}\n"
        for name, value in known.items()
        if value
    )


def zenodo_json(source: CardSource) -> str:
    """The content of ``.zenodo.json``, the metadata of an upload to Zenodo."""
    publisher = source.publisher
    is_open = _is_open(source)
    known: Json = {
        "upload_type": "dataset",
        "title": publisher.title,
        "description": publisher.description,
        "creators": [
            {name: value for name, value in _zenodo_creator(author).items() if value}
            for author in publisher.authors
        ],
        "version": source.version,
        "publication_date": source.manifest.released,
        "access_right": "open" if is_open else "restricted",
        "license": publisher.annotation_license,
        "access_conditions": "" if is_open else license_notice(source),
        "notes": license_notice(source),
        "keywords": list(KEYWORDS),
        "related_identifiers": [{"identifier": publisher.url, "relation": "isIdenticalTo"}]
        if publisher.url
        else [],
    }
    said = {name: value for name, value in known.items() if value}
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _is_open(source: CardSource) -> bool:
    """Whether every article may be passed on under some licence."""
    return not source.numbers.all_licenses[UNKNOWN_LICENSE]


def _key(source: CardSource) -> str:
    words = re.findall(r"[a-z0-9]+", source.publisher.title.lower())[:6]
    return "_".join([*words, source.version.replace(".", "_")])


def _bibtex_name(author: DatasetAuthor) -> str:
    """``Family, Given`` as it is; a name without a comma is a group's, and isn't taken apart."""
    name = _tex(author.name)
    return name if "," in name else f"{{{name}}}"


def _tex(text: str) -> str:
    special = re.sub(
        r"[\\~^]", lambda found: _TEX_LETTERS[found[0]], text.translate(_NO_BRACES)
    )
    return re.sub(r"([&%$#_])", r"\\\1", special)


_NO_BRACES = str.maketrans("{}", "()")


def _cff_author(author: DatasetAuthor) -> Json:
    family, comma, given = (part.strip() for part in author.name.partition(","))
    orcid = {"orcid": f"https://orcid.org/{author.orcid}"} if author.orcid else {}
    if not comma:
        return {"name": author.name, **orcid}
    affiliation = {"affiliation": author.affiliation} if author.affiliation else {}
    return {"family-names": family, "given-names": given, **orcid, **affiliation}


def _zenodo_creator(author: DatasetAuthor) -> dict[str, str]:
    return {"name": author.name, "orcid": author.orcid, "affiliation": author.affiliation}


def _spdx(license_: str) -> str:
    """The id that SPDX has for a licence of the table, in the capitals that CITATION.cff wants."""
    others = {"pddl": "PDDL-1.0", "odc-by": "ODC-By-1.0", "odbl": "ODbL-1.0"}
    return others.get(license_, license_.upper())
