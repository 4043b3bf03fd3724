"""Choices on the screen become the gold that they say, or problems that name the differences."""

from dataclasses import replace

import pytest
from annotations.drawn import pulled_annotation, pulled_document
from annotations.test_compared import several
from deciding import decided, drawn, similar
from disputed import HATAMI, IRANIAN, RYABKOV, TEXT, annotations, comparison, named
from hypothesis import given
from hypothesis import strategies as st
from labelstudio.adjudication.test_read_verdict import (
    DIFFERENCES,
    TASK,
    also,
    first_readings,
    marked,
    neither,
    own_readings,
    read_of,
    reading,
    region_of,
    task_of,
)
from msgspec.structs import replace as replace_record
from samples import SCHEMA

from curation.annotations.compared import compare_documents
from curation.annotations.consensus import find_consensus
from curation.annotations.decision_makers import maker_of
from curation.annotations.make_verdict import VerdictSource
from curation.annotations.merge import merge_pulled
from curation.annotations.settle_choices import settle
from curation.annotations.standing_decisions import StandingDecisions
from curation.annotations.voters import compare_annotations
from curation.checks.against_schema import check_document
from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.adjudication.counted_choices import VerdictRound
from curation.labelstudio.adjudication.settle_verdict import settle_verdict

SOURCE = VerdictSource(by="person-9", kind="person", at="2026-01-01T00:00:00Z", schema="s")


def settled(compared, task, result, *, now=None):
    """What a result of the task comes to, where the annotations are *now* compared."""
    article = compared.agreed.without_annotations()
    read = read_of(article, task, result)
    rounds = [VerdictRound(number=1, read=read)]
    return settle_verdict(article, rounds, SOURCE, now or compared, SCHEMA)


def contents(verdict):
    """Spans and arrows of a verdict."""
    return (
        {(one.start, one.end, one.label) for one in verdict.entities},
        {(one.head, one.label, one.tail) for one in verdict.relations},
    )


def contents_of(document):
    """The same of a document."""
    return (
        {(one.start, one.end, one.label) for one in document.entities},
        {
            (
                (one.head.start, one.head.end, one.head.label),
                one.label,
                (one.tail.start, one.tail.end, one.tail.label),
            )
            for one in document.relations
        },
    )


@given(several() | similar(), st.data())
def test_choices_on_the_screen_are_settled_as_choices(documents, data):
    """The same gold as without a screen between, or the same contradictions, and every decision as it was made."""
    compared = compare_documents(documents, SCHEMA)
    choices = {}
    for one in compared.differences:
        if data.draw(st.integers(0, 3)):
            choices[one.key] = data.draw(st.sampled_from(one.options)).alias
        else:
            choices[one.key] = data.draw(own_readings(compared, one))
    expected = settle(compared, choices, SCHEMA)

    task = task_of(compared)
    found = settled(compared, task, decided(task, choices, origin="prediction"))

    breaches = check_document(expected.document, SCHEMA) if expected.document else ()
    assert (found.verdict is None) == bool(expected.contradictions or breaches)
    assert len(found.problems) >= len({one.differences for one in expected.contradictions})
    if found.verdict:
        assert contents(found.verdict) == contents_of(expected.document)
        assert found.edits == ()
        assert {one.key for one in found.verdict.decisions} == choices.keys()


@given(similar(), st.data())
def test_whoevers_readings_were_all_ticked_is_reproduced_exactly(documents, data):
    compared = compare_documents(documents, SCHEMA)
    uid = data.draw(st.sampled_from(sorted(documents)))
    task = task_of(compared)

    choices = {one.key: one.option_of(uid).alias for one in compared.differences}
    found = settled(compared, task, decided(task, choices))

    assert found.problems == ()
    assert contents(found.verdict) == contents_of(documents[uid])


def outcome(*changes, choices=(), task=TASK):
    """What a verdict comes to in which everything was ticked, after these changes of the result."""
    result = decided(task, first_readings() | dict(choices))
    for change in changes:
        result = change(result) or result
    return settled(comparison(), task, result)


def with_arrows(number):
    """The alias of the option that has an arrow or, at a place, a span with one."""
    return next(one.alias for one in DIFFERENCES[number].options if one.reading.arrows)


def removed(entity, task=TASK):
    """An agreed span was taken away, and with it its arrows."""
    gone = region_of(entity, task)
    return lambda result: [
        one
        for one in result
        if gone not in (one.get("id"), one.get("from_id"), one.get("to_id"))
    ]


def resized(entity, start, end):
    def change(result):
        for one in result:
            if one.get("id") == region_of(entity):
                one["value"] |= {"start": start, "end": end}
                one["origin"] = "prediction-changed"

    return change


HATAMI_MEETS_SHOIGU = {DIFFERENCES[3].key: with_arrows(3)}


