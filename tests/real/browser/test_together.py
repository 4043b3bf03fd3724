"""Two windows on one task: nobody's work is lost, and a pull tells of both."""

import re
from dataclasses import replace

import pytest
from browser.stories import BASED, BERLIN, MEETS, PARIS, story, without
from gold_samples import read_next

from curation.documents.document import AnnotatedDocument, Layer
from curation.labelstudio.push.dealing import AskedDealing

LOC = replace(PARIS, label="LOC")


@pytest.fixture
def other(ben):
    """Ben's window."""
    window = ben.window()
    yield window
    window.page.close()


def by(person, **changes):
    return replace(story(), layer=Layer("annotator", person.email), **changes)


def test_two_annotators_on_one_task(desk, screen, other, ada, ben):
    made = desk(story())
    for window in (screen, other):
        window.open_task(made.project, made.tasks["story"])
    with screen.drafting():
        screen.relabel(PARIS.start, "5")
    with other.drafting():
        other.delete(BERLIN.start)
    screen.submit()
    other.submit()

    found = made.pull()
    assert found.cursor.all_problems() == ()
    assert {one.annotator: one.document for one in found.annotations} == {
        ada.email: by(ada, entities=(*without(PARIS), LOC)),
        ben.email: by(ben, entities=without(BERLIN), relations=(MEETS,)),
    }
    assert [one.suggestion for one in found.annotations] == [story(), story()]


def test_one_annotator_in_two_windows(desk, screen, ada):
    """Two states by one person: both are kept, and a problem asks which one counts."""
    made = desk(story())
    again = ada.window()
    for window in (screen, again):
        window.open_task(made.project, made.tasks["story"])
    screen.relabel(PARIS.start, "5")
    again.delete_arrow(again.arrows.first)
    screen.submit()
    again.submit()
    again.page.close()

    found = made.pull()
    (task,) = made.studio.export(made.project)
    assert len(task["annotations"]) == 2
    assert found.annotations == ()
    (problem,) = found.cursor.all_problems()
    assert "two annotations by the same annotator differ: 'Paris' is" in problem.what


def test_a_second_annotation_beside_one_that_was_submitted(desk, screen, other, ada, ben):
    """It begins with the suggestions, as the first one did, and changes nothing in that."""
    made = desk(story())
    screen.open_task(made.project, made.tasks["story"])
    screen.relabel(PARIS.start, "5")
    screen.submit()
    other.open_task(made.project, made.tasks["story"])
    other.begin_another()
    other.delete(BERLIN.start)
    other.submit()

    found = made.pull()
    assert {one.annotator: one.document for one in found.annotations} == {
        ada.email: by(ada, entities=(*without(PARIS), LOC)),
        ben.email: by(ben, entities=without(BERLIN), relations=(MEETS,)),
    }
    assert [one.suggestion for one in found.annotations] == [story(), story()]


def test_a_second_annotation_from_nothing(desk, screen, other, ada, ben):
    """The suggestions are a click away all the same, so that it isn't blind."""
    made = desk(story())
    screen.open_task(made.project, made.tasks["story"])
    screen.submit()
    other.open_task(made.project, made.tasks["story"])
    other.begin_another(blank=True)
    other.mark("4", PARIS.start, PARIS.end)
    other.submit()

    found = made.pull().annotations
    assert [one.suggestion for one in found] == [story(), story()]
    documents = {one.annotator: one.document for one in found}
    assert documents == {
        ada.email: by(ada),
        ben.email: by(ben, entities=(PARIS,), relations=()),
    }


def test_a_blind_document_for_two_opens_blank_for_both_in_the_stream(
    desk, screen, other, ada, ben
):
    """Neither the program's suggestions are there nor anything of the one who was first."""
    made = desk(story(), dealing=AskedDealing(overlap=2, blind=True))
    for window, words in ((screen, PARIS), (other, BERLIN)):
        window.open_stream(made.project)
        assert window.result() == []
        assert ada.email not in window.page.inner_text(".lsf-editor")
        window.mark("4", words.start, words.end)
        window.submit()

    found = made.pull().annotations
    assert {one.annotator: (one.document, one.suggestion) for one in found} == {
        ada.email: (by(ada, entities=(PARIS,), relations=()), None),
        ben.email: (by(ben, entities=(BERLIN,), relations=()), None),
    }


def test_of_two_updates_of_one_annotation_the_last_counts(desk, screen, other, ada, ben):
    """It stays the work of its author, and says who changed it last."""
    made = desk(story())
    screen.open_task(made.project, made.tasks["story"])
    screen.submit()
    for window in (screen, other):
        window.open_task(made.project, made.tasks["story"])
    screen.relabel(PARIS.start, "5")
    screen.update()
    mine = made.annotation()
    assert mine == AnnotatedDocument(by(ada, entities=(*without(PARIS), LOC)), story())
    other.delete(BERLIN.start)
    other.update()

    assert made.annotation() == AnnotatedDocument(
        by(ada, entities=without(BERLIN), relations=(MEETS,)), story(), edited_by=ben.email
    )


def test_where_two_differ_nothing_is_gold_until_one_of_them_updates(
    desk, screen, other, curate, tmp_path
):
    made = desk(story())
    for window in (screen, other):
        window.open_task(made.project, made.tasks["story"])
    screen.relabel(PARIS.start, "5")
    screen.submit()
    other.submit()
    said = curate("pull", "--project", made.title)
    assert re.search(r"warning: story: person-\w+ and person-\w+ differ:", said)
    assert re.search(r"'Paris': (LOC|GPE) by person-\w+; (LOC|GPE) by person-\w+", said)
    assert read_next(tmp_path / "gold").gold_documents == ()

    other.relabel(PARIS.start, "5")
    other.update()
    assert "1 document now in gold/next" in curate("pull", "--project", made.title)
    (one,) = read_next(tmp_path / "gold").gold_documents
    assert (one.n_annotations, len(one.annotators)) == (2, 2)
    assert one.document.entities == tuple(sorted((*without(PARIS), LOC)))


def test_two_annotators_in_the_stream(desk, screen, other, ada, ben):
    """As a rule it gives them different tasks; whichever it gives, both are heard."""
    made = desk(story("first"), story("second"))
    for window in (screen, other):
        window.open_stream(made.project)
    given = {(screen.document(), ada.email), (other.document(), ben.email)}
    screen.submit()
    other.submit()

    found = made.pull()
    assert found.cursor.all_problems() == ()
    assert {(one.document.id, one.annotator) for one in found.annotations} == given


def test_the_same_submitted_by_two_is_two_annotations_that_agree(desk, screen, other, ada, ben):
    made = desk(story())
    for window in (screen, other):
        window.open_task(made.project, made.tasks["story"])
        window.delete(BERLIN.start)
    screen.submit()
    other.submit()

    documents = [one.document for one in made.pull().annotations]
    assert [replace(one, layer=None) for one in documents] == 2 * [
        replace(story(), entities=without(BERLIN), relations=(MEETS,), layer=None)
    ]
    assert BASED not in documents[0].relations
