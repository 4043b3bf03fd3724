"""Agreement is that of first submissions, by annotators who worked independently."""

import json
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest
from gold_samples import released
from samples import SCHEMA

from curation.annotations.record import Verdict
from curation.annotations.record_file import read_trusted_record
from curation.documents.document import Document, Entity
from curation.flows.agree import agree, agreement_on, annotated_documents
from curation.flows.agree_report import agreement_page
from curation.flows.pull import pull
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.report.agreement_sentences import agreement_sentences
from curation.report.caveats import agreement_caveats
from curation.scoring.agreement_json import agreement_to_json
from curation.scoring.agreement_results import AgreementFigures
from curation.workspace import Workspace

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MET = Document("d", "Bob met Al.", (BOB, AL))
ANN, BEN, CAT = 2, 3, 4

SECOND = "2026-01-01T10:00:00Z"


@pytest.fixture
def studio():
    studio = MemoryStudio()
    studio.emails |= {n: f"{n}@example.org" for n in (ANN, BEN, CAT)}
    push_documents(studio, [MET.without_annotations()], SCHEMA, title="t")
    return studio


def submit(studio, by, keep=2, **options):
    (task,) = studio.tasks(1)
    return studio.submit(task.id, to_result(MET, SCHEMA)[:keep], by=by, **options)


def correct(studio, number, keep):
    studio.rewrite("annotations", number, to_result(MET, SCHEMA)[:keep])


def pulled(studio, place):
    return pull(studio, place, SCHEMA, title="t", full=True)


def agreement(place, gold="next"):
    return agree(place, SCHEMA, [], gold=gold, seed=7)


def entities(found):
    counts = found.entities["strict"].micro.counts
    return counts.tp, counts.fp + counts.fn


def test_what_was_changed_after_a_difference_was_shown_never_raises_agreement(studio, place):
    submit(studio, ANN)
    later = submit(studio, BEN, keep=1)
    pulled(studio, place)
    before = agreement(place)
    assert entities(before) == (1, 1)

    correct(studio, later, keep=2)
    pulled(studio, place)

    found = agreement(place)
    assert entities(found) == (1, 1)
    assert found.figures == before.figures
    assert found.submissions.are_first
    assert found.submissions.current.entities_f1 == 1.0
    said = " ".join(agreement_caveats(found))
    assert "first submissions" in said
    assert "On the annotations as they are now: F1 of entities 100.0" in said


def test_whoever_edits_everything_to_equality_leaves_every_figure_as_it_was(studio, place):
    """Of each pair, of each annotator, by type, on the page; and a new pull, version or folder changes nothing."""
    submit(studio, ANN)
    later = [submit(studio, BEN, keep=1), submit(studio, CAT, keep=0)]
    pulled(studio, place)
    before = agreement(place)
    page = page_of(place)
    assert len(before.pairs) == len(before.by_annotator) == 3
    assert "PERSON / nothing" in page

    for number in later:
        correct(studio, number, keep=2)
    pulled(studio, place)

    found = agreement(place)
    assert found.submissions.current == AgreementFigures(
        entities_f1=1.0, relations_f1=None, kappa=1.0, alpha=1.0
    )
    same = replace(found, submissions=before.submissions)
    assert same == replace(before, recipe=found.recipe)
    assert found.recipe == before.recipe
    assert differences_on(page_of(place)) == differences_on(page)
    version = released(place, SCHEMA).version
    sealed = agreement(place, version)
    assert replace(sealed, recipe=found.recipe) == found
    again = Workspace(place.gold, place.gold.parent / "another machine" / ".curate")
    pulled(studio, again)
    assert agreement(again) == found


def page_of(place):
    annotated = annotated_documents(place.gold, "next", (), SCHEMA)
    found = agreement_on(annotated, SCHEMA, seed=7)
    return agreement_page(found, annotated, place, SCHEMA)


def differences_on(page):
    return page.partition('<section id="differences"')[2].partition("</section>")[0]


