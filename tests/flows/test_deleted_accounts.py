"""Accounts that were deleted in Label Studio: whoever was seen once stays, and nobody is merged."""

import json
import shutil

import pytest
from gold_samples import read_next, released
from samples import SCHEMA

from curation.commands.pull import pull_lines
from curation.documents.document import Document, Entity
from curation.errors import GoldError
from curation.flows.pull import pull
from curation.flows.status import status
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.workspace import Workspace

ANN, BEN, RULES = 2, 3, 4
BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")


def document(number):
    return Document(f"d{number}", f"Bob met Al. {number}", (BOB, AL))


@pytest.fixture
def studio():
    studio = MemoryStudio()
    studio.emails |= {ANN: "ann@example.org", BEN: "ben@example.org", RULES: "r@x.invalid"}
    push_documents(
        studio, [document(n).without_annotations() for n in range(3)], SCHEMA, title="t"
    )
    return studio


def submit(studio, number, by, keep=2):
    (task,) = studio.tasks(1, doc_ids=[f"d{number}"])
    studio.submit(task.id, to_result(document(number), SCHEMA)[:keep], by=by)


def pull_all(studio, place, **options):
    return pull(studio, place, SCHEMA, title="t", full=True, **options)


def annotators(place):
    """Of each document the pseudonym and kind of each annotation."""
    return {
        path.stem: [
            (one["annotator"], one["kind"])
            for one in json.loads(path.read_text())["annotations"]
        ]
        for path in sorted(place.next.glob("*.json"))
    }


def fresh(place):
    """The same folder with a ``.curate/`` of nothing, as on another machine."""
    shutil.rmtree(place.home)
    return Workspace(place.gold, place.home)


@pytest.mark.parametrize("is_fresh", [False, True], ids=["kept", "a fresh .curate"])
def test_whoever_was_seen_once_keeps_pseudonym_and_kind(studio, place, is_fresh):
    submit(studio, 0, ANN)
    submit(studio, 0, BEN, keep=1)
    submit(studio, 1, RULES)
    pull_all(studio, place)
    before = annotators(place)
    for number in (ANN, BEN, RULES):
        studio.delete_account(number)

    there = fresh(place) if is_fresh else place
    report = pull_all(studio, there)

    assert annotators(there) == before
    assert {kind for some in before.values() for _, kind in some} == {"person", "program"}
    assert report.result.cursor.all_problems() == ()
    assert report.has_new_pseudonyms is False


def test_of_whom_nothing_is_left_each_annotation_has_an_annotator_of_its_own(studio, place):
    submit(studio, 0, ANN)
    submit(studio, 0, BEN)
    submit(studio, 1, ANN)
    for number in (ANN, BEN):
        studio.delete_account(number)

    pull_all(studio, place)
    first = annotators(place)
    shutil.rmtree(place.gold)
    pull_all(studio, fresh(place))

    found = [one for some in first.values() for one in some]
    assert len(set(found)) == 3
    assert {kind for _, kind in found} == {"unknown"}
    assert all(name.startswith("unknown-") for name, _ in found)
    assert annotators(place) == first, "the same for another maintainer"


@pytest.mark.parametrize("removed", [True, False], ids=["deleted", "of which a number is left"])
def test_new_work_of_accounts_that_are_gone_is_told_once(studio, place, removed):
    submit(studio, 0, ANN)
    pull_all(studio, place)
    submit(studio, 1, BEN)
    submit(studio, 2, BEN)
    if removed:
        studio.delete_account(ANN)
        studio.delete_account(BEN)
    else:
        del studio.emails[ANN], studio.emails[BEN]

    first, second = (
        "\n".join(pull_lines(pull_all(studio, place), place, dry_run=False)) for _ in range(2)
    )

    told = "2 new annotations by accounts that Label Studio no longer has"
    assert f"warning: {told}" in first
    assert "never count for agreement: d1, d2" in first
    assert "no longer has" not in second


