"""Which documents were annotated before a type was offered, by the index of gold/next."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field

from curation.gold.working.version import WorkingVersion


@dataclass(frozen=True, kw_only=True)
class TypesNotOffered:
    """
    Documents whose annotations count, and which types some of these annotations were not offered.

    *by_type* gives the ids of the documents that lack a type, in the order of the types; *unknown*
    has those of which no annotation says what it was offered.
    """

    by_type: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unknown: tuple[str, ...] = ()


def find_types_not_offered(working: WorkingVersion) -> TypesNotOffered:
    """The types that documents of gold/next lack; what a verdict has decided doesn't count."""
    schema = working.schema
    by_type: dict[str, list[str]] = defaultdict(list)
    unknown: list[str] = []
    for facts in working.all_facts():
        if facts.state != "active":
            continue
        schemas = {one.schema for one in facts.accounts if one.status == "submitted"}
        known = [
            names for one in schemas if (names := schema.types_not_offered(one)) is not None
        ]
        if schemas and not known:
            unknown.append(facts.document)
        for name in {name for names in known for name in names}:
            by_type[name].append(facts.document)
    order = (*schema.entities, *schema.relations)
    return TypesNotOffered(
        by_type={name: tuple(sorted(by_type[name])) for name in order if name in by_type},
        unknown=tuple(sorted(unknown)),
    )