def test_a_sealed_version_has_firsts_too(studio, place):
    submit(studio, ANN)
    later = submit(studio, BEN, keep=1)
    pulled(studio, place)
    correct(studio, later, keep=2)
    pulled(studio, place)

    sealed = released(place, SCHEMA)

    found = agreement(place, sealed.version)
    assert entities(found) == (1, 1)
    assert found.submissions == agreement(place).submissions
    card = (place.gold / "README.md").read_text()
    assert "F1 0.667" in card
    assert "on the annotations as they are now: entities F1 1.000" in card
    assert released(place, SCHEMA).is_new is False


def test_an_annotator_who_deletes_and_submits_anew_has_the_earlier_first(studio, place):
    submit(studio, ANN)
    submit(studio, BEN, keep=1)
    pulled(studio, place)
    (task,) = studio.tasks(1)
    studio.stored_tasks[task.id].annotations.pop()
    submit(studio, BEN)
    pulled(studio, place)

    assert entities(agreement(place)) == (1, 1)


@pytest.mark.parametrize(
    ("how", "everybody"), [("delete", False), ("skip", False), ("skip", True)]
)
def test_taking_submissions_back_after_a_difference_was_shown_never_raises_agreement(
    studio, place, how, everybody
):
    """Neither in next nor in a release, also where nobody has anything submitted any more."""
    numbers = [submit(studio, ANN), submit(studio, CAT), submit(studio, BEN, keep=1)]
    pulled(studio, place)
    before = agreement(place)
    taken_back = {ANN: numbers[0], CAT: numbers[1], BEN: numbers[2]}
    if not everybody:
        taken_back = {BEN: numbers[2]}
    for who, number in taken_back.items():
        if how == "delete":
            studio.delete_annotation(number)
        else:
            studio.change(number, by=who, skipped=True)
    pulled(studio, place)

    found = agreement(place)

    assert (found.figures, found.pairs) == (before.figures, before.pairs)
    assert found.submissions.taken_back == len(taken_back)
    assert found.submissions.current != before.submissions.current
    assert "deleted, skipped or given a problem since." in " ".join(agreement_caveats(found))


def test_an_update_with_a_problem_keeps_no_first_submission_out_of_agreement(studio, place):
    """Else whoever breaks what differs would raise agreement."""
    submit(studio, ANN)
    number = submit(studio, BEN, keep=1)
    pulled(studio, place)
    before = agreement(place)
    unlabelled = {"type": "relation", "from_id": "a", "to_id": "b", "direction": "right"}
    studio.change(number, [*to_result(MET, SCHEMA)[:2], unlabelled], by=BEN)

    report = pulled(studio, place)

    assert report.problems
    found = agreement(place)
    assert (found.figures, found.pairs) == (before.figures, before.pairs)
    assert found.submissions.taken_back == 1


def test_a_release_counts_what_was_taken_back_and_its_rows_say_what_they_lack(studio, place):
    submit(studio, ANN)
    submit(studio, CAT)
    bens = submit(studio, BEN, keep=1)
    pulled(studio, place)
    before = agreement(place)
    studio.delete_annotation(bens)
    pulled(studio, place)

    version = released(place, SCHEMA).version

    card = (place.gold / "README.md").read_text()
    assert f"F1 {before.figures.entities_f1:.3f}" in card
    assert (
        "first submissions count of 1 annotation deleted, skipped or given a problem since"
        in card
    )
    sealed = agreement(place, version)
    said = "1 annotation submitted once, and deleted, skipped or given a problem since, is left out."
    assert said in [*agreement_caveats(sealed)]
    assert agreement_to_json(agreement(place))["submissions"]["taken_back"] == 1


def test_a_copy_makes_no_agreement(studio, place):
    submit(studio, BEN, parent_annotation=submit(studio, ANN))
    pulled(studio, place)

    found = agreement(place)

    assert (found.documents, found.documents_by_one) == (0, 1)
    assert found.submissions.left_out == {"copied from another annotator's": 1}
    released(place, SCHEMA)
    card = (place.gold / "README.md").read_text()
    assert "Not measured: it takes documents" in card