def test_accounts_of_which_a_number_is_left_are_one_each(studio, place):
    """Taken out of the organisation: their annotations have a number that no account has."""
    for by in (ANN, BEN):
        submit(studio, 0, by)
        submit(studio, 1, by)
        del studio.emails[by]

    pull_all(studio, place)

    first, second = annotators(place).values()
    assert first == second
    assert len(set(first)) == 2
    assert {kind for _, kind in first} == {"unknown"}


def test_an_editor_whose_account_was_deleted_stays_the_editor(studio, place):
    submit(studio, 0, ANN)
    (task,) = studio.tasks(1, doc_ids=["d0"])
    studio.stored_tasks[task.id].annotations[0]["updated_by"] = BEN
    pull_all(studio, place)
    (before,) = read_next(place.gold).annotations
    studio.delete_account(BEN)

    pull_all(studio, place)

    (after,) = read_next(place.gold).annotations
    assert after.edited_by == before.edited_by != ""


def test_a_release_refuses_documents_that_nobody_known_annotated(studio, place):
    """A verdict by somebody known, or somebody known beside them, is enough."""
    submit(studio, 0, ANN)
    submit(studio, 1, BEN)
    submit(studio, 2, RULES)
    submit(studio, 2, BEN)
    for number in (ANN, RULES):
        studio.delete_account(number)
    pull_all(studio, place)

    with pytest.raises(GoldError) as error:
        released(place, SCHEMA)

    assert str(error.value).splitlines() == [
        "d0: nobody knows who annotated the document: have somebody annotate or adjudicate it,"
        " or: curate drop d0"
    ]
    assert not (place.gold / "0.1.0").exists()


def test_the_card_calls_nobody_a_person_of_whom_nobody_knows(studio, place):
    submit(studio, 0, ANN)
    submit(studio, 0, RULES)
    submit(studio, 0, BEN)
    for number in (ANN, RULES):
        studio.delete_account(number)
    pull_all(studio, place)

    released(place, SCHEMA)

    card = (place.gold / "README.md").read_text()
    assert "made by 1 person and by 2 annotators of unknown kind." in card
    assert "annotations_creators:\n- other\n" in card


def test_annotations_of_a_program_stay_a_programs(studio, place):
    submit(studio, 0, RULES)
    pull_all(studio, place)
    studio.delete_account(RULES)
    there = fresh(place)
    pull_all(studio, there)

    released(there, SCHEMA)

    card = (place.gold / "README.md").read_text()
    assert "**The annotations were made by a language model or another program" in card
    assert "- machine-generated\n" in card


def test_a_status_takes_deleted_accounts_for_no_annotator(studio, place):
    submit(studio, 0, ANN)
    submit(studio, 1, BEN)
    for number in (ANN, BEN):
        studio.delete_account(number)

    (worker,) = status(studio, place, SCHEMA, title="t").project.workers

    assert (worker.pseudonym, worker.submitted) == ("unknown accounts", 2)


def test_those_whom_an_older_curate_took_for_one_are_told_apart(studio, place):
    """It gave the account without a number a pseudonym, as any other."""
    submit(studio, 0, ANN)
    submit(studio, 1, BEN)
    for number in (ANN, BEN):
        studio.delete_account(number)
    pull_all(studio, place)
    with place.state.transaction() as connection:
        connection.execute("INSERT INTO annotators VALUES ('unknown-0000000a', 'unknown')")
        account = f"{studio.url} 0"
        connection.execute("INSERT INTO accounts VALUES (?, 'unknown-0000000a')", [account])
    for path in place.next.glob("*.json"):
        form = json.loads(path.read_text())
        form["annotations"][0]["annotator"] = "unknown-0000000a"
        path.write_text(json.dumps(form))

    pull_all(studio, Workspace(place.gold, place.home))

    names = {name for some in annotators(place).values() for name, _ in some}
    assert len(names) == 2
    assert "unknown-0000000a" not in names
