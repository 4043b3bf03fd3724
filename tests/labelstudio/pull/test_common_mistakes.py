"""The ten most common mistakes with arrows: a pull finds each, in words that name both ends."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from laws import costly
from pulling import pull
from samples import SCHEMA
from strategies import annotations

from curation.checks.arrow_remarks import find_arrow_remarks
from curation.documents.document import AnnotatedDocument, Document, Entity, Layer, Relation
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result

MODEL = Layer("model", "m", "1", "w", "r")
TEXT = (
    "Berg met Lee in Oslo. Norway backed Lee, and Norway condemned Iran. "
    "Berg thanked Acme of Bergen.\nIran said that Norway paid."
)


def name(words, label, nth=0):
    """The *nth* occurrence of the words."""
    at = -1
    for _ in range(nth + 1):
        at = TEXT.index(words, at + 1)
    return Entity(at, at + len(words), label, f"{words}-{nth}-{label}")


BERG = name("Berg", "PERSON")
LEE = name("Lee", "PERSON")
LEE_AGAIN = name("Lee", "PERSON", 1)
OSLO = name("Oslo", "GPE")
NORWAY = name("Norway", "GPE")
NORWAY_AGAIN = name("Norway", "GPE", 1)
IRAN = name("Iran", "GPE")
BERG_AGAIN = name("Berg", "PERSON", 1)
ACME = name("Acme", "ORG")
BERGEN = name("Bergen", "GPE")
NAMES = (BERG, LEE, OSLO, NORWAY, LEE_AGAIN, NORWAY_AGAIN, IRAN, BERG_AGAIN, ACME, BERGEN)


@dataclass(frozen=True)
class Mistake:
    """What an annotator leaves on the screen, and how a pull tells of it."""

    arrows: list[tuple[Entity, Entity, str]]
    told: tuple[str, ...]
    is_problem: bool = False
    direction: str = ""
    suggested: tuple[Relation, ...] = ()
    more: list[Entity] = field(default_factory=list)


MISTAKES = {
    "no label": Mistake(
        [(ACME, BERGEN, "")], ("the arrow from 'Acme' to 'Bergen' has no label",), is_problem=True
    ),
    "the wrong way": Mistake(
        [(BERGEN, ACME, "based_in")],
        ("the arrow from 'Bergen' to 'Acme': based_in may not join GPE to ORG", "; turn the arrow"),
        is_problem=True,
    ),
    "wrong ends": Mistake(
        [(ACME, OSLO, "holds_position")],
        ("the arrow from 'Acme' to 'Oslo': holds_position may not join ORG to GPE",),
        is_problem=True,
    ),
    "both ways": Mistake(
        [(ACME, BERGEN, "based_in")],
        ("the arrow from 'Acme' to 'Bergen' points both ways, but based_in has a direction",),
        is_problem=True,
        direction="bi",
    ),
    "two labels left ticked": Mistake(
        [(ACME, OSLO, "supports"), (ACME, OSLO, "opposes")],
        ("the arrow from 'Acme' to 'Oslo' has the labels", "; supports was suggested: are all meant"),
        suggested=(Relation(ACME, OSLO, "supports"),),
    ),
    "to and fro": Mistake(
        [(NORWAY, LEE_AGAIN, "supports"), (LEE_AGAIN, NORWAY, "supports")],
        ("the arrow from 'Norway' (", "to 'Lee' (", "or one drawn the wrong way?"),
    ),
    "from a name with two types": Mistake(
        [(ACME, BERGEN, "based_in")],
        ("'Acme' is marked as GPE and as ORG", "; the arrow from 'Acme' to 'Bergen' is at the ORG"),
        is_problem=True,
        more=[name("Acme", "GPE")],
    ),
    "from a name that is marked twice": Mistake(
        [(ACME, BERGEN, "based_in")],
        ("the arrow from 'Acme' to 'Bergen' is at 'Acme', marked twice",),
        more=[Entity(ACME.start, ACME.end, "ORG", "twice")],
    ),
    "over the end of a sentence": Mistake(
        [(LEE, NORWAY, "opposes")],
        ("the arrow from 'Lee' (", "joins two sentences", "backed [Lee], and"),
    ),
    "to another mention of the name": Mistake(
        [(BERG, BERG_AGAIN, "meets_with")],
        ("the arrow from 'Berg' (", "to 'Berg' (", "joins two mentions of one name"),
    ),
    "once more in the sentence": Mistake(
        [(NORWAY, LEE_AGAIN, "supports"), (NORWAY_AGAIN, LEE_AGAIN, "supports")],
        ("the arrow from 'Norway' (", "says supports once more: so does the arrow from 'Norway' ("),
    ),
}  # fmt: skip


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_a_pull_finds_the_mistake_and_names_both_ends(mistake):
    studio = MemoryStudio()
    sent = Document("story", TEXT, NAMES, mistake.suggested, layer=MODEL)
    push_documents(studio, [sent], SCHEMA, title="p")
    entities = (*NAMES, *mistake.more)
    result = to_result(Document("story", TEXT, tuple(entities)), SCHEMA)
    labels = {}
    for head, tail, label in mistake.arrows:
        labels.setdefault((head.id, tail.id), []).append(label)
    for (head, tail), said in labels.items():
        arrow = {
            "type": "relation",
            "from_id": head,
            "to_id": tail,
            "labels": [*filter(None, said)],
        }
        result.append(arrow | {"direction": mistake.direction or "right"})
    studio.submit(1, result)

    found = pull(studio, SCHEMA, title="p", pseudonym=lambda n, _: f"person-{n}")

    told = (
        found.cursor.all_problems()
        if mistake.is_problem
        else found.cursor.remarks_on(["story"])
    )
    (one,) = [one for one in told if mistake.told[0] in one.what]
    assert [words for words in mistake.told if words not in one.what] == []
    assert one.link == f"{studio.url}/projects/1/data?task=1"
    if not mistake.is_problem:
        assert found.cursor.all_problems() == ()


def test_sound_arrows_get_no_remark():
    relations = (
        Relation(BERG, LEE, "meets_with"),
        Relation(NORWAY, LEE_AGAIN, "supports"),
        Relation(NORWAY_AGAIN, IRAN, "opposes"),
        Relation(ACME, BERGEN, "based_in"),
    )
    document = Document("story", TEXT, NAMES, relations, layer=Layer("annotator", "person-1"))

    assert list(find_arrow_remarks(AnnotatedDocument(document, None), SCHEMA)) == []


@given(annotations(SCHEMA))
@costly(1 / 2)
def test_each_remark_on_an_arrow_names_the_words_of_an_arrow_that_is_there(found):
    document = found.document
    for remark in find_arrow_remarks(found, SCHEMA):
        assert any(
            f"from {document.words(one.head)!r}" in remark.what
            and f"to {document.words(one.tail)!r}" in remark.what
            for one in document.relations
        )
