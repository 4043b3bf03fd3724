"""What the components of a spaCy model are for, told by their factories; known without loading the model."""

import json
import re
from pathlib import Path

# They set the names in a text; in whole articles, since the lines around a name help the model.
NAMES = frozenset({"ner", "beam_ner", "entity_ruler"})
# They work on one line at a time.
BY_LINE = frozenset({
    "tok2vec", "transformer", "curated_transformer", "tagger", "morphologizer", "parser", "senter",
    "sentencizer", "attribute_ruler", "lemmatizer", "trainable_lemmatizer",
})  # fmt: skip
# spaCy's own that give us nothing.
_OTHERS = frozenset({
    "span_ruler", "spancat", "spancat_singlelabel", "span_finder", "textcat", "textcat_multilabel",
    "entity_linker", "merge_entities", "merge_noun_chunks", "doc_cleaner",
})  # fmt: skip
# Of each, the rules need one.
_RULES_NEED = (
    ("tagger", "morphologizer"),
    ("parser",),
    ("attribute_ruler", "morphologizer"),
    ("lemmatizer", "trainable_lemmatizer"),
)
_COMPONENT = re.compile(r"^\[components\.([^.\]]+)\]\s*\n((?:(?!\[).*\n?)*)", re.MULTILINE)
_FACTORY = re.compile(r"^factory\s*=\s*\"(.*)\"\s*$", re.MULTILINE)


def read_components(folder: Path) -> dict[str, str]:
    """
    The factory of each component of the model in *folder*, by the component's name.

    Raises OSError or ValueError where its config.cfg is missing, or isn't what spaCy writes.
    """
    config = (folder / "config.cfg").read_text(encoding="utf-8")
    disabled = _listed(config, "disabled")
    names = [name for name in _listed(config, "pipeline") if name not in disabled]
    factories = {
        component[1]: factory[1]
        for component in _COMPONENT.finditer(config)
        if (factory := _FACTORY.search(component[2]))
    }
    return {name: factories.get(name, name) for name in names}


def _listed(config: str, key: str) -> list[str]:
    """The names in a list of the config."""
    found = re.search(rf"^{key}\s*=\s*(\[[^\]]*\])", config, re.MULTILINE)
    return [str(name) for name in json.loads(found[1])] if found else []


def others_components(factories: frozenset[str]) -> frozenset[str]:
    """The factories that spaCy doesn't have: they may set names, or relations."""
    return factories - NAMES - BY_LINE - _OTHERS


def missing_for_rules(factories: frozenset[str]) -> tuple[str, ...]:
    """The components that the rules for relations and offices need and the model lacks."""
    return tuple(dict.fromkeys(one[0] for one in _RULES_NEED if factories.isdisjoint(one)))
