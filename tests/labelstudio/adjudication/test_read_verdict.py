"""What an adjudicator decided comes out; what contradicts itself doesn't come out in silence."""

import json

import pytest
from annotations.test_compared import several
from deciding import arrow, decided, drawn, prefilled, shown, similar, tick
from disputed import TEXT, comparison, named
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA

from curation.annotations.compared import compare_documents
from curation.annotations.readings import Arrow, PlaceReading, make_reading
from curation.labelstudio.adjudication.read_verdict import read_verdict
from curation.labelstudio.adjudication.task import to_adjudication_task


def task_of(compared, **more):
    """The task as Label Studio gives it back."""
    return json.loads(json.dumps(to_adjudication_task(compared, SCHEMA, **more)))


def read(task, result, *, began=True):
    article = comparison().agreed.without_annotations()
    if task["data"]["text"] != article.text:
        raise ValueError
    return read_of(article, task, result, began=began)


def read_of(article, task, result, *, began=True):
    """What is read of a result of the task."""
    return read_verdict(
        article,
        tuple(shown(task).values()),
        json.loads(json.dumps(result)),
        prefilled(task) if began else None,
        SCHEMA,
    )


@st.composite
def own_readings(draw, compared, difference):
    """A reading that nobody had, as an adjudicator draws it on the screen."""
    text = compared.agreed.text
    if difference.kind == "entities":
        start, end = difference.place[0]
        first = draw(st.integers(start, end - 1))
        last = draw(st.integers(first + 1, end))
        words = text[first:last]
        first += len(words) - len(words.lstrip())
        last -= len(words) - len(words.rstrip())
        if first >= last or not any(map(str.isalnum, text[first:last])):
            first, last = start, end
        return make_reading(((first, last, draw(st.sampled_from(sorted(SCHEMA.entities)))),))
    label = draw(st.sampled_from(sorted(SCHEMA.relations)))
    ways = ["none"] if label in SCHEMA.symmetric else ["forward", "backward"]
    ends = next(one.ends for o in difference.options for one in o.reading.arrows)
    return make_reading(
        arrows=(Arrow(label, draw(st.sampled_from(ways)), difference.place, ends),)
    )


@given(several() | similar(), st.data())
def test_whatever_was_chosen_is_read_as_what_was_chosen(documents, data):
    """Options and own readings alike; the agreed part is as it was filled in."""
    compared = compare_documents(documents, SCHEMA)
    task = task_of(compared)
    choices = {}
    for one in compared.differences:
        if data.draw(st.booleans()):
            choices[one.key] = data.draw(st.sampled_from(one.options)).alias
        else:
            choices[one.key] = data.draw(own_readings(compared, one))

    found = read_of(
        compared.agreed.without_annotations(), task, decided(task, choices, origin="prediction")
    )

    assert found.problems == ()
    assert found.choices.keys() == found.shown.keys()
    assert {key: found.choices[key] for key in choices} == choices
    assert found.agreed == found.prefilled
    assert {*found.agreed.document.entities} == {*compared.agreed.entities}
    assert {*found.agreed.document.relations} == {*compared.agreed.relations}
    assert {*found.agreed.arrows} == {*compared.agreed_arrows}


TASK = task_of(comparison())
DIFFERENCES = {one.n: one for one in shown(TASK).values()}
IRANIAN = named("Iranian", "NORP")
KREMLIN = named("Kremlin", "ORG")
BANK = named("Bank of America", "ORG")
HATAMI = named("Amir Hatami", "PERSON")


def first_readings():
    """At each difference the reading of the first annotator."""
    return {
        one.key: next(option.alias for option in one.options if "ada" in option.by)
        for one in DIFFERENCES.values()
    }


def reading(number, *entities):
    """The alias of the option with just these entities."""
    spans = tuple((one.start, one.end, one.label) for one in entities)
    options = DIFFERENCES[number].options
    return next(one.alias for one in options if one.reading.entities == spans)


def region_of(entity, task=TASK):
    """The id of the agreed entity's region."""
    return next(
        one["id"]
        for one in prefilled(task)
        if one["type"] == "labels"
        and one["from_name"] == "label"
        and (one["value"]["start"], one["value"]["end"]) == entity.span
    )


def outcome(*changes, choices=(), began=True):
    """What is read of a verdict in which everything was ticked, after these changes of the result."""
    result = decided(TASK, first_readings() | dict(choices))
    for change in changes:
        result = change(result) or result
    return read(TASK, result, began=began)


