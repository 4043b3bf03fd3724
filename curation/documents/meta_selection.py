"""Documents chosen by their metadata, as ``--where KEY=VALUE`` says."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from curation.documents.document import Meta
from curation.errors import UsageError
from curation.list_limit import join_first

_YES_AND_NO = frozenset({"true", "false"})


@dataclass(frozen=True)
class MetaCondition:
    """What one field of the metadata must be; the value is as it is typed."""

    key: str
    value: str

    def __str__(self) -> str:
        return f"{self.key}={self.value}"


@dataclass(frozen=True)
class MetaSelection:
    """The documents for which all *conditions* hold: all documents, where there are none."""

    conditions: tuple[MetaCondition, ...] = ()

    def __str__(self) -> str:
        return ", ".join(map(str, self.conditions))

    def __bool__(self) -> bool:
        return bool(self.conditions)

    def selected_ids(self, metas: Iterable[tuple[str, Meta]], place: str) -> frozenset[str]:
        """
        The ids of the documents that are selected; each comes with its metadata, maybe several times.

        A document without a field that is true or false elsewhere counts as false there. Raises
        UsageError where no document of *place* has a field, or none is selected.
        """
        keys: set[str] = set()
        documents: dict[str, list[str | None]] = {}
        for document, meta in metas:
            keys.update(meta)
            documents[document] = [_typed(meta, one.key) for one in self.conditions]
        selected = set(documents)
        known = []
        for number, one in enumerate(self.conditions):
            found = {document: values[number] for document, values in documents.items()}
            there = sorted(filter(None, {*found.values()}))
            if not there:
                raise UsageError(
                    f"--where {one}: no document of {place} has {one.key!r} in its metadata",
                    hint=f"fields that documents have: {join_first(sorted(keys)) or 'none'}",
                )
            absent = "false" if _YES_AND_NO.issuperset(there) else None
            selected &= {
                document for document, value in found.items() if (value or absent) == one.value
            }
            known.append(f"{one.key} is {join_first(there)}")
        if not selected:
            raise UsageError(
                f"--where {self}: no document of {place} is selected",
                hint=f"values that documents have: {'; '.join(known)}",
            )
        return frozenset(selected)


EVERY_DOCUMENT = MetaSelection()


def read_selection(given: Iterable[str]) -> MetaSelection:
    """The selection of conditions as they are typed; raises UsageError for one without ``=`` or key."""
    conditions = []
    for typed in given:
        key, equals, value = typed.partition("=")
        if not (key and equals):
            raise UsageError(
                f"--where {typed}: no condition",
                hint="give a field of the metadata and its value: --where baseline_saw=false",
            )
        conditions.append(MetaCondition(key, value))
    return MetaSelection(tuple(conditions))


def _typed(meta: Meta, key: str) -> str | None:
    """A value of the metadata as one types it: a text as it is, others as in JSON; None without one."""
    if key not in meta:
        return None
    value = meta[key]
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
