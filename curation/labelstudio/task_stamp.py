"""The stamp in a task's data: what the task was pushed with, also where every other trace is lost."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from curation.annotations.record import Arm, suggestion_key, suggestion_of
from curation.documents.document import Document, Layer
from curation.files import Json
from curation.schema.model import Schema

# The key of a task's data that holds the stamp.
STAMP_KEY = "curate"

_ARMS: Mapping[str, Arm] = {
    "assisted": "assisted",
    "blind": "blind",
    "unknown": "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStamp:
    """
    What was pushed with a task that nobody had begun.

    *arm* says whether suggestions came with the task, *suggestion* is the key that they have in a
    record, None where there are none or nobody knows which. *schema* is the fingerprint of the
    schema whose types the task offers.
    """

    arm: Arm
    schema: str
    suggestion: str | None = None

    def to_json(self) -> Json:
        """The stamp as the task's data holds it."""
        return {"arm": self.arm, "schema": self.schema, "suggestion": self.suggestion}


def stamp_of(document: Document, schema: Schema) -> TaskStamp:
    """The stamp of a task that is made of *document*, whose layer names the model if there is one."""
    if document.layer is None:
        return TaskStamp(arm="blind", schema=schema.fingerprint)
    return TaskStamp(
        arm="assisted",
        schema=schema.fingerprint,
        suggestion=key_of_suggestion(document, schema),
    )


def key_of_suggestion(document: Document, schema: Schema) -> str:
    """The key that a document with a model's suggestions has in a record, once it was pulled."""
    # Label Studio keeps the model as one line.
    as_pulled = replace(
        schema.canonical(document), layer=Layer.parse_model(str(document.layer))
    )
    return suggestion_key(suggestion_of(as_pulled))


def read_stamp(data: Mapping[str, object]) -> TaskStamp | None:
    """The stamp in a task's data; None where there is none, or somebody has changed what it is made of."""
    stamp = data.get(STAMP_KEY)
    if not isinstance(stamp, dict):
        return None
    arm = _ARMS.get(str(stamp.get("arm")))
    schema = stamp.get("schema")
    suggestion = stamp.get("suggestion")
    if arm is None or not isinstance(schema, str):
        return None
    return TaskStamp(
        arm=arm, schema=schema, suggestion=suggestion if isinstance(suggestion, str) else None
    )
