"""The types of the dataset's columns: in Parquet, and as the card declares them to load_dataset."""

from collections.abc import Mapping, Sequence
from typing import Any

from curation.documents.interchange import ARTICLE_FIELDS
from curation.files import Json
from curation.gold.tables.names import ANNOTATIONS, RELATIONS, TOKENS
from curation.gold.tables.rows import ARM_UNKNOWN_KEY, DECISIONS_KEY, GUIDELINE_KEY

# The names of the numbers that load_dataset gives instead of the words in a column.
ClassNames = Mapping[str, Sequence[str]]


def arrow_schema(kind: str) -> Any:
    """The Arrow schema of the tables of this kind (see ``Table``), without any metadata."""
    # Imported here so that only commands that seal a version wait for the package to load.
    import pyarrow

    text = pyarrow.string()
    number = pyarrow.int32()
    yes_or_no = pyarrow.bool_()
    texts = pyarrow.list_(text)
    entity = {"id": text, "start": number, "end": number, "label": text, "text": text}
    entities = _structs(entity)
    relations = _structs({"head": text, "tail": text, "label": text})
    if kind == TOKENS:
        columns = {"id": text, "group": text, "tokens": texts}
        columns |= {"starts": pyarrow.list_(number), "ner_tags": texts}
        return pyarrow.schema(columns)
    if kind == RELATIONS:
        end = pyarrow.struct({"start": number, "end": number, "label": text, "text": text})
        columns = {"id": text, "group": text, "text": text, "start": number}
        return pyarrow.schema(columns | {"head": end, "tail": end, "label": text})
    if kind == ANNOTATIONS:
        layer = dict.fromkeys(("kind", "name", "version", "weights", "rules"), text)
        decision = {
            "kind": text,
            "place": pyarrow.list_(pyarrow.list_(number)),
            "offered": _structs({"annotators": texts, "reading": text}),
            "chosen": text,
            "own": yes_or_no,
            "preselected": text,
            "adjudicator": text,
        }
        return pyarrow.schema(
            dict.fromkeys(("id", "text", "text_sha256", "meta", "annotator", "edited_by"), text)
            | {"entities": entities, "relations": relations, "flags": texts}
            | {"not_offered": texts}
            | {"first_entities": entities, "first_relations": relations}
            | {"first_unsure": yes_or_no, "not_independent": text}
            | {
                ARM_UNKNOWN_KEY: yes_or_no,
                GUIDELINE_KEY: text,
                DECISIONS_KEY: _structs(decision),
            }
            | {"suggested_by": text, "suggested_layer": pyarrow.struct(layer)}
            | {"suggested_entities": _structs(entity | {"score": pyarrow.float64()})}
            | {"suggested_relations": relations}
        )
    names = ("id", "text", *ARTICLE_FIELDS, "text_sha256", "ingest_version", "group")
    return pyarrow.schema(
        dict.fromkeys(names, text)
        | {"entities": entities, "relations": relations}
        | {"flags": texts, "annotators": texts, "n_annotations": number}
        | {"adjudicated": yes_or_no, "arm": text, "preannotated_by": text}
        | {"not_offered": texts, "meta": text}
    )


def declared_features(schema: Any, class_names: ClassNames) -> list[Json]:
    """
    The features of a file with this Arrow schema, as the ``dataset_info`` of a card declares them.

    Every version of datasets reads these; what newer ones write into the files, older ones don't.
    """
    return [
        {"name": field.name, **_feature(field.type, class_names.get(field.name, ()))}
        for field in schema
    ]


def _structs(fields: Mapping[str, Any]) -> Any:
    import pyarrow

    return pyarrow.list_(pyarrow.struct(fields))


def _feature(kind: Any, names: Sequence[str] = ()) -> Json:
    import pyarrow

    types = pyarrow.types
    if types.is_struct(kind):
        return {"struct": declared_features(kind, {})}
    if types.is_list(kind) and types.is_struct(kind.value_type):
        # Over a struct, `sequence` would make lists of its fields.
        return {"list": declared_features(kind.value_type, {})}
    if types.is_list(kind):
        inner = _feature(kind.value_type, names)
        return {"sequence": inner.get("dtype", inner)}
    if names:
        numbered = {str(number): name for number, name in enumerate(names)}
        return {"dtype": {"class_label": {"names": numbered}}}
    return {"dtype": "float64" if types.is_float64(kind) else str(kind)}
