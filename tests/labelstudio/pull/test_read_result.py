"""What an annotator meant comes out; nothing odd comes back in silence."""

from dataclasses import replace

import pytest
from labelstudio.test_tasks import AL, BARE, BOB, IRAN, TEXT, US, through_json
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.pull.read_result import read_result
from curation.labelstudio.tasks import to_result

ANNOTATOR = Layer("annotator", "person-1")


def read(*changes, keep=()):
    """What comes back of Bob—Iran and Al—US when regions are changed on the screen."""
    document = Document(
        "doc", TEXT, (BOB, IRAN, AL, US),
        (Relation(BOB, IRAN, "affiliated_with"), Relation(BOB, AL, "meets_with")),
    )  # fmt: skip
    result = through_json(to_result(document, SCHEMA))
    for change in changes:
        change(result)
    return read_result(BARE, result, ANNOTATOR, SCHEMA)


def value(index, **given):
    return lambda result: result[index]["value"].update(given)


def region(index, **given):
    return lambda result: result[index].update(given)


def without(index, key):
    return lambda result: result[index].pop(key)


def more(**given):
    return lambda result: result.append(given)


def test_a_symmetric_arrow_is_turned_to_the_signature():
    """GPE ↔ PERSON, drawn from the person, which comes first."""
    kind = replace(SCHEMA.relations["meets_with"], head=("GPE",), tail=("PERSON",))
    schema = replace(SCHEMA, relations={"meets_with": kind})
    drawn = Document("doc", TEXT, (BOB, IRAN), (Relation(BOB, IRAN, "meets_with"),))

    reading = read_result(BARE, through_json(to_result(drawn, schema)), ANNOTATOR, schema)

    assert reading.problems == ()
    assert reading.document.relations == (Relation(IRAN, BOB, "meets_with"),)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(value(0, labels=[]), "'Bob' has no label", id="no label"),
        pytest.param(lambda r: r[0]["value"].pop("labels"), "'Bob' has no label", id="label gone"),
        pytest.param(value(0, labels=["PERSON", "ORG"]), "'Bob' has 2 labels", id="two labels"),
        pytest.param(value(0, labels=["PERS"]), "has the label 'PERS', which is no entity type", id="unknown label"),
        pytest.param(value(0, start=3), "empty, reversed or outside", id="empty"),
        pytest.param(value(0, end=-3), "empty, reversed or outside", id="negative"),
        pytest.param(value(0, end=400), "empty, reversed or outside", id="outside"),
        pytest.param(value(0, start=9, end=6), "empty, reversed or outside", id="reversed"),
        pytest.param(value(0, start="0"), "empty, reversed or outside", id="a string"),
        pytest.param(value(0, start=29, end=30), "holds no letter and no digit", id="white space"),
        pytest.param(region(0, id="b"), "has the id of another region", id="duplicate id"),
        pytest.param(without(0, "id"), "'Bob' has no id", id="no id"),
        pytest.param(without(4, "labels"), "the arrow from 'Bob' to 'Iran' has no label", id="unlabelled arrow"),
        pytest.param(region(4, labels=[]), "the arrow from 'Bob' to 'Iran' has no label", id="empty label"),
        pytest.param(region(4, labels=["likes"]), "'likes' is no relation", id="unknown relation"),
        pytest.param(region(4, labels=["holds_position"]), "may not join PERSON to GPE", id="signature"),
        pytest.param(region(4, direction="left"), "may not join GPE to PERSON", id="turned round"),
        pytest.param(region(4, direction="bi"), "points both ways, but affiliated_with", id="both ways"),
        pytest.param(region(4, direction="up"), "has the direction 'up'", id="no direction"),
        pytest.param(region(4, to_id="zz"), "leads to a region that is not there", id="dangling"),
        pytest.param(region(4, to_id="a"), "joins an entity with itself", id="to itself"),
        pytest.param(
            more(type="relation", from_id="c", to_id="a", direction="right", labels=["meets_with"]),
            "was drawn both ways; meets_with has no direction", id="symmetric both ways",
        ),
        pytest.param(more(type="choices", from_name="doc_flag", value={"choices": ["odd"]}), "the flag 'odd' is not in the schema", id="unknown flag"),
        pytest.param(more(type="rectangle", from_name="x", value={}), "which our config doesn't have", id="foreign region"),
        pytest.param(lambda r: r.append("text"), "which our config doesn't have", id="not a region"),
    ],
)  # fmt: skip
def test_what_cannot_be_meant_is_a_problem_with_its_place(change, said):
    reading = read(change)

    assert any(said in problem.what for problem in reading.problems), reading.problems
    assert all(problem.place.startswith("doc") for problem in reading.problems)


