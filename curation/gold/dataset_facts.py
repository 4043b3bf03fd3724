"""``gold/dataset.toml``: what only the publisher knows of the dataset, read strictly."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from curation.errors import GoldError, abbreviate
from curation.files import read_text, write_text
from curation.gold.dataset_mistakes import (
    ANNOTATOR_KINDS,
    AUTHOR_NAME,
    NEEDED_FACTS,
    NO_AUTHORS,
    find_dataset_mistakes,
)
from curation.gold.licences import license_id
from curation.gold.release.splits import DEFAULT_FRACTIONS, SPLITS
from curation.schema.toml_file import TomlMistakes, describe_fault, parse_toml_file

DATASET_FILE = "dataset.toml"

DEFAULT_MIN_DOCUMENTS = 10
DEFAULT_NONE_SHARE = 0.2

_Text = Annotated[str, Field(min_length=1)]
_Share = Annotated[float, Field(ge=0, le=1)]


_SHARES = (*SPLITS, "none_share")
_SHARE_EXPECTED = "a number from 0 to 1 is expected, without quotes"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Author(_Strict):
    name: _Text
    orcid: str = ""
    affiliation: str = ""


class _Splits(_Strict):
    train: _Share
    validation: _Share
    test: _Share
    min_documents: Annotated[int, Field(ge=0)] = DEFAULT_MIN_DOCUMENTS


class _Views(_Strict):
    none_share: _Share = DEFAULT_NONE_SHARE


class _Articles(_Strict):
    license: _Text


class _File(_Strict):
    title: str
    description: str
    contact: str
    annotation_license: str
    selection: str
    citation: str
    authors: list[_Author]
    url: str = ""
    doi: str = ""
    repository: str = ""
    personal_data: str = ""
    annotators: str = ""
    splits: _Splits | None = None
    views: _Views = _Views()
    articles: _Articles | None = None


# The tables of which a release is planned.
_PLANNED_BY = frozenset({"splits", "articles"})


@dataclass(frozen=True, kw_only=True)
class DatasetAuthor:
    """Who is cited; *orcid* is an ORCID iD, and empty like *affiliation* where it isn't said."""

    name: str
    orcid: str = ""
    affiliation: str = ""


@dataclass(frozen=True, kw_only=True)
class DatasetFacts:
    """
    What only the publisher knows, as ``dataset.toml`` says it.

    *citation* is the BibTeX entry of a paper, *url* the page and *doi* the DOI of the dataset,
    *repository* its name on the Hub, *personal_data* what is said of people in the articles, *annotators* which kind of people annotated, in the Hub's words; these six
    may be empty.
    *annotation_license* and *article_license* are ids of the table of licences; *article_license* is
    that of documents that say none, ``unknown``, or empty where the publisher says nothing. *fractions* gives the share of the groups by split,
    *min_documents* what a split should have, *none_share* how many of the pairs without a
    relation ``-relations`` has. *unsound* are the tables in which something is wrong: what they say
    is as if nobody had said it.
    """

    title: str
    description: str
    contact: str
    authors: tuple[DatasetAuthor, ...]
    annotation_license: str
    selection: str
    citation: str = ""
    url: str = ""
    doi: str = ""
    repository: str = ""
    personal_data: str = ""
    annotators: str = ""
    fractions: Mapping[str, float] = field(default_factory=lambda: DEFAULT_FRACTIONS)
    min_documents: int = DEFAULT_MIN_DOCUMENTS
    none_share: float = DEFAULT_NONE_SHARE
    article_license: str = ""
    unsound: frozenset[str] = frozenset()


class DatasetFactsError(GoldError):
    """``dataset.toml`` is missing, or wrong; *usable* is what a release can be planned by all the same."""

    def __init__(
        self, message: str, *, hint: str = "", usable: DatasetFacts | None = None
    ) -> None:
        super().__init__(message, hint=hint)
        self.usable = usable or DatasetFacts(
            title="",
            description="",
            contact="",
            authors=(),
            annotation_license="",
            selection="",
            unsound=_PLANNED_BY,
        )


def read_dataset_facts(gold: Path) -> DatasetFacts:
    """
    What ``dataset.toml`` in the folder *gold* says.

    Raises DatasetFactsError where the file is missing, and with everything that is wrong in it.
    """
    path = gold / DATASET_FILE
    if not path.exists():
        what = f"{path} is missing: it says what only you know of the dataset"
        hint = f"curate release (writes {path} as a form to fill in)"
        raise DatasetFactsError(what, hint=hint)
    return parse_dataset_facts(read_text(path), path)


def require_dataset_facts(gold: Path) -> DatasetFacts:
    """The same; where the file is missing, it is written as a form to fill in, and DatasetFactsError raised."""
    path = gold / DATASET_FILE
    if not path.exists():
        write_text(path, dataset_form())
        what = f"{path} was missing and is now a form: it asks for what only you know of the dataset"
        raise DatasetFactsError(what, hint=f"fill in {path}, then: curate release")
    return read_dataset_facts(gold)


