"""Names that are known from the lists: countries, regions, cities, peoples and organisations."""

from functools import cache
from pathlib import Path

_LISTS = Path(__file__).parent / "lists"


def is_country(name: str) -> bool:
    """Whether the name is a country's or a territory's; like all these questions, in any case."""
    return _key(name) in _list("countries", "other_countries")


def is_region(name: str) -> bool:
    """Whether the name is a province's, a state's within a country, or a capital's."""
    return _key(name) in _list("regions")


def is_city(name: str) -> bool:
    """Whether a city of at least 15,000 people has the name; many people and things have it, too."""
    return _key(name) in _list("cities")


def is_people(name: str) -> bool:
    """Whether the name is a nation's, a faith's or a political camp's, in the singular or plural."""
    key = _key(name)
    peoples = _list("nationalities", "peoples")
    return key in peoples or (key.endswith("s") and key[:-1] in peoples)


def is_nation(name: str) -> bool:
    """Whether the name is a country's or its people's, and no faith's or party's."""
    key = _key(name)
    nations = _list("nationalities")
    return is_country(name) or key in nations or (key.endswith("s") and key[:-1] in nations)


def is_organisation(name: str) -> bool:
    """Whether the name is an international body's or an armed group's."""
    return _key(name) in _list("organisations")


def _key(name: str) -> str:
    return " ".join(name.replace("’", "'").lower().removeprefix("the ").split())


@cache
def _list(*files: str) -> frozenset[str]:
    texts = ((_LISTS / f"{file}.txt").read_text(encoding="utf-8") for file in files)
    return frozenset(name for text in texts for name in text.splitlines())
