"""What a model can't suggest of a schema, in words; known without loading the model."""

from collections.abc import Iterator

from curation.preannotate.model_files import BASELINE_LANGUAGE, SpacyModel
from curation.preannotate.model_parts import NAMES, missing_for_rules, others_components
from curation.preannotate.name_shapes import SHAPE_TYPES
from curation.preannotate.type_names import RULE_RELATIONS, RULE_TYPES, with_rule_names
from curation.schema import Schema


def model_gaps(model: SpacyModel, schema: Schema) -> Iterator[str]:
    """A sentence for each thing that the suggestions of the *model* will lack, nothing where they lack nothing."""
    name = model.layer.name
    others = others_components(model.factories)
    finds_names = bool(model.factories & NAMES or others)
    missing = missing_for_rules(model.factories)
    if not finds_names:
        yield f"{name} has no ner: no names are suggested"
    if model.language != BASELINE_LANGUAGE:
        yield f"the rules are English, and {name} is for {model.language!r}: they suggest no relations and no offices"
    elif missing:
        yield f"{name} has no {', '.join(missing)}: the rules suggest no relations and no offices"
    if finds_names and not model.recipe:
        yield from _types_without_label(model, schema)
    if model.has_rules or others:
        yield from _relations_without_source(model, schema)


def _types_without_label(model: SpacyModel, schema: Schema) -> Iterator[str]:
    by_rules = RULE_TYPES | SHAPE_TYPES
    bare = [
        kind.name
        for kind, in_rules in zip(
            schema.entities.values(), with_rule_names(schema).entities.values(), strict=True
        )
        if in_rules.name not in by_rules and not {*kind.model_labels} & {*model.labels}
    ]
    if bare and model.labels:
        yield (
            f"{model.layer.name} suggests no {', '.join(bare)}: model_labels in schema.toml name none of its labels, "
            f"which are {', '.join(sorted(model.labels))}"
        )


def _relations_without_source(model: SpacyModel, schema: Schema) -> Iterator[str]:
    source = schema.model_relations
    if source is not None and not others_components(model.factories):
        yield f"{model.layer.name} has no component of its own that sets doc._.{source.attribute}, which schema.toml names"
    if source is None and not model.recipe:
        bare = [
            kind.name
            for kind, in_rules in zip(
                schema.relations.values(),
                with_rule_names(schema).relations.values(),
                strict=True,
            )
            if in_rules.name not in RULE_RELATIONS
        ]
        if bare:
            yield f"no rule suggests {', '.join(bare)}"
