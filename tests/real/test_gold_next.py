"""gold/next from a real server: whose work it is, what was first, and what two maintainers get."""

import json
import shutil
import time
import uuid

import pytest
from command_line import run
from rest_calls import call
from samples import ROOT, SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result
from curation.localserver.accounts import add_user
from curation.schema.labeling import labeling_xml

AL = Entity(8, 10, "PERSON", "b")
MODEL = Layer("model", "m", "1", "w", "r")


def document(number, *, label="PERSON"):
    bob = Entity(0, 3, label, "a")
    relations = (Relation(bob, AL, "meets_with"),)
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, AL), relations, {}, MODEL)


class Desk:
    """A folder to stand in, a project of three documents, and two annotators of it."""

    def __init__(self, folder, local, capsys):
        self.folder, self.local, self.capsys = folder, local, capsys
        self.title = f"gold {uuid.uuid4().hex[:8]}"
        shutil.copytree(ROOT / "label_config", folder / "label_config")
        lines = (document(n).to_line() + "\n" for n in range(3))
        (folder / "s.jsonl").write_text("".join(lines))
        self.run("push", "s.jsonl", "--project", self.title)
        self.admin = HttpStudio(local.url, local.token)
        self.tokens = {
            name: add_user(local, f"{name}@example.org", name, "A") for name in ("ann", "ben")
        }
        self.project = self.admin.find_project(self.title)
        self.tasks = {task.doc_id: task.id for task in self.admin.tasks(self.project.id)}

    def run(self, *arguments):
        """Exit code, standard output, standard error."""
        return run(self.capsys, *arguments)

    def pull(self, *options):
        return self.run("pull", "--project", self.title, *options)

    def submit(self, name, number, **said):
        """Somebody submits a document."""
        studio = HttpStudio(self.local.url, self.tokens[name])
        studio.annotate(
            self.tasks[f"doc-{number}"], to_result(document(number, **said), SCHEMA)
        )

    def correct(self, name, number, **said):
        """Somebody updates their annotation of a document."""
        tasks = self.admin.export(self.project.id, [self.tasks[f"doc-{number}"]])
        [annotation] = next(iter(tasks))["annotations"]
        result = to_result(document(number, **said), SCHEMA)
        place = f"/api/annotations/{annotation['id']}/"
        changed = call(self.local, "PATCH", place, self.tokens[name], json={"result": result})
        changed.raise_for_status()

    def until_the_next_second(self):
        """Records hold times to the second: what is done now has another one than what was done before."""
        now = int(time.time())
        while int(time.time()) == now:
            time.sleep(0.02)

    def record(self, number):
        return json.loads((self.folder / "gold" / "next" / f"doc-{number}.json").read_text())

    def files(self):
        return {path.name: path.read_bytes() for path in self.folder.glob("gold/next/*.json")}


