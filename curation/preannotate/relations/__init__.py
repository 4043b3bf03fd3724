"""The rules for relations: each takes a parsed article and yields relations of one label."""

from collections.abc import Callable, Iterable, Iterator

from curation.documents.document import Entity, Relation
from curation.preannotate.parsed_article import ParsedArticle
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

Rule = Callable[[ParsedArticle], Iterator[Relation]]

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


def find_relations(article: ParsedArticle, schema: Schema) -> tuple[Relation, ...]:
    """The relations of all rules that the schema allows, sorted, each once in its canonical direction."""
    found = (one for rule in RULES for one in rule(article))
    return tuple(sorted(_once_each(article, allowed_relations(found, schema))))


def allowed_relations(found: Iterable[Relation], schema: Schema) -> tuple[Relation, ...]:
    """Those of the relations that the schema allows, sorted, each once in its canonical direction."""
    relations = {
        schema.canonical_relation(relation)
        for relation in found
        if _is_allowed(relation, schema)
    }
    return tuple(sorted(relations))


def _once_each(article: ParsedArticle, relations: Iterable[Relation]) -> Iterator[Relation]:
    """The relations, of which a sentence states each once: with the first mention of a party."""
    stated: set[tuple[str, str, str, int]] = set()
    for relation in sorted(relations, key=lambda one: (one.head, one.tail, one.label)):
        ends = (_party(article, relation.head), _party(article, relation.tail))
        key = (*ends, relation.label, article.sentence_start(relation.head))
        if key not in stated:
            stated.add(key)
            yield relation


def _party(article: ParsedArticle, entity: Entity) -> str:
    """What tells two mentions of one party; of a person, and an office, the last word."""
    words = article.text[entity.start : entity.end]
    return words.split()[-1] if entity.label == "PERSON" else words


def _is_allowed(relation: Relation, schema: Schema) -> bool:
    kind = schema.relations.get(relation.label)
    is_allowed = kind is not None and kind.joins_either_way(
        relation.head.label, relation.tail.label
    )
    return is_allowed and relation.head != relation.tail
