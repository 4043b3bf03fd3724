"""A withdrawn document is out for good: no text of it comes back, and every version that holds it says so."""

import json
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import pytest
from annotated_project import annotated_studio, pulled_lines
from command_line import run
from gold_samples import UNSCORED, alter, files, gold_ids, released
from samples import SCHEMA

from curation.commands.export import export_lines
from curation.commands.log import withdrawn_lines
from curation.commands.migrate import migration_lines
from curation.commands.push import left_out_lines
from curation.commands.verify import verification_lines
from curation.commands.withdraw import withdraw_lines
from curation.documents.document import Document, Entity, Layer
from curation.errors import GoldError, InputError, Problems
from curation.flows.diff import diff
from curation.flows.drop import drop
from curation.flows.export_documents import export_documents
from curation.flows.migrate import migrate
from curation.flows.push import push
from curation.flows.release import preview_release
from curation.flows.restore import restore
from curation.flows.withdraw import withdraw
from curation.gold.card.files import write_published_files
from curation.gold.changes.diff_words import changelog_lines
from curation.gold.edition.outgoing import HubDataset, outgoing_files
from curation.gold.sealed.log import read_version_log
from curation.gold.sealed.verification import verify_gold
from curation.gold.sealed.withdrawn import WITHDRAWN_FILE
from curation.gold.working.withdrawn_articles import refuse_withdrawn
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.state import Note

NOW = datetime(2026, 11, 3, 10, 2, tzinfo=UTC)
REASON = "the publisher withdrew it"
MODEL = Layer("model", "m", "1", "w", "r")


def document(number, identity=""):
    """A text of its own, that is no near copy of another's."""
    words = " ".join(f"w{number}x{n}" for n in range(9))
    span = Entity(0, 3, "PERSON", "a")
    return Document(identity or f"d{number}", f"Bob {words}\nthe end", (span,), (), {}, MODEL)


@pytest.fixture
def studio():
    """Two documents, both annotated."""
    return annotated_studio(document(0), document(1))


@pytest.fixture
def sealed(studio, place):
    """A place whose version 0.1.0 holds both documents."""
    pulled_lines(studio, place)
    released(place)
    return place


def withdrawn(place, *documents, reason=REASON, **options):
    """What it says."""
    report = withdraw(place, SCHEMA, documents or ("d0",), reason=reason, now=NOW, **options)
    return "\n".join(withdraw_lines(report, place.next, dry_run=options.get("dry_run", False)))


def faults(place):
    return [str(one) for one in verify_gold(place.gold).all_faults]


def git(folder, *words):
    identity = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
    subprocess.run(["git", "-C", str(folder), *identity, *words], check=True)


def test_its_file_keeps_nothing_that_is_of_the_text(studio, place):
    pulled_lines(studio, place)

    withdrawn(place)

    form = json.loads((place.next / "d0.json").read_text())
    text_sha256 = document(0).text_sha256
    assert form == {
        "format": 1, "id": "d0", "text_sha256": text_sha256, "group": "d0",
        "state": "withdrawn", "state_reason": REASON, "state_at": "2026-11-03T10:02:00Z",
        "meta": {}, "text": [], "suggestions": {}, "annotations": [], "verdict": None,
    }  # fmt: skip
    assert gold_ids(place) == ["d1"]


def test_annotators_notes_on_it_are_forgotten(studio, place):
    pulled_lines(studio, place)
    notes = [
        Note(server="s", uid=f"u{n}", document=f"d{n}", annotator="person-1", text="about w0x1")
        for n in (0, 1)
    ]
    place.state.keep_notes(notes)

    withdrawn(place)

    assert place.state.notes() == (notes[1],)


@pytest.mark.parametrize("how", ["annotated anew", "a lost .curate", "a problem", "deleted"])
def test_no_pull_brings_it_back(studio, place, how):
    """Its task is told as long as Label Studio still has it; nothing that is wrong in it is."""
    pulled_lines(studio, place)
    withdrawn(place)
    before = files(place.next)
    (task,) = studio.tasks(1, doc_ids=["d0"])
    if how == "annotated anew":
        studio.submit(task.id, to_result(document(0), SCHEMA))
    if how == "a problem":
        studio.clear(task.id)
        region = to_result(document(0), SCHEMA)[0]
        studio.submit(task.id, [region | {"value": region["value"] | {"end": 999}}])
    if how == "deleted":
        studio.delete_task(task.id)
    if how == "a lost .curate":
        shutil.rmtree(place.home)

    said = pulled_lines(studio, place, full=True)

    told = "d0 is withdrawn, and stays out for good; delete its task"
    assert (told in said) == (how != "deleted")
    assert "999" not in said
    assert {name: raw for name, raw in files(place.next).items() if name == "d0.json"} == {
        "d0.json": before["d0.json"]
    }
    assert gold_ids(place) == ["d1"]