@pytest.mark.parametrize(
    ("changes", "choices", "said"),
    [
        pytest.param(
            (), {DIFFERENCES[1].key: reading(1)},
            "difference #1, and what all annotators agree on: the arrow affiliated_with from"
            " 'Amir Hatami' to 'Iranian' has an end where the verdict marks nothing;"
            " delete the arrow, or choose otherwise there",
            id="an end decided away",
        ),
        pytest.param(
            (neither(1), also(marked(IRANIAN, "LAW"))), {},
            "difference #1, and what all annotators agree on: affiliated_with may not join PERSON to LAW;"
            " affiliated_with joins PERSON → ORG | GPE | NORP",
            id="a forbidden signature",
        ),
        pytest.param(
            (removed(HATAMI),), HATAMI_MEETS_SHOIGU,
            "difference #3, and what all annotators agree on: the arrow meets_with between",
            id="an agreed end taken away",
        ),
        pytest.param(
            (also(marked(named("Moscow", "ORG"))),), {},
            "'Moscow' is marked as GPE and as ORG; keep one of them",
            id="two types on the same words",
        ),
    ],
)  # fmt: skip
def test_choices_that_contradict_each_other_are_problems(changes, choices, said):
    found = outcome(*changes, choices=choices)

    assert found.verdict is None
    assert any(said in one.what for one in found.problems), found.problems


def test_an_answer_that_is_a_problem_contradicts_nothing_besides():
    """A span across two places answers neither, and an agreed arrow ends at one of them."""
    across = drawn(TEXT, 0, TEXT.index("Sergei"), "TITLE")

    found = outcome(neither(1), neither(2), also(across))

    (problem,) = found.problems
    assert "lies on the places of differences #1 and #2" in problem.what


def test_a_label_on_the_mark_is_no_edit_of_an_agreed_arrow_that_ends_there():
    found = outcome(neither(1), also(marked(IRANIAN, "GPE", identity="place-1")))

    assert found.problems == ()
    assert found.edits == ()


def test_an_arrow_whose_two_ends_are_questions_names_all_of_them():
    """Who is where and what joins them, each a question; the arrow is chosen, and an end isn't."""
    text = "Ann of Nato."
    ann, nato = Entity(0, 3, "PERSON"), Entity(7, 11, "ORG")
    joined = (Relation(ann, nato, "affiliated_with"),)
    compared = compare_documents(
        {
            "u1": Document("d", text, (ann, nato), joined),
            "u2": Document(
                "d", text, (replace(ann, label="TITLE"), replace(nato, label="GPE"))
            ),
            "u3": Document("d", text, (), ()),
        },
        SCHEMA,
    )
    task = task_of(compared)
    by_kind = {one.key: one for one in compared.differences}
    choices = {key: one.option_of("u1").alias for key, one in by_kind.items()}
    place = next(key for key, one in by_kind.items() if one.place == ((7, 11),))

    found = settled(
        compared, task, decided(task, choices | {place: by_kind[place].option_of("u3").alias})
    )

    assert found.verdict is None
    assert len(found.problems) == 1
    assert found.problems[0].what.startswith("differences #")
    assert " and #" in found.problems[0].what


def test_an_arrow_at_an_agreed_span_that_was_taken_away_joins_no_place_inside_that_span():
    """Nobody joined 'Oslo', which somebody marked in 'Oslo Corp'."""
    text = "Oslo Corp met Bo Ek."
    corp, oslo, bo = Entity(0, 9, "ORG"), Entity(0, 4, "GPE"), Entity(14, 19, "PERSON")
    meets = Relation(corp, bo, "meets_with")
    compared = compare_documents(
        {
            "u1": SCHEMA.canonical(Document("d", text, (corp, bo), (meets,))),
            "u2": SCHEMA.canonical(Document("d", text, (oslo, corp, bo))),
        },
        SCHEMA,
    )
    task = task_of(compared)
    by_key = {one.key: one for one in compared.differences}
    choices = {
        "e0-4": by_key["e0-4"].option_of("u2").alias,
        "r0-9,14-19": by_key["r0-9,14-19"].option_of("u1").alias,
    }

    found = settled(compared, task, removed(corp, task)(decided(task, choices)))

    assert found.verdict is None
    (problem,) = found.problems
    assert "the arrow meets_with between" in problem.what


def test_a_chosen_arrow_follows_an_agreed_span_that_was_mended():
    """All marked too much of a name; the adjudicator mends that, and ticks an arrow from there."""
    found = outcome(
        resized(HATAMI, HATAMI.start + len("Amir "), HATAMI.end), choices=HATAMI_MEETS_SHOIGU
    )

    assert found.problems == ()
    arrows = {
        (one.head, one.label)
        for one in found.verdict.relations
        if one.label in ("meets_with", "affiliated_with")
    }
    hatami = (HATAMI.start + len("Amir "), HATAMI.end, "PERSON")
    assert {(hatami, "meets_with"), (hatami, "affiliated_with")} <= arrows
    assert found.edits[0] == "'Amir Hatami' PERSON removed"
    assert "'Hatami' PERSON added" in found.edits


