"""The blind arm: dealt out once, never given suggestions later, and never mixed by accident."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labelstudio.push.test_push import NEW, OLD, Fault, document, pushed

from curation.errors import StudioError
from curation.labelstudio.push.dealing import AskedDealing, Dealing
from curation.labelstudio.server.twin import MemoryStudio

DOCUMENTS = [document(number) for number in range(30)]
TENTH = Dealing(blind_share=0.3)
BLIND = {one.id for one in DOCUMENTS if TENTH.deals_blind(one.id)}


def dealt(studio, documents=DOCUMENTS, **options):
    names = ("blind_share", "blind")
    asked = AskedDealing(**{name: options.pop(name) for name in names if name in options})
    return pushed(studio, documents, dealing=asked, **options)


def arms(studio):
    return {task.doc_id: task.stamp.arm for task in studio.tasks(1)}


def with_suggestions(studio):
    tasks = {task.id: task.doc_id for task in studio.tasks(1)}
    return {tasks[one.task] for one in studio.predictions(1)}


def test_a_share_of_the_documents_comes_without_suggestions_and_says_so():
    studio = MemoryStudio()

    report = dealt(studio, blind_share=0.3)

    assert 0 < len(BLIND) < len(DOCUMENTS)
    assert report.blind == len(BLIND)
    assert {name for name, arm in arms(studio).items() if arm == "blind"} == BLIND
    assert with_suggestions(studio) == {one.id for one in DOCUMENTS} - BLIND
    stamps = [task.stamp for task in studio.tasks(1) if task.doc_id in BLIND]
    assert all(stamp.dealt and stamp.suggestion is None for stamp in stamps)


@given(
    shares=st.tuples(st.sampled_from([0.0, 0.3]), st.sampled_from([None, 0.0, 0.3, 0.7, 1.0]))
    | st.tuples(st.just(1.0), st.sampled_from([None, 1.0])),
    begun=st.sets(st.integers(0, 9)),
    model=st.sampled_from([OLD, NEW]),
)
def test_no_document_is_moved_between_the_arms(shares, begun, model):
    """By another share, another model, or another text; not where nobody has begun either."""
    studio = MemoryStudio()
    first, later = shares
    dealt(studio, DOCUMENTS[:10], blind_share=first)
    before = arms(studio)
    blind_before = {name for name, arm in before.items() if arm == "blind"}
    for number in begun:
        studio.submit(min(studio.stored_tasks) + number, [])

    corrected = replace(document(9, model), text="Bob met Al, 9")
    again = [*(document(n, model) for n in range(9)), corrected]
    asked = {} if later is None else {"blind_share": later}
    report = dealt(studio, [*again, document(20, model)], **asked)

    now = arms(studio)
    assert {name: now[name] for name in before} == before
    assert not with_suggestions(studio) & blind_before
    share = Dealing(blind_share=first if later is None else later)
    assert (now["doc-20"] == "blind") == share.deals_blind("doc-20")
    assert report.blind == share.deals_blind("doc-20") + (
        "doc-9" in blind_before and 9 not in begun
    )


def test_a_document_that_had_no_suggestions_to_give_still_gets_some():
    """It wasn't dealt into the blind arm: nobody had made any."""
    studio = MemoryStudio()
    dealt(studio, [one.without_annotations() for one in DOCUMENTS[:2]])
    assert set(arms(studio).values()) == {"blind"}

    dealt(studio, DOCUMENTS[:2])

    assert set(arms(studio).values()) == {"assisted"}


def test_a_blind_push_again_changes_nothing_and_looks_at_nothing_twice():
    studio = MemoryStudio()
    ledger = dealt(studio, blind=True).ledger
    assert with_suggestions(studio) == set()
    assert studio.find_project("p").description == "curate push --blind"

    asked = []
    studio.tasks = lambda *_, **which: asked.append(which) or iter(())
    report = dealt(studio, ledger=ledger)

    assert (report.created, report.unchanged, report.updated) == (0, len(DOCUMENTS), 0)
    assert asked == []


def test_a_blind_project_stays_blind_without_the_option():
    studio = MemoryStudio()
    dealt(studio, DOCUMENTS[:2], blind=True)

    dealt(studio, DOCUMENTS)

    assert set(arms(studio).values()) == {"blind"}
    assert with_suggestions(studio) == set()


@pytest.mark.parametrize("share", [0.0, 0.3])
def test_a_blind_project_gets_no_share_of_documents_with_suggestions(share):
    studio = MemoryStudio()
    dealt(studio, DOCUMENTS[:2], blind=True)

    for dry_run in (True, False):
        with pytest.raises(StudioError, match="'p' is a blind project") as caught:
            dealt(studio, DOCUMENTS, blind_share=share, dry_run=dry_run)

        assert 'curate push --project "p assisted"' in caught.value.hint.replace("'", '"')
    assert len(arms(studio)) == 2
    assert studio.find_project("p").description == "curate push --blind"


def test_a_project_with_suggestions_is_not_made_blind():
    studio = MemoryStudio()
    dealt(studio, DOCUMENTS[:2])

    for dry_run in (True, False):
        with pytest.raises(StudioError, match="has 2 suggestions") as caught:
            dealt(studio, DOCUMENTS[2:], blind=True, dry_run=dry_run)

        assert '--blind --project "p blind"' in caught.value.hint.replace("'", '"')
    assert len(studio.stored_tasks) == 2


def test_what_a_dry_run_says_of_the_blind_is_what_comes():
    studio = MemoryStudio()

    empty = dealt(studio, blind_share=0.3, dry_run=True)
    assert studio.projects == {}
    dealt(studio, DOCUMENTS[:5], blind_share=0.3)
    dry = dealt(studio, dry_run=True)

    assert empty.blind == len(BLIND)
    assert dry.blind == dealt(studio).blind == len(BLIND - {one.id for one in DOCUMENTS[:5]})


@pytest.mark.parametrize("done", [True, False], ids=["committed", "not committed"])
def test_an_import_whose_answer_is_lost_gives_the_blind_nothing(done):
    studio = Fault({3}, done=done)

    dealt(studio, blind_share=0.3)

    assert with_suggestions(studio) == {one.id for one in DOCUMENTS} - BLIND
    assert len(list(studio.predictions(1))) == len(DOCUMENTS) - len(BLIND)
