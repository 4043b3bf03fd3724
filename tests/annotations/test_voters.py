"""Who has a vote on a document, and what a flag asks."""

import msgspec
import pytest
from annotations.test_consensus import ANN, BEA, CAT, by, changed, record_of
from samples import SCHEMA

from curation.annotations.consensus import find_consensus
from curation.annotations.make_verdict import MadeChoices, VerdictSource, make_verdict
from curation.annotations.settle_choices import settle
from curation.annotations.staleness import judge_verdict
from curation.annotations.voters import compare_annotations, find_voters

OUT = next(name for name, flag in SCHEMA.flags.items() if flag.keeps_out)
TALK = next(name for name, flag in SCHEMA.flags.items() if not flag.keeps_out)
SOURCE = VerdictSource(by="person-9", kind="person", at="2026-11-04T10:00:00Z")


@pytest.mark.parametrize("status", ["problem", "skipped", "deleted"])
def test_what_is_not_submitted_and_sound_has_no_vote(status):
    record = changed(record_of(by(ANN), by(BEA, "NORP")), "u2", status=status)

    assert [*find_voters(record, SCHEMA).documents] == ["u1"]


def test_a_copy_has_no_vote_beside_its_original():
    record = changed(record_of(by(ANN), by(BEA, "NORP")), "u2", copy_of="u1")

    found = find_voters(record, SCHEMA)

    assert [*found.documents] == ["u1"]
    assert found.without_vote == {"u2": "copied from another annotator's"}
    assert find_consensus(record, SCHEMA).reason == ""


def test_a_copy_is_gold_where_nobody_else_has_submitted_anything():
    record = changed(record_of(by(ANN), by(BEA, "NORP")), "u2", copy_of="u1")
    record = changed(record, "u1", status="deleted")

    assert [*find_voters(record, SCHEMA).documents] == ["u2"]


def test_one_account_in_two_projects_has_one_vote_for_its_latest_work():
    record = record_of(by(ANN), by(ANN, "NORP"), by(BEA))
    record = changed(record, "u1", project="blind", updated="2026-11-03T11:00:00Z")

    found = find_voters(record, SCHEMA)

    assert {*found.documents} == {"u1", "u3"}
    assert found.without_vote == {"u2": "earlier work of the same annotator"}


def test_nobody_votes_on_a_document_that_is_not_active():
    record = msgspec.structs.replace(record_of(by(ANN), by(BEA, "NORP")), state="dropped")

    assert compare_annotations(record, SCHEMA).differences == ()


def decided(record, **chosen):
    """The record after a verdict, with the first annotation's readings where nothing else is *chosen*."""
    compared = compare_annotations(record, SCHEMA)
    choices = {}
    for one in compared.differences:
        option = one.option_of("u1") or one.options[0]
        if one.kind == "flags":
            (option,) = (each for each in one.options if each.reading.flags == chosen["flags"])
        choices[one.key] = option.alias
    settlement = settle(compared, choices, SCHEMA)
    made = MadeChoices(choices=choices)
    verdict = make_verdict(compared, settlement, made, SOURCE, SCHEMA)
    return msgspec.structs.replace(record, verdict=verdict)


def test_a_flagged_document_gets_one_more_question_the_last():
    record = record_of(by(ANN, flags=(OUT, TALK)), by(BEA, "NORP"))

    *_, question = compare_annotations(record, SCHEMA).differences

    assert (question.key, question.kind, question.place) == ("flags", "flags", ())
    assert [
        (one.reading.flags, one.reading.flag_names, one.by) for one in question.options
    ] == [
        ("keep out", (OUT,), ("u1",)),
        ("take in", (), ("u2",)),
    ]


def test_a_flag_alone_is_a_question_too_and_one_that_keeps_nothing_out_is_none():
    (question,) = compare_annotations(record_of(by(ANN, flags=(OUT,))), SCHEMA).differences

    assert question.kind == "flags"
    assert compare_annotations(record_of(by(ANN, flags=(TALK,))), SCHEMA).differences == ()


def test_a_document_that_was_taken_in_is_gold_without_the_flag_that_kept_it_out():
    record = decided(record_of(by(ANN, flags=(OUT, TALK)), by(BEA, "NORP")), flags="take in")

    found = find_consensus(record, SCHEMA)

    assert (found.reason, found.adjudicated, found.flags) == ("", True, (TALK,))


def test_a_document_that_was_kept_out_has_no_gold_and_the_verdict_holds():
    record = decided(record_of(by(ANN, flags=(OUT,)), by(BEA, "NORP")), flags="keep out")

    found = find_consensus(record, SCHEMA)

    assert (found.document, found.reason, found.adjudicated) == (None, "flagged", True)
    assert found.flags == (OUT,)


def test_a_flag_that_was_set_later_opens_the_question_alone():
    record = decided(record_of(by(ANN), by(BEA, "NORP")))

    flagged = changed(record, "u2", flags=(OUT,))

    state = judge_verdict(flagged, SCHEMA)
    assert [one.key for one in state.open] == ["flags"]
    assert state.holding == len(record.verdict.decisions)
    assert find_consensus(flagged, SCHEMA).reason == "flagged"


def test_a_flag_withdrawn_or_set_by_another_opens_nothing():
    record = decided(record_of(by(ANN, flags=(OUT,)), by(BEA, "NORP")), flags="take in")

    assert judge_verdict(changed(record, "u1", flags=()), SCHEMA).holds
    assert judge_verdict(changed(record, "u2", flags=(OUT,)), SCHEMA).holds


def test_a_document_taken_in_waits_for_what_else_is_open():
    record = decided(record_of(by(ANN, flags=(OUT,)), by(BEA, "NORP")), flags="take in")
    later = record_of(by(CAT, "LOC", suggestion=None)).annotations
    late = tuple(msgspec.structs.replace(one, uid="u9") for one in later)

    found = find_consensus(
        msgspec.structs.replace(record, annotations=(*record.annotations, *late)), SCHEMA
    )

    assert (found.document, found.reason) == (None, "differ")
