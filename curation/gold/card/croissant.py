"""``croissant.json``: the newest version as machines and research venues ask for it, with what is known of its making."""

import json
from collections.abc import Iterator
from typing import Any

from curation.files import Json
from curation.gold.card.annotation_sentences import (
    adjudication_sentences,
    annotation_sentences,
    describe_annotation_counts,
    describe_annotators,
    platform_sentences,
)
from curation.gold.card.articles import license_notice, personal_data_notice
from curation.gold.card.citation import KEYWORDS, bibtex
from curation.gold.card.known_limits import limit_sentences
from curation.gold.card.scores import baseline_sentences
from curation.gold.card.source import CardSource
from curation.gold.dataset_facts import DatasetAuthor
from curation.gold.licences import LICENSES, find_license
from curation.gold.tables.names import Table
from curation.gold.tables.parquet import ParquetFacts, read_parquet_facts

CROISSANT_FILE = "croissant.json"

_CONFORMS_TO = ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"]

# The context of the format, as its readers expect it.
_CONTEXT: Json = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileProperty": "cr:fileProperty",
    "fileObject": "cr:fileObject",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}


def croissant_json(source: CardSource) -> str:
    """The content of ``croissant.json``, in version 1.0 of the format with the fields for responsible AI."""
    publisher = source.publisher
    licenses = {publisher.annotation_license, *source.numbers.all_licenses}
    known: Json = {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": publisher.title,
        "description": publisher.description,
        "conformsTo": _CONFORMS_TO,
        "version": source.version,
        "datePublished": source.manifest.released,
        "license": sorted(_license_address(one) for one in licenses),
        "usageInfo": license_notice(source),
        "url": publisher.url,
        "identifier": f"https://doi.org/{publisher.doi}" if publisher.doi else "",
        "creator": [_creator(author) for author in publisher.authors],
        "citeAs": publisher.citation or bibtex(source),
        "keywords": list(KEYWORDS),
        "inLanguage": source.numbers.language_codes,
        "isLiveDataset": False,
        **_responsible_ai(source),
    }
    said = {name: value for name, value in known.items() if value not in ("", [])}
    folder = source.gold / source.version
    tables = {file: table for file in source.manifest.files if (table := Table.of_file(file))}
    found = {
        file: facts
        for file in tables
        if (facts := read_parquet_facts(folder / file)) is not None
    }
    said["distribution"] = [_file_object(source, file, found[file]) for file in found]
    said["recordSet"] = [
        _record_set(source, file, tables[file], facts) for file, facts in found.items()
    ]
    return json.dumps(said, ensure_ascii=False, indent=2) + "\n"


def _responsible_ai(source: CardSource) -> Json:
    """How articles were collected, who annotated them and how well, what the limits are, whose data it is."""
    publisher = source.publisher
    numbers = source.numbers
    manifest = source.manifest
    tools = [str(layer) for layer in manifest.layers]
    days = sorted({numbers.first_day, numbers.last_day} - {""})
    known = {
        "dataCollection": publisher.selection,
        "dataCollectionType": ["Secondary Data Analysis"],
        "dataCollectionTimeFrame": days,
        "dataPreprocessingProtocol": [
            f"curate ingest, version {version} of its normalisation"
            for version in manifest.ingest
        ],
        "dataAnnotationProtocol": [
            f"the guideline at the release has sha256 {manifest.guideline_sha256}",
            *annotation_sentences(source),
            *adjudication_sentences(source),
        ],
        "dataAnnotationPlatform": list(platform_sentences(source)),
        "dataAnnotationAnalysis": [*manifest.agreement, *baseline_sentences(source)],
        "annotationsPerItem": describe_annotation_counts(source),
        "annotatorDemographics": [describe_annotators(numbers)],
        "machineAnnotationTools": tools,
        "dataLimitations": list(limit_sentences(source)),
        "personalSensitiveInformation": [
            *filter(None, [publisher.personal_data]),
            personal_data_notice(),
        ],
        "dataReleaseMaintenancePlan": (
            "A version never changes; corrections are a new version, which CHANGELOG.md describes."
            f" Contact: {publisher.contact}"
        ),
    }
    return {f"rai:{name}": value for name, value in known.items() if value}


def _creator(author: DatasetAuthor) -> Json:
    kind = "sc:Person" if "," in author.name or author.orcid else "sc:Organization"
    known = {
        "@type": kind,
        "name": author.name,
        "sameAs": f"https://orcid.org/{author.orcid}" if author.orcid else "",
    }
    if author.affiliation:
        known["affiliation"] = author.affiliation
    return {name: value for name, value in known.items() if value}


def _license_address(license_: str) -> str:
    found = find_license(license_)
    return LICENSES[found.id].link if found else license_


def _file_object(source: CardSource, file: str, found: ParquetFacts) -> Json:
    path = f"{source.version}/{file}"
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": file,
        "contentUrl": path,
        "contentSize": f"{found.file_bytes} B",
        "encodingFormat": "application/x-parquet",
        "sha256": source.manifest.files[file],
    }


def _record_set(source: CardSource, file: str, table: Table, found: ParquetFacts) -> Json:
    identity = f"{table.config(source.version)}/{table.split}"
    return {
        "@type": "cr:RecordSet",
        "@id": identity,
        "name": identity,
        "field": list(_fields(identity, f"{source.version}/{file}", found.schema)),
    }


def _fields(parent: str, file: str, columns: Any) -> Iterator[Json]:
    """
    A field for each column of a file; the parts of structs are fields of their own.

    Readers of the format can't follow a list of structs inside another one, so that a part which is
    such a list is named in the description alone.
    """
    import pyarrow

    types = pyarrow.types
    for column in columns:
        is_list = types.is_list(column.type)
        inner = column.type.value_type if is_list else column.type
        identity = f"{parent}/{column.name}"
        if not types.is_struct(inner):
            yield _field(identity, column.type, file, (column.name,))
            continue
        unread = [part.name for part in inner if _is_list_of_structs(part.type)]
        yield {
            "@type": "cr:Field",
            "@id": identity,
            "name": column.name,
            **({"description": f"also has {', '.join(unread)}"} if unread else {}),
            **({"repeated": True} if is_list else {}),
            "subField": [
                _field(f"{identity}/{part.name}", part.type, file, (column.name, part.name))
                for part in inner
                if part.name not in unread
            ],
        }


def _field(identity: str, kind: Any, file: str, path: tuple[str, ...]) -> Json:
    """The field of a column, or of a part of one, that is no struct; *path* has the names of both."""
    import pyarrow

    column, *parts = path
    is_repeated = pyarrow.types.is_list(kind)
    return {
        "@type": "cr:Field",
        "@id": identity,
        "name": path[-1],
        **({"repeated": True} if is_repeated else {}),
        "dataType": _data_type(kind.value_type if is_repeated else kind),
        "source": {
            "fileObject": {"@id": file},
            "extract": {"column": column},
            **({"transform": [{"jsonPath": part} for part in parts]} if parts else {}),
        },
    }


def _is_list_of_structs(kind: Any) -> bool:
    import pyarrow

    return bool(pyarrow.types.is_list(kind) and pyarrow.types.is_struct(kind.value_type))


def _data_type(kind: Any) -> str:
    import pyarrow

    if pyarrow.types.is_list(kind):
        return _data_type(kind.value_type)
    if pyarrow.types.is_boolean(kind):
        return "sc:Boolean"
    if pyarrow.types.is_integer(kind):
        return "sc:Integer"
    return "sc:Float" if pyarrow.types.is_floating(kind) else "sc:Text"
