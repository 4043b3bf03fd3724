"""What an annotator does on the screen is what the dataset says, act by act."""

import re
from contextlib import nullcontext
from dataclasses import replace

import pytest
from browser.screen import ANNOTATION
from browser.stories import ACME, ANN, BASED, BERLIN, BOB, MEETS, PARIS, entity, story, without
from gold_samples import read_next
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.pull.started_from import UNKNOWN_MODEL
from curation.labelstudio.push.push import push_documents


@pytest.fixture
def paper(desk, screen):
    """The story, pushed and open in the label stream."""
    made = desk(story())
    screen.open_stream(made.project)
    return made


def by(person, **changes):
    return replace(story(), layer=Layer("annotator", person.email), **changes)


def test_accepting_the_suggestions(paper, screen, ada):
    screen.submit()

    annotation = paper.annotation()
    assert annotation.document == by(ada)
    assert annotation.suggestion == story()
    assert annotation.flags == ()


def test_relabelling_with_a_key(paper, screen, ada):
    screen.relabel(PARIS.start, "5")
    screen.submit()

    changed = replace(PARIS, label="LOC")
    assert paper.annotation().document == by(ada, entities=(*without(PARIS), changed))


@pytest.mark.parametrize(
    ("side", "to", "start", "end"),
    [
        pytest.param("right", 3, 0, 3, id="shorter on the right"),
        pytest.param("right", 13, 0, 13, id="longer on the right"),
        pytest.param("left", 4, 4, 9, id="shorter on the left"),
    ],
)
def test_resizing(paper, screen, ada, side, to, start, end):
    screen.resize(1, side, to)
    screen.submit()

    bob = replace(BOB, start=start, end=end)
    assert paper.annotation().document == by(
        ada, entities=(*without(BOB), bob), relations=(Relation(bob, ANN, "meets_with"), BASED)
    )


def test_deleting_a_span_takes_its_arrows_along(paper, screen, ada):
    screen.delete(BERLIN.start)
    screen.submit()

    assert paper.annotation().document == by(ada, entities=without(BERLIN), relations=(MEETS,))


def test_adding_a_span_with_the_mouse(paper, screen, ada):
    money = entity("$5 million", "MONEY")
    screen.mark("0", money.start, money.end)
    screen.submit()

    assert paper.annotation().document == by(ada, entities=(*story().entities, money))


def test_a_space_and_a_comma_dragged_along_are_taken_off_and_counted(desk, screen):
    text = "They paid $5 million, in cash."
    made = desk(Document("paid", text))
    screen.open_stream(made.project)
    screen.mark("0", text.index("$"), text.index(" in"))
    screen.mark("9", text.index(" in"), text.index("cash"))
    screen.submit()

    found = made.pull()
    (annotation,) = found.annotations
    words = [text[one.start : one.end] for one in annotation.document.entities]
    assert words == ["$5 million", "in"]
    assert [one.what for one in found.trimmed] == [
        "'$5 million,' is read as '$5 million'",
        "' in ' is read as 'in'",
    ]


def test_marks_that_may_belong_to_a_name_stay_and_are_told(desk, screen, curate):
    text = "Yahoo! let Bob’s dog go to Oslo. Acme Inc. said no."
    made = desk(Document("dog", text))
    screen.open_stream(made.project)
    marked = ["Yahoo!", "Bob’s", "Oslo.", "Acme Inc."]
    for words in marked:
        start = text.index(words)
        screen.mark("3", start, start + len(words))
    screen.submit()

    (annotation,) = made.pull().annotations
    assert [text[one.start : one.end] for one in annotation.document.entities] == marked
    said = curate("pull", "--project", made.title, "--full")
    assert "warning: 3 remarks, which keep nothing out of the gold:\n" in said
    for at, words, mark in (
        ("0..6", "Yahoo!", "!"),
        ("11..16", "Bob’s", "’s"),
        ("27..32", "Oslo.", "."),
    ):
        what = f"{words!r} ends in {mark!r}: part of the name, or dragged along?"
        assert f"  dog, {at}: {what}\n" in said


