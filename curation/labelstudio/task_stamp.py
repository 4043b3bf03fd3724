"""The stamp in a task's data: what the task was pushed with, also where every other trace is lost."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from curation.annotations.former_hash import FormerHash
from curation.annotations.record import Arm, suggestion_key, suggestion_of
from curation.documents.document import Document, Layer
from curation.files import Json
from curation.labelstudio.json_values import as_list, as_object
from curation.labelstudio.server.server_time import is_later
from curation.schema.guidelines import guideline_sha256
from curation.schema.model import Schema

# The key of a task's data that holds the stamp.
STAMP_KEY = "curate"

_ARMS: Mapping[str, Arm] = {
    "assisted": "assisted",
    "blind": "blind",
    "unknown": "unknown",
}


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
    that was returned for types that came later. *guideline* is the hash of the guideline that the
    project shows now, empty where an older ``curate`` pushed; *earlier_guidelines* are those before
    it. *returned* says which annotations went back.
    *dealt*: a push dealt the document into the blind arm, where it stays whatever comes later.
    """

    arm: Arm
    schema: str
    suggestion: str | None = None
    earlier: tuple[FormerHash, ...] = ()
    guideline: str = ""
    earlier_guidelines: tuple[FormerHash, ...] = ()
    returned: ReturnedWork | None = None
    dealt: bool = False

    def schema_at(self, moment: str) -> str:
        """The fingerprint of what the task offered at this time of the server; empty where unknown."""
        return hash_at(moment, self.schema, self.earlier)

    def guideline_at(self, moment: str) -> str:
        """The hash of the guideline that the project showed at this time; empty where unknown."""
        return hash_at(moment, self.guideline, self.earlier_guidelines)

    def with_guideline(self, guideline: str, *, until: str) -> "TaskStamp":
        """The stamp of a task whose project shows another *guideline* after *until*."""
        before = FormerHash(hash=self.guideline, until=until)
        return replace(
            self,
            guideline=guideline,
            earlier_guidelines=(*self.earlier_guidelines, before),
        )

    def with_guidelines_of(self, other: "TaskStamp | None") -> "TaskStamp":
        """The stamp with the guidelines of the *other*, where that has any."""
        if other is None or not other.guideline:
            return self
        return replace(
            self,
            guideline=other.guideline,
            earlier_guidelines=other.earlier_guidelines,
        )

    def to_json(self) -> Json:
        """The stamp as the task's data holds it."""
        stamp: Json = {"arm": self.arm, "schema": self.schema, "suggestion": self.suggestion}
        if self.guideline:
            stamp["guideline"] = self.guideline
        if self.earlier:
            stamp["earlier"] = [{"schema": e.hash, "until": e.until} for e in self.earlier]
        if self.earlier_guidelines:
            stamp["earlier_guidelines"] = [
                {"guideline": e.hash, "until": e.until} for e in self.earlier_guidelines
            ]
        if self.returned:
            reasons = dict(self.returned.reasons)
            stamp["returned"] = {"until": self.returned.until, "reasons": reasons}
        if self.dealt:
            stamp["dealt"] = True
        return stamp


def stamp_of(document: Document, schema: Schema) -> TaskStamp:
    """The stamp of a task that is made of *document*, whose layer names the model if there is one."""
    has_suggestions = document.layer is not None
    return TaskStamp(
        arm="assisted" if has_suggestions else "blind",
        schema=schema.fingerprint,
        suggestion=key_of_suggestion(document, schema) if has_suggestions else None,
        guideline=guideline_sha256(schema),
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
        earlier=tuple(_former(stamp.get("earlier"), "schema")),
        guideline=str(stamp.get("guideline") or ""),
        earlier_guidelines=tuple(_former(stamp.get("earlier_guidelines"), "guideline")),
        returned=_returned(stamp.get("returned")),
        dealt=stamp.get("dealt") is True,
    )


def hash_at(moment: str, now: str, earlier: Iterable[FormerHash]) -> str:
    """What a task offered at this time of the server, of what it offers *now* and what it did *earlier*."""
    for one in earlier:
        if not is_later(moment, one.until):
            return one.hash
    return now


def _former(entries: object, key: str) -> Iterator[FormerHash]:
    for entry in as_list(entries):
        fields = as_object(entry)
        yield FormerHash(hash=str(fields.get(key) or ""), until=str(fields.get("until") or ""))


def _returned(entry: object) -> ReturnedWork | None:
    fields = as_object(entry)
    reasons = as_object(fields.get("reasons"))
    if not reasons:
        return None
    return ReturnedWork(
        until=str(fields.get("until") or ""),
        reasons={uid: str(reason) for uid, reason in reasons.items()},
    )
