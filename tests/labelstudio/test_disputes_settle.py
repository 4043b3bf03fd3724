"""Whatever annotators do before and after a verdict: what is asked, ticked and pulled settles the document."""

import pytest
from annotations.crowded import SCHEMA, crowds, document, record_of_crowd, varied
from annotations.test_staleness import with_work
from hypothesis import given
from hypothesis import strategies as st
from labelstudio.desk import MemoryDesk

from curation.annotations.consensus import find_consensus
from curation.annotations.staleness import judge_verdict
from curation.annotations.voters import compare_annotations
from curation.documents.document import Entity, Relation
from curation.documents.spans import do_overlap

# So often a question may lead to another one: a place, then arrows whose ends it settles.
MOST_TURNS = 6


def settle_by_ticks(desk, favourite):
    """Ask, tick the readings of one annotator, pull, until nothing is to be ticked."""

    def pick(difference):
        option = difference.option_of(favourite) or difference.options[0]
        chosen.append((difference, option.reading))
        return option.alias

    for _ in range(MOST_TURNS):
        if find_consensus(desk.record, SCHEMA).reason != "differ":
            return
        assert desk.ask(), "nothing to tick"
        before = desk.record
        chosen = []
        desk.choose(pick)
        desk.take()
        if desk.problems:
            # Readings of several annotators contradict each other, which the adjudicator is told.
            assert desk.record == before
            return
        assert_only_that_was_decided(chosen, before.verdict, desk.record.verdict)
    raise AssertionError("no end of questions")


def assert_only_that_was_decided(chosen, before, after):
    """Where something was asked, the verdict has what was chosen there; elsewhere it is as it was."""
    now = {(one.start, one.end, one.label) for one in after.entities}
    asked = [(one.place[0], one, reading) for one, reading in chosen if one.kind == "entities"]
    for _, difference, reading in asked:
        offered = {each for option in difference.options for each in option.reading.entities}
        assert offered & now == {*reading.entities}
    if before is None:
        return
    then = {(one.start, one.end, one.label) for one in before.entities}
    assert not {
        one
        for one in now ^ then
        if not any(do_overlap(one[:2], place) for place, _, _ in asked)
    }


@pytest.mark.slow
@given(crowds(), st.data())
def test_ticks_settle_a_document_whatever_annotators_change(documents, data):
    """All ticks of one annotator's readings, and of another one's after each change."""
    uids = st.sampled_from(sorted(documents))
    desk = MemoryDesk(record_of_crowd(documents), SCHEMA)
    settle_by_ticks(desk, data.draw(uids))

    for _ in range(data.draw(st.integers(1, 3))):
        if desk.problems:
            return
        works = compare_annotations(desk.record, SCHEMA).annotations
        for uid in data.draw(st.lists(uids, min_size=1, unique=True)):
            work = data.draw(varied(works[data.draw(uids)]))
            desk.record = with_work(desk.record, uid, work)
        settle_by_ticks(desk, data.draw(uids))


AA, BB, CC = Entity(0, 2, "PERSON"), Entity(3, 5, "PERSON"), Entity(6, 8, "PERSON")
AA_BB = Entity(0, 5, "PERSON")


def desk_of(ada, ben, favourite):
    """The desk after a verdict that chose all readings of one."""
    desk = MemoryDesk(record_of_crowd({"u1": document(*ada), "u2": document(*ben)}), SCHEMA)
    settle_by_ticks(desk, favourite)
    return desk


def open_keys(desk):
    return [one.key for one in judge_verdict(desk.record, SCHEMA).open]


@pytest.mark.parametrize("has_other_arrow", [False, True])
def test_an_arrow_drawn_later_to_what_the_verdict_took_away_is_a_new_reading_of_the_place(
    has_other_arrow,
):
    arrows = [Relation(BB, CC, "meets_with")] if has_other_arrow else []
    desk = desk_of(([AA, BB, CC], arrows), ([AA, CC], []), "u2")
    assert open_keys(desk) == []

    work = document([AA, BB, CC], [*arrows, Relation(AA, BB, "meets_with")])
    desk.record = with_work(desk.record, "u1", work)

    assert open_keys(desk) == ["e3-5"]
    assert desk.ask()
    settle_by_ticks(desk, "u1")
    assert find_consensus(desk.record, SCHEMA).document == work


def test_a_span_that_all_add_within_a_settled_place_is_asked():
    person, place = Entity(0, 5, "PERSON"), Entity(0, 5, "ORG")
    desk = desk_of(([person, CC], []), ([place, CC], []), "u1")
    nested = Entity(0, 2, "NORP")

    for uid, own in (("u1", person), ("u2", place)):
        desk.record = with_work(desk.record, uid, document([own, nested, CC], []))

    assert open_keys(desk) == ["e0-5"]
    assert desk.ask()
    settle_by_ticks(desk, "u1")
    assert {*find_consensus(desk.record, SCHEMA).document.entities} == {person, nested, CC}


def test_a_span_that_all_take_away_beside_what_is_disputed_is_asked():
    desk = desk_of(([AA, AA_BB], []), ([AA], []), "u1")

    desk.record = with_work(desk.record, "u1", document([], []))
    desk.record = with_work(desk.record, "u2", document([AA_BB], []))

    assert desk.ask()
    settle_by_ticks(desk, "u2")
    assert {*find_consensus(desk.record, SCHEMA).document.entities} == {AA_BB}


def test_a_place_that_grew_is_asked_in_the_stead_of_the_smaller_one():
    desk = desk_of(([AA_BB], []), ([AA, AA_BB], []), "u1")

    desk.record = with_work(desk.record, "u1", document([], []))

    assert open_keys(desk) == ["e0-5"]
    settle_by_ticks(desk, "u2")
    assert {*find_consensus(desk.record, SCHEMA).document.entities} == {AA, AA_BB}