@pytest.fixture
def desk(tmp_path, monkeypatch, label_studio, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    return Desk(tmp_path, label_studio, capsys)


def test_what_was_submitted_first_is_known_after_a_correction(desk):
    desk.submit("ann", 0)
    desk.pull()
    before = desk.files()["doc-0.json"].decode().splitlines()

    desk.until_the_next_second()
    desk.correct("ann", 0, label="ORG")
    desk.pull()

    after = desk.files()["doc-0.json"].decode().splitlines()
    [one] = desk.record(0)["annotations"]
    assert one["first_sure"]
    bob = {"start": 0, "end": 3, "text": "Bob"}
    assert one["first"]["added"]["entities"] == [bob | {"label": "ORG"}]
    assert one["first"]["removed"]["entities"] == [bob | {"label": "PERSON"}]
    # In the lines that stand for now, nothing has changed but that span, its arrow and the time.
    first = next(n for n, line in enumerate(before) if '"first"' in line)
    changed = [line.strip() for line in after[:first] if line not in before]
    assert [line.split(":")[0] for line in changed] == ['"updated"', '{"start"', '{"head"']


def test_an_annotation_that_was_changed_before_the_first_pull_has_no_sure_first(desk):
    desk.submit("ann", 0)
    desk.submit("ben", 1)
    time.sleep(1.1)  # what is changed sooner can't be told from the submission
    desk.correct("ann", 0, label="ORG")
    desk.pull()

    firsts = [desk.record(n)["annotations"][0]["first_sure"] for n in (0, 1)]
    assert firsts == [False, True]


def test_two_maintainers_have_the_same_files_and_nobody_twice(desk):
    desk.submit("ann", 0)
    desk.submit("ann", 1)
    desk.submit("ben", 1)
    desk.pull()
    first = desk.files()
    shutil.rmtree(desk.folder / ".curate")  # another maintainer's machine, after git clone

    code, _, said = desk.pull()

    assert code == 0
    assert "new pseudonym" not in said
    assert desk.files() == first
    desk.submit("ben", 2)
    desk.pull()
    who = {one["annotator"] for n in range(3) for one in desk.record(n)["annotations"]}
    assert len(who) == 2


def test_what_others_suggested_untidily_comes_back_tidy(desk):
    """A blank at an edge, a symmetric relation written tail first, and one that must be turned to its signature."""
    path = desk.folder / "label_config" / "schema.toml"
    before, kind, after = path.read_text().partition("[relations.meets_with]")
    ends = '"PERSON", "ORG", "GPE", "NORP"'
    after = after.replace(f"head = [{ends}]", 'head = ["ORG"]', 1)
    after = after.replace(f"tail = [{ends}]", 'tail = ["PERSON"]', 1)
    path.write_text(before + kind + after)
    desk.run("schema", "build")
    bob, nato = Entity(0, 4, "PERSON", "a"), Entity(8, 12, "ORG", "b")
    untidy = (Relation(nato, bob, "agreement_with"), Relation(bob, nato, "meets_with"))
    given = Document("untidy", "Bob met NATO.", (bob, nato), untidy, {}, MODEL)
    (desk.folder / "untidy.jsonl").write_text(given.to_line() + "\n")

    code, _, said = desk.run("push", "untidy.jsonl", "--project", f"{desk.title}-2")

    project = desk.admin.find_project(f"{desk.title}-2")
    [suggestion] = desk.admin.predictions(project.id, None)
    HttpStudio(desk.local.url, desk.tokens["ann"]).annotate(suggestion.task, suggestion.result)
    pulled, _, _ = desk.run("pull", "--project", f"{desk.title}-2")
    record = json.loads((desk.folder / "gold" / "next" / "untidy.json").read_text())
    person, org = [0, 3, "PERSON"], [8, 12, "ORG"]
    assert (code, pulled) == (0, 0)
    assert "untidy, 0..4: 'Bob ' is sent as 'Bob'" in said
    assert record["annotations"][0]["relations"] == [
        {"head": person, "tail": org, "label": "agreement_with"},
        {"head": org, "tail": person, "label": "meets_with"},
    ]


def test_what_is_exported_for_label_studio_is_taken_by_its_import_and_read_from_its_export(
    desk,
):
    """Nested spans, emoji, two relations of a pair; a model's work stays a suggestion."""
    text = "😀 Bob Smith\u2028met Al."
    bob, smith, al = Entity(2, 11, "PERSON"), Entity(6, 11, "ORG"), Entity(16, 18, "PERSON")
    relations = (
        Relation(bob, al, "meets_with"),
        Relation(bob, al, "opposes"),
        Relation(bob, smith, "member_of"),
    )
    gold = Document(
        "nested/1", text, (bob, smith, al), relations, {"title": "t"}, Layer("gold")
    )
    (desk.folder / "some.jsonl").write_text(f"{gold.to_line()}\n{document(7).to_line()}\n")
    project = desk.admin.create_project(f"{desk.title}-3", labeling_xml(SCHEMA), "").id

    written, _, _ = desk.run("export", "some.jsonl", "--format", "labelstudio", "-o", "t.json")
    tasks = json.loads((desk.folder / "t.json").read_text())
    place = f"/api/projects/{project}/import"
    taken = call(desk.local, "POST", place, desk.local.token, json=tasks)
    place = f"/api/projects/{project}/export?exportType=JSON&download_all_tasks=true"
    (desk.folder / "e.json").write_bytes(
        call(desk.local, "GET", place, desk.local.token).content
    )
    given = ("e.json", "--format", "labelstudio")
    read, _, said = desk.run("import", *given, "--as-annotations")
    suggested, out, _ = desk.run("import", *given)

    assert taken.is_success
    counts = taken.json()
    assert (counts["task_count"], counts["annotation_count"], counts["prediction_count"]) == (
        2,
        1,
        1,
    )
    assert (written, read, suggested) == (0, 0, 0)
    assert "1 annotation added" in said
    assert "1 document: left out, as nobody annotated it" in said
    found = [json.loads(line) for line in out.rstrip("\n").split("\n")]
    assert [(one["id"], one["text"], one["meta"]["license"]) for one in found] == [
        ("nested/1", text, "unknown"),
        ("doc-7", document(7).text, "unknown"),
    ]
    # The server's export has no more of suggestions than their numbers.
    assert "1 suggestion: left out" in said
    assert [len(one["entities"]) for one in found] == [3, 0]
    assert [len(one["relations"]) for one in found] == [3, 0]
    assert [one["layer"]["name"] for one in found if "layer" in one] == ["e.json (labelstudio)"]


def test_an_annotation_is_known_by_the_servers_own_id(desk):
    desk.submit("ann", 0)
    desk.pull()
    exported = next(iter(desk.admin.export(desk.project.id)))

    [one] = desk.record(0)["annotations"]

    assert one["uid"] == exported["annotations"][0]["unique_id"]
    assert (one["project"], one["kind"], one["arm"]) == (desk.title, "person", "assisted")


def test_looking_writes_nothing(desk):
    desk.submit("ann", 0)
    before = {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*")}

    _, _, dry = desk.pull("--dry-run")
    _, _, status = desk.run("status", "--project", desk.title)

    assert "1 document would be in gold/next" in dry
    assert "a new annotator: 1 submitted" in status
    assert {path: path.stat().st_mtime_ns for path in desk.folder.rglob("*")} == before


def test_a_document_of_two_projects_has_the_work_of_both(desk):
    desk.submit("ann", 0)
    desk.pull()
    other = f"{desk.title} b"
    desk.run("push", "s.jsonl", "--project", other)
    project = desk.admin.find_project(other)
    task = next(iter(desk.admin.tasks(project.id, doc_ids=["doc-0"])))
    HttpStudio(desk.local.url, desk.tokens["ben"]).annotate(
        task.id, to_result(document(0), SCHEMA)
    )

    _, _, said = desk.run("pull")
    both = desk.files()
    desk.pull("--full")

    assert f"{other} ({desk.local.url}/projects/{project.id}/data): 1 annotation of 1" in said
    # The server may have an adjudicators' project of another test, which is pulled too.
    assert " projects: 1 annotation of 1 changed document; 1 document now in gold/next." in said
    assert desk.files() == both
    desk.admin.update_project(project.id, title=f"{desk.title} c")
    code, _, said = desk.run("pull")
    assert (code, "warning: " in said) == (0, True)
    assert f"project '{other}' has the title '{desk.title} c' on the server now" in said
    found = [(one["project"], one["status"]) for one in desk.record(0)["annotations"]]
    assert sorted(found) == sorted([(desk.title, "submitted"), (other, "submitted")])


def test_a_status_follows_a_dispute_to_the_adjudicator_and_back(desk):
    desk.submit("ann", 0)
    desk.submit("ben", 0, label="ORG")
    desk.pull()
    desk_title = f"{desk.title} desk"

    _, _, disputed = desk.run("status", "--project", desk.title)
    sent, _, _ = desk.run("adjudicate", "--project", desk_title)
    _, _, there = desk.run("status", "--project", desk.title)
    project = desk.admin.find_project(desk_title)
    [task] = desk.admin.tasks(project.id)
    [suggestion] = desk.admin.predictions(project.id)
    HttpStudio(desk.local.url, desk.tokens["ann"]).annotate(task.id, suggestion.result)
    _, _, decided = desk.run("status", "--project", desk.title)

    link = f"{desk.local.url}/projects/{project.id}/data?task={task.id}"
    assert (
        "warning: 1 disputed document; to give to an adjudicator: curate adjudicate" in disputed
    )
    assert sent == 0
    assert "1 document in adjudication, in " in there
    assert f"doc-0: waits for an adjudicator\n    {link}\n" in there
    assert "1 document with a verdict to pull: curate pull\n" in decided


def test_a_file_that_cant_be_read_is_passed_over_and_asked_for_again(desk):
    desk.submit("ann", 0)
    desk.submit("ann", 1)
    desk.pull()
    path = desk.folder / "gold" / "next" / "doc-0.json"
    whole = path.read_bytes()
    path.write_text('{"format": 1,\n<<<<<<< HEAD\n')
    desk.correct("ann", 0, label="ORG")
    desk.submit("ann", 2)

    code, _, said = desk.pull()

    assert code == 1
    assert "error: gold/next/doc-0.json:2: an unfinished merge" in said
    assert path.read_text() == '{"format": 1,\n<<<<<<< HEAD\n'
    assert len(desk.record(2)["annotations"]) == 1
    path.write_bytes(whole)
    assert desk.pull()[0] == 0
    assert desk.record(0)["annotations"][0]["entities"][0]["label"] == "ORG"


def test_deleted_accounts_keep_their_names_and_are_never_one(desk):
    """The server then says nothing of an account, not even its number."""
    desk.submit("ann", 0)
    desk.submit("ben", 0)
    desk.pull()
    before = desk.record(0)["annotations"]
    desk.submit("ann", 1)
    desk.submit("ben", 1)
    for number, email in desk.admin.accounts().items():
        if email in ("ann@example.org", "ben@example.org"):
            call(desk.local, "DELETE", f"/api/users/{number}/").raise_for_status()
    shutil.rmtree(desk.folder / ".curate")

    code, _, said = desk.pull()

    assert (code, "new pseudonym" in said) == (0, False)
    assert desk.record(0)["annotations"] == before
    unknown = [(one["annotator"], one["kind"]) for one in desk.record(1)["annotations"]]
    assert len(set(unknown)) == 2
    assert {kind for _, kind in unknown} == {"unknown"}


def test_a_duplicate_by_somebody_else_is_a_copy(desk):
    """As the screen sends it after "Duplicate annotation": the same regions, and their origin."""
    region = {
        "id": "_kzECbw9af",
        "type": "labels",
        "from_name": "label",
        "to_name": "text",
        "origin": "manual",
        "value": {"start": 0, "end": 3, "text": "Bob", "labels": ["PERSON"]},
    }
    al = region | {"id": "DL_S4ylsYP", "value": region["value"] | {"start": 8, "end": 10}}
    arrow = {"type": "relation", "from_id": region["id"], "to_id": al["id"], "notes": "new"}
    arrow |= {"direction": "right", "labels": ["meets_with"]}
    sent = {"result": [region, al, arrow], "lead_time": 1, "was_cancelled": False}

    def submit(name, number, **more):
        place = f"/api/tasks/{desk.tasks[f'doc-{number}']}/annotations/"
        answer = call(desk.local, "POST", place, desk.tokens[name], json=sent | more)
        return answer.raise_for_status().json()["id"]

    submit("ben", 0, parent_annotation=submit("ann", 0))
    submit("ann", 1)
    submit("ben", 1)
    (suggestion,) = desk.admin.predictions(desk.project.id, [desk.tasks["doc-2"]])
    submit("ann", 2, parent_prediction=suggestion.id)

    _, _, said = desk.pull()

    for number in (0, 1):
        first, copy = desk.record(number)["annotations"]
        if first["copy_of"]:  # both may have been made in one second
            first, copy = copy, first
        assert (first["copy_of"], copy["copy_of"]) == (None, first["uid"])
        assert copy["arm"] != "blind"
    assert said.count("is a copy of that of") == 2
    assert said.count("doesn't know the key") == said.count("'notes' on relations") == 1
    [started] = desk.record(2)["annotations"]
    assert (started["arm"], started["started_from"] is not None) == ("assisted", True)


def test_an_audit_is_drawn_annotated_pulled_and_compared_and_never_gets_into_the_gold(desk):
    """From push to the table; what is found inconsistent goes back with its words."""
    for number in range(3):
        desk.submit("ann", number)
    assert desk.pull()[0] == 0
    gold = desk.files()
    title = f"audit {uuid.uuid4().hex[:8]}"
    to = ("--project", title, "--to", "gold/audit/first")
    push = ("push", "s.jsonl", *to, "--sample", "2", "--seed", "7", "--blind")

    code, _, err = desk.run(*push)
    assert (code, "2 created" in err) == (0, True)
    assert "2 unchanged" in desk.run(*push)[2]
    project = desk.admin.find_project(title)
    drawn = [*desk.admin.tasks(project.id)]
    ben = HttpStudio(desk.local.url, desk.tokens["ben"])
    for task in drawn:
        number = int(task.doc_id.removeprefix("doc-"))
        ben.annotate(task.id, to_result(document(number, label="GPE"), SCHEMA))
    code, _, err = desk.run("pull", "--project", title)
    assert (code, "--to gold/audit/first" in err) == (2, True)
    assert desk.run("pull")[0] == 0
    assert desk.run("pull", *to)[0] == 0

    assert desk.files() == gold
    assert {path.stem for path in desk.folder.glob("gold/audit/first/*.json")} == {
        task.doc_id for task in drawn
    }
    code, out, _ = desk.run("audit", "first", "--json")
    found = json.loads(out)
    assert (found["documents"], found["entities"]["of"], found["unjudged"]) == (2, 4, 2)


def test_what_the_gold_says_in_two_ways_goes_back_to_its_annotator(desk):
    for number in range(3):
        desk.submit("ann", number, label="GPE" if number == 2 else "PERSON")
    desk.pull()

    code, out, err = desk.run("consistency", "--project", desk.title, "--send-back", "--check")

    assert code == 3
    assert "doc-2: 'Bob' is GPE here; elsewhere PERSON 2 times" in out
    assert f"/projects/{desk.project.id}/data?task={desk.tasks['doc-2']}" in out
    assert "1 document returned to 1 annotator: doc-2" in err
    data = desk.admin.task_data(desk.tasks["doc-2"])
    assert "'Bob' is GPE here" in data["returned"]