def test_its_text_comes_back_under_no_other_id(studio, place):
    """Neither by a push nor by a pull, nor by an import."""
    pulled_lines(studio, place)
    withdrawn(place)
    again = document(0, "again")
    elsewhere = MemoryStudio()

    report = push(elsewhere, place, [document(0), again, document(2)], SCHEMA, title="q")

    assert list(left_out_lines(report, ""))[1:] == [
        f"  d0 is withdrawn ({REASON})",
        "  again is withdrawn (has the text of d0)",
    ]
    assert [task.doc_id for task in elsewhere.tasks(1)] == ["d2"]
    push_documents(studio, [again], SCHEMA, title="p")
    (task,) = studio.tasks(1, doc_ids=["again"])
    studio.submit(task.id, to_result(again, SCHEMA))
    assert "again is withdrawn" in pulled_lines(studio, place)
    assert gold_ids(place) == ["d1"]


def test_its_article_is_refused_where_it_is_read(studio, place):
    pulled_lines(studio, place)
    withdrawn(place)
    articles = [document(0), document(1), document(0, "again")]
    passed = []

    with pytest.raises(InputError) as caught:
        passed.extend(refuse_withdrawn(articles, place.next))

    assert passed == [document(1)]
    assert str(caught.value).splitlines() == [
        f"d0: is withdrawn ({REASON})",
        f"again: has the text of 'd0', which is withdrawn ({REASON})",
    ]


def test_its_article_is_left_out_where_bad_ones_are(studio, place):
    pulled_lines(studio, place)
    withdrawn(place)
    refused = Problems()

    passed = list(refuse_withdrawn([document(0), document(1)], place.next, refused))

    assert passed == [document(1)]
    assert [problem.place for problem in refused.shown] == ["d0"]


def test_neither_drop_nor_restore_changes_that(studio, place):
    pulled_lines(studio, place)
    withdrawn(place)

    with pytest.raises(GoldError, match="d0 is withdrawn; only an active document"):
        drop(place, SCHEMA, ["d0"])
    with pytest.raises(GoldError, match="'d0' can't be restored"):
        restore(place, SCHEMA, ["d0"])


@pytest.mark.parametrize("state", ["dropped", "lost", "only sealed"])
def test_whatever_it_was_before_it_is_withdrawn(sealed, state):
    if state == "dropped":
        drop(sealed, SCHEMA, ["d0"])
    else:
        (sealed.next / "d0.json").unlink()
    if state == "only sealed":
        shutil.rmtree(sealed.home)

    withdrawn(sealed)

    assert gold_ids(sealed) == ["d1"]
    assert faults(sealed) == []


def test_a_sealed_version_says_so_and_stays_as_it_is(sealed):
    before = files(sealed.gold / "0.1.0")

    said = withdrawn(sealed)

    after = files(sealed.gold / "0.1.0")
    marked = json.loads(after.pop(WITHDRAWN_FILE))
    assert after == before
    assert marked == {
        "format": 1,
        "withdrawn": [
            {
                "id": "d0",
                "text_sha256": document(0).text_sha256,
                "at": "2026-11-03T10:02:00Z",
                "reason": REASON,
            }
        ],
    }
    assert "  version 0.1.0, and its tag v0.1.0 on the Hub" in said
    found = verify_gold(sealed.gold)
    assert not found.all_faults
    assert "0.1.0 holds 1 document withdrawn since: d0" in verification_lines(
        found, sealed.gold
    )
    assert list(withdrawn_lines(read_version_log(sealed.gold))) == [
        "warning: 0.1.0 holds 1 document withdrawn since:",
        f"  d0 on 2026-11-03: {REASON}",
    ]
    card = (sealed.gold / "README.md").read_text()
    assert "**1 document was withdrawn** since 0.1.0 was sealed" in card