def test_an_arrow_that_may_not_be_is_told_by_its_words():
    """The annotator sees no offsets."""
    (problem,) = read(region(4, labels=["holds_position"])).problems

    assert problem.what.startswith("the arrow from 'Bob' to 'Iran': holds_position may not")


def test_of_equal_words_it_is_said_which_are_meant():
    text = "Iran said so. Bob met Ann in Iran, Iranians said."
    ann, iran = Entity(22, 25, "PERSON", "a"), Entity(29, 33, "GPE", "b")
    document = Document("doc", text, (ann, iran), (Relation(ann, iran, "affiliated_with"),))
    *spans, arrow = to_result(document, SCHEMA)
    half = spans[1] | {"id": "c", "origin": "manual", "value": {"start": 35, "end": 39}}
    half["value"]["labels"] = ["NORP"]

    found = read_result(
        document.without_annotations(), [*spans, arrow | {"labels": []}], ANNOTATOR, SCHEMA
    )
    cut = read_result(document.without_annotations(), [*spans, half], ANNOTATOR, SCHEMA)

    assert [one.what for one in found.problems] == [
        "the arrow from 'Ann' to 'Iran' (… so. Bob met Ann in [Iran], Iranians said.) has no label"
    ]
    assert "'Iran' is only a part of 'Iranians'; drag" in cut.problems[0].what


@pytest.mark.parametrize(
    ("change", "trimmed", "merged"),
    [
        pytest.param(value(0, text="WRONG\\n"), 0, 0, id="the browser's text is not looked at"),
        pytest.param(lambda r: r[0]["value"].pop("text"), 0, 0, id="nor missed"),
        pytest.param(value(0, end=4), 1, 0, id="a space dragged along"),
        pytest.param(value(3, end=28), 0, 0, id="no change"),
        pytest.param(region(5, direction="right"), 0, 0, id="a symmetric arrow one way"),
        pytest.param(
            lambda r: r[5].update(from_id="c", to_id="a", direction="right"), 0, 0,
            id="a symmetric arrow the other way",
        ),
        pytest.param(
            lambda r: r.append(through_json(r[0]) | {"id": "again"}), 0, 1, id="the same span twice"
        ),
        pytest.param(lambda r: r.append(dict(r[4])), 0, 1, id="the same arrow twice"),
        pytest.param(lambda r: r.reverse(), 0, 0, id="arrows before their spans"),
    ],
)  # fmt: skip
def test_what_has_one_reading_is_read_and_counted(change, trimmed, merged):
    reading = read(change)

    assert reading.problems == ()
    assert reading.document == read().document
    assert (len(reading.trimmed), reading.repetitions) == (trimmed, merged)


def test_an_arrow_drawn_to_the_left_is_turned():
    reading = read(lambda r: r[4].update(from_id="b", to_id="a", direction="left"))

    assert reading.document == read().document


def test_flags_and_notes_are_read():
    reading = read(
        more(
            type="choices", from_name="doc_flag", value={"choices": ["duplicate", "bad_text"]}
        ),
        more(type="textarea", from_name="note", value={"text": ["one", "two"]}),
    )

    assert reading.flags == ("bad_text", "duplicate")
    assert reading.note == "one\ntwo"


def test_half_a_character_in_a_note_is_marked():
    """A browser can send it, but no file can hold it."""
    note = more(type="textarea", from_name="note", value={"text": ["a\ud83db"]})

    assert read(note).note == "a?b"


def test_a_word_about_one_span_is_kept_with_the_note():
    """The editor has a field for it beside each region, and annotators find it."""
    reading = read(region(0, meta={"text": ["which Bob?\n"]}))

    assert reading.note == "Bob: which Bob?"