def test_who_copied_and_then_began_anew_has_seen_the_other(studio, place):
    submit(studio, BEN, parent_annotation=submit(studio, ANN))
    pulled(studio, place)
    (task,) = studio.tasks(1)
    studio.stored_tasks[task.id].annotations.pop()
    submit(studio, BEN)
    pulled(studio, place)

    assert agreement(place).documents == 0


def test_nobody_knows_whether_an_unknown_annotator_is_another_one(studio, place):
    submit(studio, ANN)
    submit(studio, BEN)
    studio.delete_account(BEN)
    pulled(studio, place)

    found = agreement(place)

    assert found.annotators == tuple({one for one in found.annotators if "person" in one})
    assert found.submissions.left_out == {"by an unknown annotator": 1}
    assert "1 annotation by an unknown annotator is left out." in [*agreement_caveats(found)]


@pytest.mark.parametrize(
    ("at", "offered", "documents"),
    [
        ("2025-12-31T00:00:00Z", False, 0),
        ("2026-01-02T00:00:00Z", False, 1),
        pytest.param(None, False, 0, id="same second, not offered"),
        pytest.param(None, True, 1, id="same second, offered"),
    ],
)
def test_what_was_begun_after_the_verdict_makes_no_agreement(
    studio, place, at, offered, documents
):
    """In the second of the verdict, what the adjudicator was offered was there before."""
    submit(studio, ANN)
    submit(studio, BEN)
    pulled(studio, place)
    form = json.loads((place.next / "d.json").read_text())
    annotation = form["annotations"][0]
    for one in form["annotations"] if at is None else ():
        one |= {"created": SECOND, "updated": SECOND}
    both = [one["uid"] for one in form["annotations"]]
    readings = [
        {"by": both, "reading": {}},
        {"by": [], "reading": {"entities": [[0, 3, "ORG"]]}},
    ]
    decision = {
        "key": "e0-3", "kind": "entities", "place": [[0, 3]], "offered": readings, "chosen": {}, "own": False,
    }  # fmt: skip
    form["verdict"] = {
        "by": "person-00000000", "kind": "person", "at": at or SECOND, "schema": None, "guideline": None,
        "entities": annotation["entities"], "relations": [], "flags": [],
        "decisions": [decision] if offered else [],
    }  # fmt: skip
    (place.next / "d.json").write_text(json.dumps(form))

    found = agreement(place)

    assert found.documents == documents
    left_out = {} if documents else {"begun after the verdict": 2}
    assert found.submissions.left_out == left_out


def test_what_somebody_else_edited_before_the_first_pull_is_nobodys_own(studio, place):
    (task,) = studio.tasks(1)
    submit(studio, ANN)
    submit(studio, BEN)
    bens = studio.stored_tasks[task.id].annotations[1]
    correct(studio, bens["id"], keep=1)
    bens |= {"updated_by": ANN, "updated_at": "2026-01-01T10:00:00Z"}
    pulled(studio, place)
    found = agreement(place)
    assert found.submissions.left_out == {
        "that somebody else edited before the first pull": 1,
    }
    assert found.documents == 0


def test_a_version_without_firsts_says_so():
    shipped = Workspace(Path(__file__).parents[2] / "gold", Path("nowhere"))

    found = agreement(shipped, "0.1.0")

    assert found.documents == 1
    assert found.submissions.are_first is False
    assert "sealed without first submissions" in " ".join(agreement_caveats(found))


def test_the_json_says_which_submissions_were_compared(studio, place):
    submit(studio, ANN)
    submit(studio, BEN, keep=1)
    pulled(studio, place)
    found = agreement(place)

    form = agreement_to_json(found)

    assert form["submissions"]["first"] is True
    assert form["submissions"]["current"]["entities_f1"] == pytest.approx(2 / 3)


def edit(studio, number, by):
    """Somebody updates an annotation, a day after it was submitted."""
    studio.change(number, by=by)
    for task in studio.stored_tasks.values():
        for one in task.annotations:
            if one["id"] == number:
                one["created_at"] = "2025-12-30T00:00:00Z"