def test_the_next_version_is_without_it_and_says_why(sealed):
    withdrawn(sealed)
    before = "\n".join(changelog_lines(diff(sealed)))
    trial = preview_release(sealed, SCHEMA, UNSCORED)

    report = released(sealed)

    assert f"- withdrawn for good: d0: {REASON}" in before
    assert before in trial.changelog_entry
    assert report.version == "0.2.0"
    assert report.manifest.counts.documents == 1
    changelog = (sealed.gold / "CHANGELOG.md").read_text()
    assert "Against 0.1.0: 0 documents added, 1 removed (1 withdrawn), 0 changed." in changelog
    assert f"- withdrawn for good: d0: {REASON}" in changelog
    assert faults(sealed) == []
    assert f"withdrawn for good: d0: {REASON}" in (sealed.gold / "README.md").read_text()


def test_one_that_left_earlier_is_told_once_in_the_next_entry(sealed, studio):
    """It was dropped before it was withdrawn; the entry of the version in between stays true."""
    drop(sealed, SCHEMA, ["d0"])
    released(sealed)
    withdrawn(sealed)
    assert faults(sealed) == []
    for number in (2, 3):
        push_documents(studio, [document(number)], SCHEMA, title="p")
        (task,) = studio.tasks(1, doc_ids=[f"d{number}"])
        studio.submit(task.id, to_result(document(number), SCHEMA))
        pulled_lines(studio, sealed)
        released(sealed)

    changelog = (sealed.gold / "CHANGELOG.md").read_text()

    assert changelog.count("withdrawn for good") == 1
    assert changelog.index("withdrawn for good") > changelog.index("## 0.3.0")
    assert faults(sealed) == []


@pytest.mark.parametrize(
    "what", ["removed", "a reason", "another document", "no JSON", "restored"]
)
def test_verify_tells_a_withdrawal_that_isnt_what_the_working_version_says(sealed, what):
    withdrawn(sealed)
    path = sealed.gold / "0.1.0" / WITHDRAWN_FILE
    text = path.read_text()
    if what == "removed":
        path.unlink()
    elif what == "restored":
        (sealed.next / "d0.json").unlink()
    else:
        old, new = {
            "a reason": (REASON, "no reason"),
            "another document": ('"d0"', '"d7"'),
            "no JSON": ("{", "["),
        }[what]
        alter(path, text.replace(old, new))

    told = faults(sealed)

    assert told
    assert WITHDRAWN_FILE in told[0]


def test_the_command_that_was_killed_ends_the_work_when_typed_again(sealed):
    withdrawn(sealed)
    done = files(sealed.gold)
    marked = sealed.gold / "0.1.0" / WITHDRAWN_FILE
    marked.unlink()
    (sealed.gold / "0.1.0" / f".{WITHDRAWN_FILE}.part").write_text("{")

    withdraw(sealed, SCHEMA, ["d0"], reason=REASON)

    assert files(sealed.gold) == done


def test_another_reason_than_the_published_one_is_refused(sealed):
    withdrawn(sealed)
    before = files(sealed.gold)

    with pytest.raises(GoldError, match=f"another reason: {REASON}"):
        withdrawn(sealed, reason="somebody asked")

    assert files(sealed.gold) == before


def test_a_reason_that_quotes_the_text_is_refused(sealed):
    """Since it is published."""
    quoting = f"it says {document(0).text.splitlines()[0]}"

    with pytest.raises(GoldError, match="--reason: quotes d0"):
        withdrawn(sealed, reason=quoting)

    assert not (sealed.gold / "0.1.0" / WITHDRAWN_FILE).exists()


def test_what_isnt_there_is_told_and_nothing_is_changed(sealed):
    before = files(sealed.gold)

    with pytest.raises(GoldError, match="has no document 'x'"):
        withdrawn(sealed, "x", "d0")

    assert files(sealed.gold) == before


def test_a_dry_run_lists_the_same_and_changes_nothing(sealed):
    before = files(sealed.gold)
    told = withdrawn(sealed, dry_run=True)

    assert files(sealed.gold) == before
    assert told.splitlines()[1:] == withdrawn(sealed).splitlines()[1:]