def test_half_a_word_is_a_problem_that_says_which_word(paper, screen):
    screen.resize(1, "right", len("Bob Smi"))
    screen.submit()

    (problem,) = paper.pull().cursor.all_problems()
    assert problem.what.startswith("'Bob Smi' is only a part of 'Bob Smith'; drag")


def test_adding_an_arrow_and_naming_it(paper, screen, ada):
    screen.join(ANN.start, PARIS.start)
    screen.name_arrow(screen.arrows.last, "affiliated_with")
    screen.submit()

    more = Relation(ANN, PARIS, "affiliated_with")
    assert paper.annotation().document == by(ada, relations=(MEETS, BASED, more))


def test_two_names_on_one_arrow_are_two_relations(paper, screen, ada):
    screen.join(BERLIN.start, PARIS.start)
    screen.name_arrow(screen.arrows.last, "supports", "opposes")
    screen.submit()

    more = (Relation(BERLIN, PARIS, "supports"), Relation(BERLIN, PARIS, "opposes"))
    assert paper.annotation().document == by(ada, relations=(MEETS, BASED, *more))


def test_deleting_an_arrow(paper, screen, ada):
    screen.delete_arrow(screen.arrows.first)
    screen.submit()

    assert paper.annotation().document == by(ada, relations=(BASED,))


def test_undo(paper, screen, ada):
    screen.relabel(PARIS.start, "5")
    screen.delete(BERLIN.start)
    screen.undo()
    screen.undo()
    screen.submit()

    assert paper.annotation().document == by(ada)


def test_a_flag_set_with_its_key_and_one_with_the_mouse(paper, screen, ada):
    screen.press(SCHEMA.flags["duplicate"].hotkey)
    screen.flag("needs_discussion")
    screen.submit()

    annotation = paper.annotation()
    assert annotation.flags == ("duplicate", "needs_discussion")
    assert annotation.document == by(ada)


def test_a_slip_on_one_key_sets_no_flag(paper, screen, ada):
    """Label Studio gives a flag without a key of its own the next letter that is free."""
    for key in "1234567890qwertyuiopasdfghjklzxcvbnm":
        screen.press(key)
        screen.press("Escape")
    screen.submit()

    assert paper.annotation().flags == ()


@pytest.mark.parametrize("add", [True, False], ids=["added", "left in the field"])
def test_a_note_arrives_and_its_letters_are_no_keys(paper, screen, ada, add):
    """Whoever forgets to press Add has still written it."""
    screen.select(PARIS.start)
    screen.write_note("qwert 0123456789 u?", add=add)
    screen.submit()

    annotation = paper.annotation()
    assert annotation.note == "qwert 0123456789 u?"
    assert annotation.document == by(ada)
    assert annotation.flags == ()


def test_a_document_flagged_bad_is_kept_out_and_said_so(paper, screen, curate, tmp_path):
    """What its annotator said of it is in the annotation layer all the same."""
    screen.flag("bad_text")
    screen.write_note("half of it is missing")
    screen.submit()

    said = curate("pull", "--project", paper.title)
    assert "warning: story is flagged bad_text: kept out of the gold" in said
    pulled = read_next(tmp_path / "gold")
    assert pulled.gold_documents == ()
    (layer,) = pulled.annotations
    assert layer.flags == ("bad_text",)
    assert "(private): half of it is missing" in curate("show", "story")


def test_what_is_worth_a_look_is_told_at_the_pull_in_the_status_and_at_the_release(
    paper, screen, curate
):
    screen.mark("3", ACME.start, ACME.start + len("Acme"))
    screen.flag("needs_discussion")
    screen.write_note("Is Acme a name?")
    screen.submit()

    link = f"{paper.studio.url}/projects/{paper.project}/data?task={paper.tasks['story']}"
    told = (
        r"warning: 2 remarks, which keep nothing out of the gold:\n"
        r"  story: flagged needs_discussion by person-\w+: Is Acme a name\?\n"
        f"    {re.escape(link)}\n"
        r"  story: 'Acme' \(ORG\) lies in 'Acme Corp\.' \(ORG\)\n"
        f"    {re.escape(link)}\n"
    )
    assert re.search(told, curate("pull", "--project", paper.title))
    assert "remark" not in curate("pull", "--project", paper.title)
    standing = curate("status", "--project", paper.title)
    assert re.search(
        r"1 annotation with a flag:\n  story \(person-\w+\): flagged needs", standing
    )
    assert (
        "warning: 1 remark, which keeps nothing out of the gold:\n  story: 'Acme'" in standing
    )
    sealed = "0.1.0 has 1 document flagged needs_discussion, 1 document with overlapping spans"
    assert sealed in curate("release", "--no-baseline")