def test_a_first_that_somebody_else_had_edited_is_nobodys_own_for_ever(studio, place):
    """Also once the annotator has changed it again, or deleted it and submitted anew."""
    submit(studio, ANN)
    bens = submit(studio, BEN)
    edit(studio, bens, by=ANN)
    pulled(studio, place)
    edited = {"that somebody else edited before the first pull": 1}
    assert agreement(place).submissions.left_out == edited

    studio.change(bens, by=BEN, result=to_result(MET, SCHEMA)[:1])
    pulled(studio, place)

    assert agreement(place).submissions.left_out == edited
    studio.delete_annotation(bens)
    submit(studio, BEN)
    pulled(studio, place)
    found = agreement(place)
    assert (found.documents, found.submissions.left_out) == (0, edited)


def test_an_edit_by_somebody_else_after_the_first_pull_takes_nothing_away(studio, place):
    """Though the annotator had changed the annotation before."""
    submit(studio, ANN)
    bens = submit(studio, BEN, keep=1)
    edit(studio, bens, by=BEN)
    pulled(studio, place)
    before = agreement(place)
    assert (before.submissions.unsure, entities(before)) == (1, (1, 1))

    studio.change(bens, by=ANN, result=to_result(MET, SCHEMA)[:2])
    pulled(studio, place)

    assert agreement(place).figures == before.figures


def test_only_submissions_that_are_compared_are_told_as_unsure(studio, place):
    """Of three that were changed before the first pull, two are of a document that one person has."""
    submit(studio, ANN)
    edit(studio, submit(studio, BEN, keep=1), by=BEN)
    others = [replace(MET, id=name) for name in ("e", "f")]
    push_documents(studio, [one.without_annotations() for one in others], SCHEMA, title="t")
    for task in list(studio.tasks(1))[1:]:
        edit(studio, studio.submit(task.id, to_result(MET, SCHEMA), by=ANN), by=ANN)
    pulled(studio, place)

    found = agreement(place)

    assert (found.documents, found.submissions.unsure) == (1, 1)
    assert "1 annotation may have been changed" in " ".join(agreement_caveats(found))
    assert (
        "first submissions of annotators who worked independently"
        " (1 of those compared may be a later one)"
    ) in agreement_sentences(found)


def test_only_submissions_taken_back_that_are_compared_are_told(studio, place):
    """The skipped one was the only one of its document."""
    submit(studio, ANN)
    bens = submit(studio, BEN)
    push_documents(studio, [replace(MET, id="e").without_annotations()], SCHEMA, title="t")
    (_, task) = studio.tasks(1)
    alone = studio.submit(task.id, to_result(MET, SCHEMA), by=ANN)
    pulled(studio, place)
    studio.delete_annotation(bens)
    studio.change(alone, by=ANN, skipped=True)
    pulled(studio, place)

    found = agreement(place)

    assert (found.documents, found.submissions.taken_back) == (1, 1)


@pytest.mark.parametrize("becomes", ["replaced", "removed"])
def test_what_came_after_a_verdict_stays_so_whatever_becomes_of_the_verdict(
    studio, place, becomes
):
    anns = submit(studio, ANN)
    pulled(studio, place)
    record = record_of(place)
    verdict = Verdict(
        by="person-00000000", kind="person", at="2025-12-31T00:00:00Z", schema=None, guideline=None,
        decisions=(), entities=record.annotations[0].entities, relations=(), flags=(),
    )  # fmt: skip
    decide(place, verdict)
    later = msgspec.structs.replace(verdict, at="2099-12-31T00:00:00Z")
    submit(studio, BEN)
    pulled(studio, place)
    assert agreement(place).submissions.left_out["begun after the verdict"]

    decide(place, later if becomes == "replaced" else None)

    found = agreement(place)
    assert (found.documents, found.submissions.left_out["begun after the verdict"]) == (0, 2)
    studio.change(anns, by=ANN, result=to_result(MET, SCHEMA)[:1])
    pulled(studio, place)
    assert agreement(place).submissions == found.submissions


def record_of(place):
    return read_trusted_record((place.next / "d.json").read_bytes())


def decide(place, verdict):
    """Put another verdict into the document's record, or none."""
    with place.working_version(SCHEMA) as working:
        working.put(msgspec.structs.replace(record_of(place), verdict=verdict))
        place.commit(working)
