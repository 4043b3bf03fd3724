"""Relations by rules over the parse: each rule looks at a reading and yields what it sees."""

from collections.abc import Callable, Iterator

from curation.documents.document import Relation
from curation.preannotate.parsed_article import Reading
from curation.preannotate.relations.affiliated_with import affiliated_with
from curation.preannotate.relations.agreement_with import agreement_with
from curation.preannotate.relations.based_in import based_in
from curation.preannotate.relations.has_nationality import has_nationality
from curation.preannotate.relations.holds_position import holds_position
from curation.preannotate.relations.located_in import located_in
from curation.preannotate.relations.meets_with import meets_with
from curation.preannotate.relations.member_of import member_of
from curation.preannotate.relations.opposes import opposes
from curation.preannotate.relations.supports import supports
from curation.schema import Schema

Rule = Callable[[Reading], Iterator[Relation]]

RULES: tuple[Rule, ...] = (
    holds_position,
    affiliated_with,
    member_of,
    based_in,
    located_in,
    has_nationality,
    meets_with,
    agreement_with,
    supports,
    opposes,
)


def find(reading: Reading, schema: Schema) -> tuple[Relation, ...]:
    """What all rules see and the schema allows, each once, in canonical direction."""
    found = {
        schema.canonical_relation(relation)
        for rule in RULES
        for relation in rule(reading)
        if _allowed(relation, schema)
    }
    return tuple(sorted(found))


def _allowed(relation: Relation, schema: Schema) -> bool:
    kind = schema.relations.get(relation.label)
    joins = kind is not None and kind.joins(relation.head.label, relation.tail.label)
    return joins and relation.head != relation.tail