def test_a_models_score_goes_when_a_hand_changed_what_it_was_for():
    kept = read(region(0, score=0.9, origin="prediction"))
    changed = read(region(0, score=0.9, origin="prediction-changed"))

    assert kept.document.entities[0].score == 0.9
    assert changed.document.entities[0].score is None


@pytest.mark.parametrize("origin", ["manual", "prediction-changed"])
def test_a_comma_dragged_along_is_trimmed_from_what_a_hand_drew(origin):
    """What a program sent comes back as it was."""
    bare = Document("doc", "Bob, of Iran")
    drawn = {
        "id": "a", "type": "labels", "from_name": "label", "origin": origin,
        "value": {"start": 0, "end": 5, "labels": ["PERSON"]},
    }  # fmt: skip

    by_hand = read_result(bare, [drawn], ANNOTATOR, SCHEMA)
    sent = read_result(bare, [drawn | {"origin": "prediction"}], ANNOTATOR, SCHEMA)

    assert by_hand.document.entities == (Entity(0, 3, "PERSON"),)
    assert [str(one) for one in by_hand.trimmed] == ["doc, 0..5: 'Bob, ' is read as 'Bob'"]
    assert sent.document.entities == (Entity(0, 4, "PERSON"),)


def test_half_a_word_drawn_by_hand_is_a_problem():
    reading = read(value(0, end=2), region(0, origin="prediction-changed"))

    (problem,) = reading.problems
    assert problem.place == "doc, 0..2"
    assert "'Bo' is only a part of 'Bob'" in problem.what


def told(*changes):
    return [problem.what for problem in read(*changes).problems]


def test_all_that_is_wrong_is_told_at_once():
    """Half a word doesn't hide an arrow that may not be, nor one of its own; nor does a refused span."""
    half = value(0, end=2), region(0, origin="prediction-changed")

    first, second = told(*half, region(4, labels=["holds_position"]))
    assert "'Bo' is only a part of 'Bob'" in first
    assert "the arrow from 'Bo' to 'Iran': holds_position may not join" in second
    first, second = told(value(3, labels=[]), region(4, labels=["holds_position"]))
    assert first == "'US' has no label"
    assert "the arrow from 'Bob' to 'Iran': holds_position may not join" in second


@pytest.mark.parametrize(
    "change",
    [value(1, labels=[]), value(1, start=400), region(1, id="a"), without(1, "id")],
    ids=["no label", "no place", "an id twice", "no id"],
)
def test_of_an_arrow_into_a_span_that_is_told_nothing_more_is_said(change):
    """The region is there; what the arrow joins is known once it is mended."""
    assert len(told(change, region(4, labels=["holds_position"]))) == 1


def test_an_arrow_of_no_known_direction_is_not_held_against_its_signature():
    (what,) = told(region(4, labels=["holds_position"], direction="up"))

    assert "has the direction 'up'" in what


def test_what_is_wrong_says_where_in_words():
    """Offsets beside the words are not shown to annotators."""
    mend = "the editor can't show such a task: what was sent has to be sent anew"
    assert told(region(4, to_id="zz")) == [
        f"the arrow from 'Bob' leads to a region that is not there; {mend}"
    ]
    assert told(region(4, from_id="zz")) == [
        f"the arrow to 'Iran' comes from a region that is not there; {mend}"
    ]
    assert told(region(4, from_id="yy", to_id="zz")) == [
        f"an arrow joins two regions that are not there; {mend}"
    ]
    assert told(value(1, end=7), lambda r: r.pop(4)) == [
        "the GPE span from character 7 to 7 (Bob of []Iran met Al of the …) is empty, reversed "
        "or outside the text; remove it and mark it again"
    ]


def test_half_a_word_is_not_told_as_trimmed_as_well():
    """With a trim in another span both stand there."""
    half = value(0, end=2), region(0, origin="prediction-changed")
    reading = read(*half, value(2, end=19), region(2, origin="manual"))

    assert len(reading.problems) == 1
    assert [one.what for one in reading.trimmed] == ["'Al ' is read as 'Al'"]