def test_every_place_that_still_has_the_text_is_listed(studio, place, tmp_path):
    """Versions, branches and tags with the text in their history, files, tasks."""
    git(tmp_path, "init", "-q", "-b", "main")
    (tmp_path / ".gitignore").write_text(".curate\n")
    git(tmp_path, "add", ".gitignore")
    git(tmp_path, "commit", "-qm", "before")
    git(tmp_path, "tag", "before")
    pulled_lines(studio, place)
    released(place)
    seed = tmp_path / "seeds" / "a b.txt"
    seed.parent.mkdir()
    seed.write_text(document(0).text)
    (place.home / "suggestions.jsonl").write_text(document(0).to_line())
    push(MemoryStudio(), place, [document(0)], SCHEMA, title="beside")
    gone = tmp_path / "old [1].jsonl"
    gone.write_text(document(0).to_line() + "\n")
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "with")
    git(tmp_path, "tag", "v0.1.0")
    git(tmp_path, "branch", "other")
    git(tmp_path, "rm", "-q", gone.name)
    git(tmp_path, "commit", "-qm", "no longer there")

    said = withdrawn(place).splitlines()

    (task,) = studio.tasks(1, doc_ids=["d0"])
    assert said[1:-2] == [
        "d0: its text is still in",
        "  version 0.1.0, and its tag v0.1.0 on the Hub, if it was published: withdrawn.json "
        "says so; curate publish sends that",
        "  git: 1 commit, in the history of branches main, other; tags v0.1.0: "
        "git log --all --oneline -- gold/next/d0.json gold/0.1.0 'old [1].jsonl' 'seeds/a b.txt'",
        "  the file seeds/a b.txt",
        f"  the file {place.home / 'suggestions.jsonl'}",
        f"  its task, to delete there: {studio.url}/projects/1/data?task={task.id}",
        f"  its task, to delete there: {studio.url}, project 'beside'",
    ]
    git(tmp_path, "add", ".")
    git(tmp_path, "commit", "-qm", "without")
    git(tmp_path, "tag", "v0.2.0")
    assert (
        "git: 1 commit, in the history of branches main, other; tags v0.1.0, v0.2.0"
        in withdrawn(place)
    )


def test_a_text_of_which_only_the_hash_is_left_is_looked_for_nowhere(studio, place, tmp_path):
    """And nobody is told that it is gone; where git has it, it is looked for again."""
    pulled_lines(studio, place)
    (tmp_path / "story.txt").write_text(document(0).text)
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "gold/next/d1.json")
    git(tmp_path, "commit", "-qm", "one of two")
    withdrawn(place)
    withdrawn(place, "d1")

    said = withdrawn(place)

    assert "nowhere else" not in said
    assert "files weren't looked through: of the text, only the hash is left here" in said
    assert "weren't looked through" not in withdrawn(place, "d1")


def test_a_text_that_a_hand_left_in_a_withdrawn_file_keeps_a_release_back(sealed):
    path = sealed.next / "d0.json"
    path.write_text(path.read_text().replace('"active"', '"withdrawn"', 1))

    with pytest.raises(GoldError, match="d0: is withdrawn, and its file still has the text"):
        released(sealed)

    withdrawn(sealed)
    assert released(sealed).version == "0.2.0"
    assert b"w0x1" not in path.read_bytes()


def test_a_hand_that_makes_it_active_again_is_told(sealed):
    withdrawn(sealed)
    path = sealed.next / "d0.json"
    path.write_text(path.read_text().replace('"withdrawn"', '"active"', 1))

    with pytest.raises(GoldError, match="'text' is only white space"):
        released(sealed)


@pytest.mark.parametrize("as_id", ["d0", "d7"])
def test_a_text_that_a_merge_brings_back_keeps_a_release_back(sealed, as_id):
    """Under its own id or another one, though the file that says so of it is gone."""
    path = sealed.next / "d0.json"
    before = path.read_text()
    withdrawn(sealed)
    released(sealed)
    path.unlink()
    (sealed.next / f"{as_id}.json").write_text(before.replace('"d0"', f'"{as_id}"'))

    with pytest.raises(
        GoldError, match=f"{as_id}: .*withdrawn \\({REASON}\\): curate withdraw"
    ):
        released(sealed)


