"""The names that the rules were written with, whatever the schema calls these types now."""

from dataclasses import replace

from curation.preannotate.relations import RULES
from curation.schema import EntityType, RelationType, Schema

ENTITIES = frozenset(
    {"PERSON", "NORP", "ORG", "GPE", "LOC", "FAC", "EVENT", "LAW", "DATE", "MONEY", "TITLE"}
)
RELATIONS = frozenset(rule.__name__ for rule in RULES)


def spoken(schema: Schema) -> Schema:
    """
    The schema in the rules' words: a type that they know by a name it had bears that one.

    There it *was* what it is called now, so that its ``renewed`` goes from the
    schema's names to the rules', and the schema's own goes back.
    """
    names = {kind.name: _known(kind) for kind in schema.entities.values()}
    entities = (
        replace(kind, name=names[kind.name], former_names=_was(kind, names[kind.name]))
        for kind in schema.entities.values()
    )
    relations = (
        replace(
            kind,
            name=_known(kind),
            former_names=_was(kind, _known(kind)),
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


def _known(kind: EntityType | RelationType) -> str:
    words = ENTITIES if isinstance(kind, EntityType) else RELATIONS
    former = (name for name in reversed(kind.former_names) if name in words)
    return kind.name if kind.name in words else next(former, kind.name)


def _was(kind: EntityType | RelationType, known: str) -> tuple[str, ...]:
    return () if known == kind.name else (kind.name,)
