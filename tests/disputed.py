"""A document that two annotators see differently at six places and between four pairs of names."""

from dataclasses import replace

from samples import SCHEMA

from curation.annotations.compared import compare_documents
from curation.documents.document import Document, Entity, Relation

TEXT = (
    "Iranian Defense Minister Amir Hatami met Russian Defense Minister Sergei Shoigu in Moscow on Tuesday.\n\n"
    "The Kremlin said that Russia backs Syrian President Bashar Assad. "
    "Deputy Foreign Minister Sergei Ryabkov told the Bank of America that Israel condemned Hezbollah.\n"
    "Zarubezhneft signed a deal with Iran under the Non-Proliferation Treaty.\n"
)


def named(words, label, nth=0):
    """The entity on these words, where they occur for the *nth* time."""
    start = -1
    for _ in range(nth + 1):
        start = TEXT.index(words, start + 1)
    return Entity(start, start + len(words), label)


HATAMI, SHOIGU = named("Amir Hatami", "PERSON"), named("Sergei Shoigu", "PERSON")
RUSSIA, ASSAD = named("Russia", "GPE", 1), named("Bashar Assad", "PERSON")
PRESIDENT, SYRIAN = named("President", "TITLE"), named("Syrian", "NORP")
RYABKOV, DEPUTY = (
    named("Sergei Ryabkov", "PERSON"),
    named("Deputy Foreign Minister", "TITLE"),
)
ISRAEL, HEZBOLLAH = named("Israel", "GPE"), named("Hezbollah", "ORG")
FIRM, IRAN = named("Zarubezhneft", "ORG"), named("Iran", "GPE", 1)
IRANIAN, IRANIAN_PLACE = named("Iranian", "NORP"), named("Iranian", "GPE")
MINISTER, LONGER_MINISTER = (
    named("Defense Minister", "TITLE", 1),
    named("Russian Defense Minister", "TITLE"),
)
RUSSIAN = named("Russian", "NORP")
KREMLIN, KREMLIN_BUILDING = named("Kremlin", "ORG"), named("Kremlin", "FAC")
BANK, AMERICA = named("Bank of America", "ORG"), named("America", "GPE")
TREATY = named("Non-Proliferation Treaty", "LAW")

AGREED = (
    HATAMI, named("Defense Minister", "TITLE"), SHOIGU, named("Moscow", "GPE"),
    named("Tuesday", "DATE"), RUSSIA, SYRIAN, PRESIDENT, ASSAD, RYABKOV, ISRAEL, HEZBOLLAH,
    FIRM, IRAN,
)  # fmt: skip
AGREED_RELATIONS = (
    Relation(ASSAD, PRESIDENT, "holds_position"),
    Relation(ASSAD, SYRIAN, "affiliated_with"),
)
META = {"title": "Ministers meet in Moscow", "src": "Wikinews", "published": "2018-04-03"}

# What one annotator has and not the other, besides the arrows that come to a disputed place.
FIRST = (
    (IRANIAN, RUSSIAN, MINISTER, KREMLIN, DEPUTY, BANK, TREATY),
    (
        Relation(HATAMI, IRANIAN, "affiliated_with"),
        Relation(SHOIGU, MINISTER, "holds_position"),
        Relation(RYABKOV, DEPUTY, "holds_position"),
        Relation(HATAMI, SHOIGU, "meets_with"),
        Relation(ISRAEL, HEZBOLLAH, "opposes"),
    ),
)
SECOND = (
    (IRANIAN_PLACE, LONGER_MINISTER, KREMLIN_BUILDING, AMERICA),
    (
        Relation(HATAMI, IRANIAN_PLACE, "affiliated_with"),
        Relation(SHOIGU, LONGER_MINISTER, "holds_position"),
        Relation(RUSSIA, ASSAD, "supports"),
        Relation(ISRAEL, HEZBOLLAH, "supports"),
        Relation(FIRM, IRAN, "agreement_with"),
    ),
)


def annotations(name="disputed"):
    """The two annotations by uid."""
    return {uid: _document(name, *own) for uid, own in (("ada", FIRST), ("ben", SECOND))}


def comparison(name="disputed"):
    """The two annotations compared."""
    return compare_documents(annotations(name), SCHEMA)


def _document(name, entities, relations):
    document = Document(name, TEXT, (*AGREED, *entities), (*AGREED_RELATIONS, *relations), META)
    return SCHEMA.canonical(replace(document, entities=tuple(sorted(document.entities))))
