"""The stamp in a task's data: what the task was pushed with, also where every other trace is lost."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from curation.annotations.record import Arm, suggestion_key, suggestion_of
from curation.documents.document import Document, Layer
from curation.files import Json
from curation.labelstudio.json_values import as_list, as_object
from curation.labelstudio.server_time import is_later
from curation.schema.model import Schema

# The key of a task's data that holds the stamp.
STAMP_KEY = "curate"

_ARMS: Mapping[str, Arm] = {
    "assisted": "assisted",
    "blind": "blind",
    "unknown": "unknown",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierSchema:
    """What a task offered to annotations last updated at *until* or before; *schema* is empty where unknown."""

    schema: str
    until: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedWork:
    """
    Annotations that were returned to their annotators.

    *reasons* are by the annotation's uid; an annotation updated after *until* is mended.
    """

    until: str
    reasons: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskStamp:
    """
    What was pushed with a task that nobody had begun.

    *arm* says whether suggestions came with the task, *suggestion* is the key that they have in a
    record, None where there are none or nobody knows which. *schema* is the fingerprint of the
    schema whose types the task offers now; *earlier* are those before it, oldest first, of a task
    that was returned for types that came later. *returned* says which annotations went back.
    *dealt*: a push dealt the document into the blind arm, where it stays whatever comes later.
    """

    arm: Arm
    schema: str
    suggestion: str | None = None
    earlier: tuple[EarlierSchema, ...] = ()
    returned: ReturnedWork | None = None
    dealt: bool = False

    def schema_at(self, moment: str) -> str:
        """The fingerprint of what the task offered at this time of the server; empty where unknown."""
        for one in self.earlier:
            if not is_later(moment, one.until):
                return one.schema
        return self.schema

    def to_json(self) -> Json:
        """The stamp as the task's data holds it."""
        stamp: Json = {"arm": self.arm, "schema": self.schema, "suggestion": self.suggestion}
        if self.earlier:
            stamp["earlier"] = [{"schema": e.schema, "until": e.until} for e in self.earlier]
        if self.returned:
            reasons = dict(self.returned.reasons)
            stamp["returned"] = {"until": self.returned.until, "reasons": reasons}
        if self.dealt:
            stamp["dealt"] = True
        return stamp


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
        arm=arm,
        schema=schema,
        suggestion=suggestion if isinstance(suggestion, str) else None,
        earlier=tuple(_earlier(stamp.get("earlier"))),
        returned=_returned(stamp.get("returned")),
        dealt=stamp.get("dealt") is True,
    )


def _earlier(entries: object) -> Iterator[EarlierSchema]:
    for entry in as_list(entries):
        fields = as_object(entry)
        yield EarlierSchema(
            schema=str(fields.get("schema") or ""), until=str(fields.get("until") or "")
        )


def _returned(entry: object) -> ReturnedWork | None:
    fields = as_object(entry)
    reasons = as_object(fields.get("reasons"))
    if not reasons:
        return None
    return ReturnedWork(
        until=str(fields.get("until") or ""),
        reasons={uid: str(reason) for uid, reason in reasons.items()},
    )
