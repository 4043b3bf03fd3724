"""Small documents of one shape with other names each: what a model can learn something from."""

from curation.documents.document import Document, Entity, Relation

_PEOPLE = (
    "Ann Lee",
    "Bob Ray",
    "Cem Oz",
    "Dan Poe",
    "Eva Sun",
    "Fay Low",
    "Gus Ito",
    "Hal Day",
)
_PLACES = ("Oslo", "Rome", "Lima", "Bonn", "Kyiv", "Nice", "Bern", "Graz", "Riga", "Cork")
_COUNTRIES = (
    "Norway",
    "Italy",
    "Peru",
    "Germany",
    "Ukraine",
    "France",
    "Switzerland",
    "Austria",
)


def trainable(count: int = 8) -> tuple[Document, ...]:
    """
    Documents with a rule to learn that no rule of ours knows: who is "of" a place is affiliated with it.

    Each has two of these, and two pairs of names that nothing joins.
    """
    return tuple(_document(number) for number in range(count))


def _document(number: int) -> Document:
    text = ""
    entities: list[Entity] = []
    relations: list[Relation] = []
    for place in range(2):
        turn = number + 3 * place
        person = _PEOPLE[turn % len(_PEOPLE)]
        country = _COUNTRIES[(turn * (place + 1)) % len(_COUNTRIES)]
        city = _PLACES[(number + place) % len(_PLACES)]
        first, text = _marked(text, "", person, "PERSON")
        second, text = _marked(text, ", hailing from ", country, "GPE")
        third, text = _marked(text, ", slept badly and then flew over ", city, "GPE")
        text += ".\n"
        entities += [first, second, third]
        relations.append(Relation(first, second, "affiliated_with"))
    return Document(
        f"d{number}", text, tuple(entities), tuple(relations), {"seen": number % 2 == 0}
    )


def _marked(text: str, words: str, name: str, label: str) -> tuple[Entity, str]:
    start = len(text) + len(words)
    return Entity(start, start + len(name), label), text + words + name