def test_every_type_has_its_key(desk, screen, ada):
    """None of them is one of Label Studio's own."""
    words = " ".join(f"Name{number}" for number in range(len(SCHEMA.entities)))
    made = desk(Document("keys", words))
    screen.open_stream(made.project)
    wanted = []
    for number, kind in enumerate(SCHEMA.entities.values()):
        start = words.index(f"Name{number}")
        end = words.find(" ", start) if " " in words[start:] else len(words)
        wanted.append(Entity(start, end, kind.name))
        screen.mark(kind.hotkey, start, end)
    for flag in SCHEMA.flags.values():
        with screen.changing():
            screen.press(flag.hotkey)
    screen.submit()

    annotation = made.annotation()
    assert annotation.document.entities == tuple(wanted)
    assert annotation.flags == tuple(sorted(SCHEMA.flags))
    assert annotation.suggestion is None


def test_articles_without_suggestions_are_annotated_blind(desk, screen, curate, tmp_path):
    """Also beside others that have some."""
    made = desk(story())
    file = tmp_path / "articles" / "blind.txt"
    file.parent.mkdir()
    file.write_text("Bob met Ann in Paris.\n\nNo more is known.\n")
    curate("ingest", "articles", "-o", "articles.jsonl")
    curate("push", "articles.jsonl", "--project", made.title)
    screen.open_stream(made.project)
    for number in range(2):
        if screen.document() == "blind":
            assert screen.result() == []
            screen.mark("1", 0, len("Bob"))
        with screen.moving_on() if number == 0 else nullcontext():
            screen.submit()

    curate("pull", "--project", made.title)
    blind, assisted = read_next(tmp_path / "gold").gold_documents
    assert [one.label for one in blind.document.entities] == ["PERSON"]
    assert (blind.id, blind.arm, blind.preannotated_by) == ("blind", "blind", "")
    assert (assisted.id, assisted.arm) == ("story", "assisted")


def test_an_empty_submission_says_that_there_is_nothing(paper, screen, ada):
    screen.page.once("dialog", lambda question: question.accept())
    with screen.changing():
        screen.press("Control+Backspace")
    screen.submit()

    assert paper.annotation().document == by(ada, entities=(), relations=())


def test_a_skipped_document_is_no_gold_and_the_next_one_comes(desk, screen, ada):
    made = desk(story("first"), story("second"))
    screen.open_stream(made.project)
    screen.relabel(PARIS.start, "5")
    with screen.moving_on():
        screen.skip()
    screen.submit()

    found = made.pull()
    assert found.skipped == 1
    assert [one.document for one in found.annotations] == [replace(by(ada), id="second")]


def test_a_word_by_double_click_and_submit_and_skip_by_their_keys(desk, screen, ada):
    made = desk(story("first"), story("second"))
    screen.open_stream(made.project)
    first = screen.document()
    monday = entity("Monday", "DATE")
    screen.mark_word("9", monday.start + 1)
    with screen.moving_on(), screen.sent("POST", ANNOTATION):
        screen.press("Control+Enter")
    with screen.sent("POST", ANNOTATION):
        screen.press("Control+Space")

    found = made.pull()
    assert found.skipped == 1
    wanted = by(ada, entities=(*story().entities, monday))
    assert [one.document for one in found.annotations] == [replace(wanted, id=first)]


def test_a_skip_that_was_taken_back_is_work_like_any_other(paper, screen, ada):
    screen.relabel(PARIS.start, "5")
    screen.skip()
    screen.open_task(paper.project, paper.tasks["story"])
    screen.take_back_skip()
    assert paper.pull().annotations == ()
    screen.submit()

    changed = replace(PARIS, label="LOC")
    assert paper.annotation().document == by(ada, entities=(*without(PARIS), changed))
    assert paper.pull().skipped == 0