def without(number):
    """Nothing is ticked at a difference."""
    return lambda result: [one for one in result if one.get("from_name") != f"d{number - 1}"]


def also(*regions):
    return lambda result: result.extend(regions)


def marked(entity, label=None, **more):
    return drawn(TEXT, entity.start, entity.end, label or entity.label, **more)


def neither(number):
    """None of the readings at a difference."""
    return lambda result: [*without(number)(result), tick(number, "own")]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(also(tick(2, "0123456789")), "has 2 verdicts; tick one", id="two verdicts"),
        pytest.param(
            lambda r: [*without(4)(r), tick(4, "0123456789")],
            "difference #4 on 'Kremlin' has the verdict '0123456789', which the task doesn't offer",
            id="an alias that isn't offered",
        ),
        pytest.param(
            lambda r: [*without(4)(r), tick(4, DIFFERENCES[1].options[0].alias)],
            "difference #4 on 'Kremlin' has the verdict", id="another difference's alias",
        ),
        pytest.param(also(tick(99, "own")), "#99, which the task doesn't have", id="no such difference"),
        pytest.param(neither(4), "difference #4 on 'Kremlin' has the verdict 'neither', and no span is marked there", id="neither, nothing marked"),
        pytest.param(neither(5), "has the verdict 'neither', and no arrow is drawn there", id="neither, no arrow"),
        pytest.param(also(marked(KREMLIN, "EVENT")), "'Kremlin' is marked there as EVENT too; tick 'neither'", id="a reading and another one"),
        pytest.param(
            also(arrow(region_of(HATAMI), region_of(named("Sergei Shoigu", "PERSON")), "supports")),
            "an arrow supports is drawn there too", id="an arrow besides the reading",
        ),
        pytest.param(
            lambda r: [*neither(1)(neither(2)(r)), drawn(TEXT, 0, TEXT.index("Sergei"), "TITLE")],
            "lies on the places of differences #1 and #2: mark each place by itself", id="across two places",
        ),
        pytest.param(also(marked(BANK, "PLANET")), "is marked there as PLANET too", id="an unknown label"),
        pytest.param(also({"type": "rectangle", "from_name": "x", "value": {}}), "which our config doesn't have", id="a foreign region"),
        pytest.param(also(arrow("zz", "place-1", "supports")), "a region that is not there", id="an arrow without end"),
        pytest.param(also(arrow(region_of(HATAMI), "place-1", "supports") | {"labels": []}), "has no label", id="an arrow without label"),
    ],
)  # fmt: skip
def test_what_contradicts_itself_is_a_problem(change, said):
    found = outcome(change)

    assert any(said in one.what for one in found.problems), found.problems
    assert all(one.place.startswith("disputed") for one in found.problems)


def test_a_difference_without_a_verdict_is_missing():
    found = outcome(without(3), without(7))

    assert [one.n for key, one in found.shown.items() if key not in found.choices] == [3, 7]
    assert found.problems == ()
    assert {*found.choices} == {one.key for one in DIFFERENCES.values() if one.n not in (3, 7)}


def test_neither_takes_what_was_drawn_at_the_place():
    found = outcome(neither(4), also(marked(KREMLIN, "GPE")))

    assert found.problems == ()
    assert found.choices[DIFFERENCES[4].key] == PlaceReading(
        entities=((KREMLIN.start, KREMLIN.end, "GPE"),)
    )


def test_a_label_on_the_mark_itself_is_an_answer_too():
    """A key on the clicked mark: one region with two results."""
    mark = marked(KREMLIN, "GPE", identity="place-4")
    found = outcome(neither(4), also(mark))

    assert found.problems == ()
    assert found.choices[DIFFERENCES[4].key] == PlaceReading(
        entities=((KREMLIN.start, KREMLIN.end, "GPE"),)
    )


def test_what_was_drawn_again_as_the_chosen_reading_has_it_says_nothing_new():
    found = outcome(also(marked(KREMLIN)), choices={DIFFERENCES[4].key: reading(4, KREMLIN)})

    assert found.problems == ()
    assert found.choices[DIFFERENCES[4].key] == reading(4, KREMLIN)


def test_an_arrow_to_an_own_answer_names_it():
    own = marked(KREMLIN, "GPE")
    found = outcome(neither(4), also(own, arrow(region_of(HATAMI), own["id"], "supports")))

    assert found.problems == ()
    (drawn_arrow,) = {*found.agreed.arrows} - {*found.prefilled.arrows}
    assert drawn_arrow.label == "supports"
    assert (KREMLIN.start, KREMLIN.end, "GPE") in drawn_arrow.ends


