"""Names of types: the rules use those they were written with, whatever the schema calls them now."""

from dataclasses import replace

from curation.preannotate.relations import RULES
from curation.schema import EntityType, RelationType, Schema

RULE_ENTITY_TYPES = frozenset(
    {"PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "EVENT", "LAW", "DATE", "MONEY", "TITLE"}
)
# Types that the rules suggest whatever the labels of the model are.
RULE_TYPES = frozenset({"TITLE"})
RULE_RELATIONS = frozenset(rule.__name__ for rule in RULES)


def with_rule_names(schema: Schema) -> Schema:
    """
    The schema with the rules' names for types that were renamed.

    Its ``with_current_names`` turns the schema's names into the rules' names; that of *schema*
    turns them back.
    """
    names = {kind.name: _rule_name(kind) for kind in schema.entities.values()}
    entities = (
        replace(kind, name=names[kind.name], former_names=_former_names(kind, names[kind.name]))
        for kind in schema.entities.values()
    )
    relations = (
        replace(
            kind,
            name=_rule_name(kind),
            former_names=_former_names(kind, _rule_name(kind)),
            head=tuple(names[end] for end in kind.head),
            tail=tuple(names[end] for end in kind.tail),
        )
        for kind in schema.relations.values()
    )
    return replace(
        schema,
        entities={kind.name: kind for kind in entities},
        relations={kind.name: kind for kind in relations},
    )


def _rule_name(kind: EntityType | RelationType) -> str:
    known = RULE_ENTITY_TYPES if isinstance(kind, EntityType) else RULE_RELATIONS
    former = (name for name in reversed(kind.former_names) if name in known)
    return kind.name if kind.name in known else next(former, kind.name)


def _former_names(kind: EntityType | RelationType, rule_name: str) -> tuple[str, ...]:
    return () if rule_name == kind.name else (kind.name,)