def test_leaving_in_the_middle_and_coming_back(paper, ada, screen):
    """A draft is no gold; submitted, it is, and what it started from is still known."""
    with screen.drafting():
        screen.relabel(PARIS.start, "5")
    screen.page.goto("/projects")
    assert paper.pull().annotations == ()

    screen.open_stream(paper.project)
    screen.delete(BERLIN.start)
    screen.submit()

    annotation = paper.annotation()
    changed = replace(PARIS, label="LOC")
    kept = (*without(BERLIN, PARIS), changed)
    assert annotation.document == by(ada, entities=kept, relations=(MEETS,))
    assert annotation.suggestion == story()


def test_work_begun_from_suggestions_that_were_replaced_meanwhile_is_not_blind(
    paper, ada, screen
):
    """The task keeps the old ones, since somebody has begun; they are what it was begun from."""
    with screen.drafting():
        screen.relabel(PARIS.start, "5")
    screen.page.goto("/projects")
    newer = replace(story(), layer=Layer("model", "newer", "2", "w", "r"))
    other = replace(newer, id="other")
    push_documents(paper.studio, [newer, other], SCHEMA, title=paper.title)

    screen.open_task(paper.project, paper.tasks["story"])
    screen.submit()

    annotation = paper.annotation()
    changed = replace(PARIS, label="LOC")
    assert annotation.document == by(ada, entities=(*without(PARIS), changed))
    assert annotation.suggestion == story()


NEWER = replace(
    story(), entities=(ANN, PARIS), relations=(), layer=Layer("model", "newer", "2", "w", "r")
)


def test_a_page_that_was_open_when_suggestions_were_replaced_submits_what_it_shows(
    paper, ada, screen
):
    """Nobody had begun, as far as the server knew; what was suggested is told as far as it stands."""
    screen.open_task(paper.project, paper.tasks["story"])
    push_documents(paper.studio, [NEWER], SCHEMA, title=paper.title)

    screen.relabel(PARIS.start, "5")
    screen.submit()

    annotation = paper.annotation()
    assert annotation.document == by(
        ada, entities=(*without(PARIS), replace(PARIS, label="LOC"))
    )
    assert annotation.suggestion.layer == UNKNOWN_MODEL
    assert annotation.suggestion.entities == without(PARIS)


def test_a_page_reloaded_after_that_begins_from_the_new_ones(paper, ada, screen):
    screen.open_task(paper.project, paper.tasks["story"])
    push_documents(paper.studio, [NEWER], SCHEMA, title=paper.title)

    screen.page.reload()
    screen.ready()
    screen.relabel(PARIS.start, "5")
    screen.submit()

    annotation = paper.annotation()
    assert annotation.document == by(
        ada, entities=(ANN, replace(PARIS, label="LOC")), relations=()
    )
    assert annotation.suggestion == NEWER


def test_updating_after_submission(paper, ada, screen):
    """The last state counts; a pull in between sees the state in between."""
    screen.submit()
    first = paper.pull()
    screen.open_task(paper.project, paper.tasks["story"])
    screen.relabel(PARIS.start, "5")
    screen.update()

    changed = replace(PARIS, label="LOC")
    assert [one.document for one in first.annotations] == [by(ada)]
    (second,) = paper.pull(first.cursor).annotations
    assert second.document == by(ada, entities=(*without(PARIS), changed))


def test_a_changed_draft_of_a_submitted_document_is_not_yet_gold(paper, ada, screen):
    screen.submit()
    screen.open_task(paper.project, paper.tasks["story"])
    with screen.drafting():
        screen.relabel(PARIS.start, "5")

    assert paper.annotation().document == by(ada)


def test_an_arrow_without_a_name_is_a_problem_that_leads_back_to_the_screen(paper, screen, ada):
    screen.join(ANN.start, PARIS.start)
    screen.submit()
    (problem,) = paper.pull().cursor.all_problems()

    assert "the arrow from 'Ann Lee' to 'Paris' has no label" in problem.what
    screen.page.goto(problem.link)
    screen.ready()
    screen.name_arrow(screen.arrows.last, "affiliated_with")
    screen.update()
    more = Relation(ANN, PARIS, "affiliated_with")
    assert paper.annotation().document == by(ada, relations=(MEETS, BASED, more))
