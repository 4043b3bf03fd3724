"""What is wrong in the examples of schema.toml: words that aren't marked, and brackets that don't pair."""

from collections.abc import Iterator, Mapping
from typing import Any

from curation.errors import abbreviate
from curation.schema.toml_file import TomlMistakes

_MARKED = "the marked words stand in [brackets]"


def find_example_mistakes(
    table: str, types: Mapping[str, Mapping[str, Any]], mistakes: TomlMistakes
) -> None:
    """Add what is wrong in the examples of the *types* of a *table*, and in those of their rules."""
    for name, kind in types.items():
        for side in ("in", "out"):
            examples = kind.get(side)
            for number, example in enumerate(examples if isinstance(examples, list) else []):
                keys = (table, name, side, str(number))
                what = _fault(example, least=_least_marked(table, side))
                _add(what, f"entry {number + 1} of {side!r}", example, keys, mistakes)
        find_rule_mistakes(kind, "rules", (table, name), mistakes)


def find_rule_mistakes(
    table: Mapping[str, Any], key: str, above: tuple[str, ...], mistakes: TomlMistakes
) -> None:
    """
    Add what is wrong in the ``in`` of the rules under *key* of the *table*, whose own keys are *above*.

    Their ``out`` may show a mark that is wrong in any way.
    """
    rules = table.get(key)
    for number, rule in enumerate(rules if isinstance(rules, list) else []):
        if isinstance(rule, dict):
            keys = (*above, key, str(number), "in")
            where = f"'in' of entry {number + 1} of {key!r}"
            _add(_fault(rule.get("in")), where, rule.get("in"), keys, mistakes)


def _add(
    what: str, where: str, example: Any, keys: tuple[str, ...], mistakes: TomlMistakes
) -> None:
    if what:
        depth = 1 if keys[0] == "guidelines" else 2
        mistakes.add(
            f"[{'.'.join(keys[:depth])}] {where} {what}: {abbreviate(example)}; {_MARKED}",
            *keys,
        )


def _least_marked(table: str, side: str) -> int:
    """How many names an example must mark: of what isn't annotated, none need be there."""
    if side == "out":
        return 0
    return 2 if table == "relations" else 1


def _fault(example: Any, *, least: int = 0) -> str:
    """What is wrong with an example's brackets; nothing of one that is empty or no text, which the form tells."""
    if not isinstance(example, str) or not example:
        return ""
    brackets = [one for one in example if one in "[]"]
    if unpaired := next(_unpaired(brackets), ""):
        other = "]" if unpaired == "[" else "["
        return f"has a {unpaired} without its {other}"
    marked = brackets.count("[")
    if marked >= least:
        return ""
    return "marks no words" if not marked else "marks one name, where a relation joins two"


def _unpaired(brackets: list[str]) -> Iterator[str]:
    """Each bracket that has no partner; none stands inside another."""
    is_open = False
    for one in brackets:
        if (one == "[") == is_open:
            yield "[" if is_open else "]"
        is_open = one == "["
    if is_open:
        yield "["