def parse_dataset_facts(text: str, path: Path) -> DatasetFacts:
    """What *text* says, the content of the file *path*; DatasetFactsError with everything that is wrong in it."""
    toml = parse_toml_file(text, path, DatasetFactsError)
    mistakes = TomlMistakes(text, path)
    parsed = _validated(toml, mistakes)
    find_dataset_mistakes(toml, mistakes)
    if parsed is None or mistakes:
        listed = GoldError.from_problems(mistakes.problems(), hint=f"mend {path}")
        usable = _usable_facts(toml, mistakes)
        raise DatasetFactsError(f"{listed}", hint=listed.hint, usable=usable)
    return DatasetFacts(
        title=_one_line(parsed.title),
        description=parsed.description.strip(),
        contact=_one_line(parsed.contact),
        authors=tuple(DatasetAuthor(**author.model_dump()) for author in parsed.authors),
        annotation_license=license_id(parsed.annotation_license),
        selection=parsed.selection.strip(),
        citation=parsed.citation.strip(),
        url=parsed.url.strip(),
        doi=parsed.doi.strip(),
        repository=parsed.repository,
        personal_data=parsed.personal_data.strip(),
        annotators=parsed.annotators.strip(),
        fractions=_fractions(parsed.splits),
        min_documents=parsed.splits.min_documents if parsed.splits else DEFAULT_MIN_DOCUMENTS,
        none_share=parsed.views.none_share,
        article_license=license_id(parsed.articles.license) if parsed.articles else "",
    )


def _usable_facts(toml: Mapping[str, Any], mistakes: TomlMistakes) -> DatasetFacts:
    """What the tables say that are sound and that a release is planned by."""
    unsound = _PLANNED_BY & mistakes.tables
    found = {name: toml[name] for name in _PLANNED_BY - unsound if name in toml}
    articles = _Articles(**found["articles"]) if "articles" in found else None
    return replace(
        DatasetFactsError("").usable,
        fractions=_fractions(_Splits(**found["splits"]) if "splits" in found else None),
        article_license=license_id(articles.license) if articles else "",
        unsound=unsound,
    )


def _fractions(splits: _Splits | None) -> Mapping[str, float]:
    if splits is None:
        return DEFAULT_FRACTIONS
    return {split: getattr(splits, split) for split in SPLITS}


def dataset_form() -> str:
    """The content of a ``dataset.toml`` that nobody has filled in."""
    questions = "\n\n".join(
        f'# {what[0].upper()}{what[1:]}.\n{key} = ""' for key, what in NEEDED_FACTS.items()
    )
    splits = "\n".join(f"{split} = {share}" for split, share in DEFAULT_FRACTIONS.items())
    return f"""# What only you know of the dataset. `curate release` puts it on the card (README.md), into
# croissant.json, CITATION.cff, .zenodo.json and LICENSE.md. Fill in what is between the quotes.
# May also have: url and doi of the dataset, repository (its name on the Hub), personal_data (what readers should know of the people in
# the articles), and annotators ({" or ".join(ANNOTATOR_KINDS)}: what the
# people are who annotated). docs/releasing.md of curate says more.

{questions}

# Who is cited, one table each, in this order: "Family, Given" for a person, a group without comma.
# May also have: orcid = "0000-0002-1825-0097", affiliation = "…"
[[authors]]
name = ""

# The share of the articles in each split; a split with fewer documents than min_documents is told.
# Articles of a sealed version never move, whatever stands here later.
[splits]
{splits}
min_documents = {DEFAULT_MIN_DOCUMENTS}

# How many of the pairs of entities without a relation the view <version>-relations has, as "none".
[views]
none_share = {DEFAULT_NONE_SHARE}

# The licence of articles that say none: an id as in cc-by-4.0, or unknown.
# [articles]
# license = "unknown"
"""


def _validated(toml: Mapping[str, Any], mistakes: TomlMistakes) -> _File | None:
    try:
        return _File.model_validate(toml)
    except ValidationError as error:
        for detail in error.errors(include_url=False):
            keys = [str(part) for part in detail["loc"]]
            what = describe_fault(detail)
            if detail["type"] == "missing" and keys[-1] in NEEDED_FACTS:
                what += f": {NEEDED_FACTS[keys[-1]]}"
            elif keys[-1] in _SHARES and detail["type"] != "missing":
                what = f"{'.'.join(keys)!r} is {abbreviate(detail['input'])}; {_SHARE_EXPECTED}"
            elif detail["type"] == "missing" and keys == ["authors"]:
                what = NO_AUTHORS
            elif keys[0] == "authors" and keys[-1] == "name":
                what += f": {AUTHOR_NAME}"
            mistakes.add_fault(detail, what, *keys)
        return None


def _one_line(text: str) -> str:
    return " ".join(text.split())