def test_a_relation_between_places_of_two_rounds_waits_and_nothing_is_stale():
    spans = [(0, 2), (3, 5), (6, 8)]
    names = [Entity(*span, "PERSON") for span in spans]
    others = [Entity(*span, "ORG") for span in spans]
    ada = document(names, [Relation(names[0], names[2], "meets_with")])
    ben = document(others, [])
    desk = MemoryDesk(record_of_crowd({"u1": ada, "u2": ben}), SCHEMA, 2)

    desk.ask()
    desk.choose(lambda one: one.option_of("u1").alias)
    desk.take()

    state = judge_verdict(desk.record, SCHEMA)
    assert (state.undecided, state.reopened, state.changed) == (("r0-2,6-8",), (), ())
    assert find_consensus(desk.record, SCHEMA).reason == "differ"
    settle_by_ticks(desk, "u1")
    assert find_consensus(desk.record, SCHEMA).document == ada


def test_a_place_that_grew_and_is_asked_in_another_round_is_decided_there():
    """Also with what all agreed on when the first round was made."""
    ada = document([AA_BB], [])
    ben = document([AA, AA_BB, BB, CC], [])
    desk = MemoryDesk(record_of_crowd({"u1": ada, "u2": ben}), SCHEMA, 3)
    settle_by_ticks(desk, "u1")

    desk.record = with_work(desk.record, "u1", document([], []))

    settle_by_ticks(desk, "u1")
    assert find_consensus(desk.record, SCHEMA).document.entities == ()


def test_what_a_later_verdict_took_away_does_not_come_back_with_an_even_later_one():
    """The place was decided three times; each time it was larger, or the same."""
    name, other = Entity(0, 2, "NORP"), Entity(0, 5, "ORG")
    inner, outer = Entity(3, 11, "NORP"), Entity(3, 14, "GPE")
    alike = Entity(9, 11, "ORG")
    desk = desk_of(([alike], []), ([name, inner, outer, alike], []), "u2")
    for ada, ben, favourite in (
        ([other, alike], [alike], "u1"),
        ([Entity(3, 5, "NORP"), Entity(6, 17, "PERSON"), alike], [alike], "u2"),
        ([], [alike], "u1"),
    ):
        desk.record = with_work(desk.record, "u1", document(ada, []))
        desk.record = with_work(desk.record, "u2", document(ben, []))
        settle_by_ticks(desk, favourite)

    assert find_consensus(desk.record, SCHEMA).document.entities == ()


def test_what_all_agreed_on_is_gone_where_it_was_in_question_and_refused_since():
    """It is drawn in the adjudicator's task all the same, whose regions stay."""
    first, second = Entity(0, 2, "PERSON"), Entity(12, 17, "NORP")
    desk = desk_of(([first, second, CC], []), ([first, second], []), "u1")
    desk.record = with_work(desk.record, "u2", document([first], []))
    settle_by_ticks(desk, "u2")
    new = Entity(9, 17, "ORG")
    desk.record = with_work(desk.record, "u1", document([first, new], []))
    settle_by_ticks(desk, "u2")

    assert {*find_consensus(desk.record, SCHEMA).document.entities} == {first, CC}


def test_an_arrow_that_all_had_and_one_takes_away_may_be_refused_without_touching_it():
    arrow = Relation(AA, BB, "meets_with")
    desk = desk_of(([AA, BB, CC], [arrow]), ([AA, BB], [arrow]), "u1")

    desk.record = with_work(desk.record, "u2", document([AA, BB], []))
    assert open_keys(desk) == ["r0-2,3-5"]
    settle_by_ticks(desk, "u2")

    assert desk.problems == ()
    found = find_consensus(desk.record, SCHEMA).document
    assert (found.entities, found.relations) == ((AA, BB, CC), ())


def test_arrows_of_two_questions_that_one_place_has_swallowed_are_asked_as_one():
    end = Entity(15, 17, "GPE")
    place, grown = Entity(0, 5, "ORG"), Entity(0, 8, "ORG")
    ada = document(
        [place, CC, end],
        [Relation(place, end, "meets_with"), Relation(CC, end, "meets_with")],
    )
    ben = document([Entity(0, 5, "PERSON"), CC, end], [])
    desk = MemoryDesk(record_of_crowd({"u1": ada, "u2": ben}), SCHEMA)
    settle_by_ticks(desk, "u1")

    desk.record = with_work(desk.record, "u2", document([grown, end], []))

    assert open_keys(desk) == ["e0-8", "r0-8,15-17"]
    settle_by_ticks(desk, "u2")
    found = find_consensus(desk.record, SCHEMA).document
    assert ({*found.entities}, found.relations) == ({grown, end}, ())


def test_a_place_that_has_the_span_of_an_agreed_entity_now_is_not_mistaken_for_it():
    """The arrow of the agreed one was refused; that says nothing of the place's."""
    outer, inner = Entity(0, 17, "NORP"), Entity(3, 14, "PERSON")
    name, other = Entity(0, 8, "ORG"), Entity(0, 8, "GPE")
    desk = desk_of(
        ([outer, inner, name], [Relation(inner, outer, "meets_with")]),
        ([outer, inner, other], []),
        "u2",
    )
    arrow = Relation(inner, name, "meets_with")
    ada = document([outer, inner, name, Entity(6, 17, "GPE")], [arrow])
    desk.record = with_work(desk.record, "u1", ada)

    assert open_keys(desk) == ["e0-17", "r0-17,3-14"]
    settle_by_ticks(desk, "u1")
    assert desk.problems == ()
    assert find_consensus(desk.record, SCHEMA).document == ada