def test_the_same_text_under_another_id_keeps_a_release_back_too(studio, place):
    """Of a document that no version has."""
    pulled_lines(studio, place)
    path = place.next / "d0.json"
    (place.next / "d7.json").write_text(path.read_text().replace('"d0"', '"d7"'))
    withdrawn(place)

    with pytest.raises(GoldError, match="d7: has the text of 'd0', which was withdrawn"):
        released(place)


def test_a_version_may_be_deleted_for_the_sake_of_a_withdrawn_text(sealed):
    """With its entry; the next one's, which tells what changed against it, stays."""
    withdrawn(sealed)
    released(sealed)
    changelog = sealed.gold / "CHANGELOG.md"
    entries = changelog.read_text()

    shutil.rmtree(sealed.gold / "0.1.0")
    changelog.write_text(entries[: entries.index("## 0.1.0")])
    write_published_files(sealed.gold)

    assert faults(sealed) == []
    (sealed.next / "d0.json").unlink()
    assert any("the versions don't make" in fault for fault in faults(sealed))


def test_two_branches_of_which_one_withdrew_it_dont_merge_by_themselves(sealed, tmp_path):
    """Where the other one changed it meanwhile; git marks the lines, and the file is refused until then."""
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "gold")
    git(tmp_path, "commit", "-qm", "both")
    git(tmp_path, "checkout", "-qb", "other")
    path = sealed.next / "d0.json"
    path.write_text(path.read_text().replace('"group": "d0"', '"group": "d9"'))
    git(tmp_path, "commit", "-qam", "changed")
    git(tmp_path, "checkout", "-q", "main")
    withdrawn(sealed)
    git(tmp_path, "add", "gold")
    git(tmp_path, "commit", "-qm", "withdrawn")

    with pytest.raises(subprocess.CalledProcessError):
        git(tmp_path, "merge", "-q", "other")

    with pytest.raises(GoldError, match="an unfinished merge"):
        released(sealed)


def test_what_is_published_says_so_for_every_version(sealed):
    """Also for those that are on the Hub already; nothing else of these is sent again."""
    withdrawn(sealed)
    released(sealed)
    marked = (sealed.gold / "0.1.0" / WITHDRAWN_FILE).read_bytes()

    first = outgoing_files(sealed.gold, "0.1.0").files
    there = HubDataset(paths=tuple(first))
    second = outgoing_files(sealed.gold, "0.2.0", on_hub=there).files

    assert first[f"0.1.0/{WITHDRAWN_FILE}"] == marked
    assert {path: raw for path, raw in second.items() if path.startswith("0.1.0/")} == {
        f"0.1.0/{WITHDRAWN_FILE}": marked
    }
    assert b"withdrawn** since 0.1.0 was sealed" in second["README.md"]


def test_files_are_found_without_git_too(studio, place, tmp_path):
    pulled_lines(studio, place)
    (tmp_path / "story.txt").write_text(document(0).text)
    (tmp_path / "other.txt").write_text(document(1).text)

    said = withdrawn(place)

    assert "  the file story.txt" in said
    assert "other.txt" not in said


def test_a_migration_and_a_score_of_a_version_that_holds_it_say_so(sealed, monkeypatch, capsys):
    withdrawn(sealed)
    migrated = migrate(sealed, SCHEMA, "0.1.0")
    lines = [*migrated.lines()]
    (sealed.gold.parent / "found.jsonl").write_text("".join(f"{line}\n" for line in lines))

    said = [*migration_lines(migrated, Path("-"))]

    holds = "warning: 0.1.0 holds 1 document that was withdrawn since: d0;"
    assert said[0] == f"{holds} leave them out of what you pass on"
    monkeypatch.chdir(sealed.gold.parent)
    code, out, err = run(
        capsys, "eval", "--gold", "0.1.0", "--predictions", "found.jsonl", "--json"
    )
    assert code == 0, err
    counts = f"{holds} the score counts them".removeprefix("warning: ")
    assert counts in json.loads(out)["caveats"]


def test_an_export_of_a_version_that_holds_it_says_so(sealed):
    withdrawn(sealed)
    exported = export_documents(sealed, SCHEMA, "0.1.0", name="jsonl")
    [*exported.lines()]

    said = [*export_lines(exported, Path("-"))]

    assert said[0] == (
        "warning: 0.1.0 holds 1 document that was withdrawn since: d0; leave them out of what you pass on"
    )