def test_what_was_changed_of_the_agreed_part_is_told_and_is_a_decision_of_its_own():
    found = outcome(removed(RYABKOV), choices={DIFFERENCES[6].key: reading(6)})

    assert found.problems == ()
    assert found.edits == ("'Sergei Ryabkov' PERSON removed",)
    own = [one for one in found.verdict.decisions if len(one.offered) == 1]
    assert [one.place for one in own] == [(RYABKOV.span,)]
    assert own[0].offered[0].by == ("ada", "ben")
    assert own[0].own
    assert own[0].chosen.entities == ()


def test_a_verdict_holds_what_the_task_showed_though_annotations_changed_since():
    changed = annotations() | {"ben": replace(annotations()["ben"], entities=(), relations=())}
    task = TASK
    result = decided(task, first_readings())

    found = settled(comparison(), task, result, now=compare_documents(changed, SCHEMA))

    offered = {one.key: len(one.offered) for one in found.verdict.decisions}
    assert offered == {one.key: len(one.options) for one in DIFFERENCES.values()}
    assert contents(found.verdict) == contents(settled(comparison(), task, result).verdict)


def edit(draw, task, result):
    """The result after an adjudicator changed some of the agreed part: took a span away, or gave it another type."""
    agreed = [one for one in result if one["type"] == "labels" and one["from_name"] == "label"]
    for one in agreed:
        what = draw(st.sampled_from(["", "", "gone", "other type"]))
        if what == "gone":
            gone = one["id"]
            result = [
                each
                for each in result
                if gone not in (each.get("id"), each.get("from_id"), each.get("to_id"))
            ]
        elif what:
            label = draw(st.sampled_from(sorted(SCHEMA.entities)))
            one["value"] = one["value"] | {"labels": [label]}
    return result


@given(similar(), st.data())
def test_whatever_a_verdict_says_is_the_gold_while_the_annotations_stay(documents, data):
    """Also what was changed of the agreed part, which no annotation says."""
    record = record_with(documents)
    compared = compare_annotations(record, SCHEMA)
    task = task_of(compared)
    choices = {
        one.key: data.draw(st.sampled_from(one.options)).alias
        if data.draw(st.integers(0, 3))
        else data.draw(own_readings(compared, one))
        for one in compared.differences
    }
    # As it was filled in, but for the choices and the edits.
    result = edit(data.draw, task, decided(task, {}))
    kept = {one.get("id") for one in result}
    made = [
        one
        for one in decided(task, choices, origin="prediction")[len(decided(task, {})) :]
        if one["type"] != "relation" or {one["from_id"], one["to_id"]} <= kept
    ]

    found = settled(compared, task, [*result, *made])

    assert (found.verdict is None) == bool(found.problems)
    if found.verdict is None:
        return
    consensus = find_consensus(replace_record(record, verdict=found.verdict), SCHEMA)
    assert consensus.adjudicated
    assert consensus.reopened == ()
    assert contents_of(consensus.document) == contents(found.verdict)


def test_a_verdict_without_an_agreed_span_holds_at_the_place_that_was_asked_inside_that_span():
    """Who marked nothing at the place had no arrow there, whatever else is marked around the place."""
    text = "Ann Lee met Bo Ek."
    ann, lee, bo = Entity(0, 7, "PERSON"), Entity(4, 7, "ORG"), Entity(12, 17, "PERSON")
    record = record_with(
        {
            "u1": Document("d", text, (ann, lee, bo), (Relation(bo, lee, "member_of"),)),
            "u2": Document("d", text, (ann, bo)),
        }
    )
    compared = compare_annotations(record, SCHEMA)
    (difference,) = compared.differences
    task = task_of(compared)
    chosen = decided(task, {difference.key: difference.option_of("u1").alias})

    found = settled(compared, task, removed(ann, task)(chosen))

    consensus = find_consensus(replace_record(record, verdict=found.verdict), SCHEMA)
    assert consensus.adjudicated
    assert contents_of(consensus.document) == contents(found.verdict)


def record_with(documents):
    """The record of these annotations, by uid."""
    article = next(iter(documents.values())).without_annotations()
    annotations = [
        pulled_annotation(
            replace(one, layer=Layer("annotator", f"person-{uid}")),
            uid=uid,
            annotator=f"person-{uid}",
        )
        for uid, one in documents.items()
    ]
    return merge_pulled(None, pulled_document(article, *annotations)).record