def test_spans_are_read_as_those_of_annotators():
    """A blank at an edge is trimmed and told; half a word is a problem."""
    blank = drawn(TEXT, KREMLIN.start - 1, KREMLIN.end + 1, "GPE")
    half = drawn(TEXT, KREMLIN.start, KREMLIN.end - 2, "GPE")

    trimmed = outcome(neither(4), also(blank))
    cut = outcome(neither(4), also(half))

    assert trimmed.problems == ()
    assert [one.what for one in trimmed.trimmed] == ["' Kremlin ' is read as 'Kremlin'"]
    assert trimmed.choices[DIFFERENCES[4].key].entities == (
        (KREMLIN.start, KREMLIN.end, "GPE"),
    )
    assert any("'Kremlin'" in one.what for one in cut.problems)


def test_what_departs_from_the_agreed_part_is_there_beside_what_was_filled_in():
    """A span relabelled, one removed with its arrows, one added, an arrow at a mark removed."""

    def edit(result):
        gone = region_of(named("Bashar Assad", "PERSON"))
        for one in result:
            if one.get("id") == region_of(named("Moscow", "GPE")):
                one["value"]["labels"] = ["FAC"]
                one["origin"] = "prediction-changed"
        kept = [
            one
            for one in result
            if gone not in (one.get("id"), one.get("from_id"), one.get("to_id"))
        ]
        return [
            *(one for one in kept if "place-1" not in (one.get("from_id"), one.get("to_id"))),
            marked(named("Tuesday", "DATE")) | {"id": "again"},
            marked(named("deal", "EVENT")),
        ]

    found = outcome(edit)

    assert found.problems == ()
    entities = {*found.agreed.document.entities}
    before = {*found.prefilled.document.entities}
    assert entities - before == {named("Moscow", "FAC"), named("deal", "EVENT")}
    assert before - entities == {named("Moscow", "GPE"), named("Bashar Assad", "PERSON")}
    assert found.agreed.document.relations == ()
    assert len({*found.prefilled.arrows} - {*found.agreed.arrows}) == 1
    moscow = named("Moscow", "GPE")
    assert found.moved == {(moscow.start, moscow.end, "GPE"): (moscow.start, moscow.end, "FAC")}


def test_without_what_it_began_with_a_verdict_is_read_all_the_same():
    """As after an import, which loses the prediction."""
    found = outcome(neither(4), also(marked(KREMLIN, "GPE")), began=False)

    assert found.problems == ()
    assert found.prefilled is None
    assert found.choices[DIFFERENCES[4].key].entities == ((KREMLIN.start, KREMLIN.end, "GPE"),)


def test_an_option_that_was_ticked_before_says_whether_somebody_looked():
    chosen = {one.key: one.options[0].alias for one in DIFFERENCES.values() if one.n <= 3}
    task = task_of(comparison(), preselected=chosen)
    rest = {key: alias for key, alias in first_readings().items() if key not in chosen}
    result = decided(task, rest)
    for one in result:
        if one.get("from_name") in ("d0", "d2"):
            one["origin"] = "prediction"
        if one.get("from_name") == "d1":
            one["value"] = {"choices": [DIFFERENCES[2].options[1].alias]}
            one["origin"] = "prediction-changed"

    found = read(task, result)

    said = [found.preselected[one.key] for one in DIFFERENCES.values()]
    assert said == ["untouched", "changed", "untouched", *[""] * 7]


def test_a_place_that_is_no_longer_in_question_needs_no_verdict():
    """Unless it was ticked before: then the verdict stays what it was."""
    task = json.loads(json.dumps(TASK))
    for one in task["data"]["curate"]["adjudication"]["differences"]:
        one["settled"] = one["n"] in (4, 5)
    alias = DIFFERENCES[5].options[0].alias
    choices = {key: one for key, one in first_readings().items() if key != DIFFERENCES[4].key}

    found = read(task, [*decided(task, choices), tick(4, "settled", "prediction")])

    assert found.problems == ()
    assert found.choices.keys() == found.shown.keys()
    assert DIFFERENCES[4].key not in found.shown
    assert [one.n for one in found.fallen_away] == [4]
    assert found.choices[DIFFERENCES[5].key] == alias