@given(similar(), st.data())
def test_two_rounds_say_together_what_one_task_would(documents, data):
    """Whichever differences each of them asks for; an arrow may lead from one round's place to the other's."""
    compared = compare_documents(documents, SCHEMA)
    choices = {
        one.key: data.draw(st.sampled_from(one.options)).alias
        if data.draw(st.integers(0, 3))
        else data.draw(own_readings(compared, one))
        for one in compared.differences
    }
    first = {key for key in choices if data.draw(st.booleans())}
    rounds = []
    for number, keys in ((1, first), (2, choices.keys() - first)):
        asked = [one for one in compared.differences if one.key in keys]
        task = task_of(compared, asked=asked, round_number=number)
        result = decided(task, {key: choices[key] for key in keys}, origin="prediction")
        read = read_of(compared.agreed.without_annotations(), task, result)
        rounds.append(VerdictRound(number=number, read=read))
    expected = settle(compared, choices, SCHEMA)

    found = settle_verdict(
        compared.agreed.without_annotations(), rounds, SOURCE, compared, SCHEMA
    )

    breaches = check_document(expected.document, SCHEMA) if expected.document else ()
    assert (found.verdict is None) == bool(expected.contradictions or breaches)
    if found.verdict:
        assert contents(found.verdict) == contents_of(expected.document)
        assert found.edits == ()
        assert {one.key for one in found.verdict.decisions} == choices.keys()


@given(similar(), st.data())
def test_however_decisions_are_split_over_tasks_and_projects_they_are_one_verdict(
    documents, data
):
    """Each task comes to what stands already; in any order, with whatever was changed of the agreed part."""
    compared = compare_documents(documents, SCHEMA)
    choices = {
        one.key: data.draw(st.sampled_from(one.options)).alias
        if data.draw(st.integers(0, 3))
        else data.draw(own_readings(compared, one))
        for one in compared.differences
    }
    parts = [{}, {}, {}]
    numbers = {}
    for one in sorted(compared.differences, key=lambda one: one.kind != "entities"):
        # A relation is asked once its ends are.
        first = max((numbers.get(span, 0) for span in one.place), default=0)
        number = data.draw(st.integers(0 if one.kind == "entities" else first, 2))
        if one.kind == "entities":
            numbers[one.place[0]] = number
        parts[number][one.key] = choices[one.key]
    assert_is_one_verdict(compared, parts)


def test_an_arrow_that_comes_with_a_place_waits_for_the_place_at_its_other_end():
    """Oslo Corp is decided in one task, Rome in a later one; those who disagree on both drew the arrow."""
    text = "Oslo Corp met men of Rome."
    corp, rome = Entity(0, 9, "ORG"), Entity(21, 25, "ORG")
    joined = (SCHEMA.canonical_relation(Relation(corp, rome, "meets_with")),)
    compared = compare_documents(
        {
            "u1": Document("d", text, (corp, rome), joined),
            "u2": Document("d", text, (replace(rome, label="GPE"),)),
        },
        SCHEMA,
    )
    for uid in ("u1", "u2"):
        first = {"e0-9": compared.by_key["e0-9"].option_of("u1").alias}
        second = {"e21-25": compared.by_key["e21-25"].option_of(uid).alias}

        assert_is_one_verdict(compared, [first, second])


def assert_is_one_verdict(compared, parts):
    """Choices in several tasks, one after the other, come to what they come to in one."""
    article = compared.agreed.without_annotations()
    choices = {key: choice for part in parts for key, choice in part.items()}
    expected = settle(compared, choices, SCHEMA)
    breaches = check_document(expected.document, SCHEMA) if expected.document else ()
    is_sound = not (expected.contradictions or breaches)

    verdict = None
    for number, part in enumerate(parts):
        asked = [one for one in compared.differences if one.key in part]
        task = task_of(compared, asked=asked, round_number=1)
        read = read_of(article, task, decided(task, part, origin="prediction"))
        at = f"2026-01-01T00:00:0{number}Z"
        source = VerdictSource(by=f"person-{number}", kind="person", at=at)
        standing = verdict and StandingDecisions(article, verdict, verdict.decisions, SCHEMA)
        found = settle_verdict(
            article,
            [VerdictRound(number=1, read=read, task=f"task {number}")],
            source,
            compared,
            SCHEMA,
            has_other_tasks=lambda: True,
            standing=standing,
        )
        if found.verdict is None:
            assert not is_sound
            return
        verdict = found.verdict

    assert is_sound
    assert contents(verdict) == contents_of(expected.document)
    assert {one.key for one in verdict.decisions} == choices.keys()
    assert verdict.undecided == ()
    for number, part in enumerate(parts):
        for one in verdict.decisions:
            if one.key in part:
                assert one.task == f"task {number}"
                assert maker_of(verdict, one).by == f"person-{number}"
