"""The day of the README and its pages is lived through, and each command prints what they show."""

import io
import re
import shutil
from contextlib import chdir, redirect_stderr, redirect_stdout, suppress

import pytest
from gold_samples import write_dataset_facts
from samples import ROOT, SCHEMA

from curation.cli import main
from curation.default_project import ADJUDICATION_PROJECT
from curation.documents.stream import DocumentsFile
from curation.gold.sealed.versions import read_version
from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.tasks import to_result

README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)
NEWEST = "1.0.0"
ARTICLE = "000_c0b9d572aaf7d729"
CARELESS = "wikinews-784626"
FIRST_LOOK = "curate status"  # before it, annotators have been at work

# What differs from one machine, server or day to the next.
VARIABLE = (
    (r"http://127\.0\.0\.1:\d+", "http://127.0.0.1:8080"),
    (r"/projects/\d+", "/projects/1"),
    (r"(task|tab)=\d+", r"\1=N"),
    (r"digest[ :][0-9a-f]{12}", "digest D"),
    (r"(person|machine)-[0-9a-f]{8}", r"\1-P"),
    (r"knows us as \S+", "knows us as U"),
    (r"\d+ s a document", "N s a document"),
    (r"backups/\S+-before", "backups/T-before"),
    (r"-[0-9a-f]{12}\.json", "-D.json"),
    (r"(\+[0-9a-f]{12})\.[0-9a-f]{8}", r"\1.R"),
)  # fmt: skip


def steady(text):
    for pattern, stand_in in VARIABLE:
        text = re.sub(pattern, stand_in, text)
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def fits(shown, printed):
    """Whether *printed* is what is *shown*, where a line ``…`` stands for any lines."""
    pattern = re.escape(shown).replace("\\\n…", "(\\n.*)*")
    return re.fullmatch(pattern, printed) is not None


def shown():
    """Each command that is shown, in the order of the pages, with the output shown below it."""
    text = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    for block in BLOCK.findall(text):
        for part in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
            command, _, output = part.partition("\n")
            yield command, output


@pytest.fixture
def desk(tmp_path, monkeypatch, label_studio):
    studio = HttpStudio(label_studio.url, label_studio.token)
    for other in studio.projects_named(ADJUDICATION_PROJECT):
        # Another test's: a pull of this day would tell of it.
        studio.update_project(other.id, title=f"another test's, {other.id}")
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)
    monkeypatch.setenv("COLUMNS", "80")
    live(tmp_path, "curate init . --schema news")
    for example in (tmp_path / "seeds").iterdir():
        example.unlink()
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds", dirs_exist_ok=True)
    write_dataset_facts(tmp_path / "gold")
    return tmp_path


def live(desk, command):
    """What the command prints at the desk; where it is about the shipped gold, in the checkout."""
    printed = io.StringIO()
    with (
        chdir(ROOT if NEWEST in command else desk),
        redirect_stdout(printed),
        redirect_stderr(printed),
        suppress(SystemExit),
    ):
        main(command.removeprefix("curate ").split())
    return printed.getvalue()


def annotate(desk, label_studio):
    """What the README says that annotators did: two documents, one arrow left without a label."""
    studio = HttpStudio(label_studio.url, label_studio.token)
    project = studio.find_project("curate")
    tasks = {task.doc_id: task.id for task in studio.tasks(project.id)}
    version = read_version(ROOT / "gold", NEWEST)
    (good,) = [one.document for one in version.gold_documents if one.id == ARTICLE]
    studio.annotate(tasks[ARTICLE], to_result(good, SCHEMA))
    suggestions = DocumentsFile(desk / ".curate" / "suggestions.jsonl")
    (careless,) = [one for one in suggestions if one.id == CARELESS]
    result = to_result(careless, SCHEMA)
    result[-1]["labels"] = []
    studio.annotate(tasks[CARELESS], result)


def test_the_day_goes_as_the_readme_and_its_pages_tell_it(desk, label_studio):
    expected = [(command, steady(output)) for command, output in shown()]
    happened = []
    for command, _ in expected:
        if command == FIRST_LOOK and FIRST_LOOK not in dict(happened):
            annotate(desk, label_studio)
        happened.append((command, steady(live(desk, command))))

    assert len(expected) >= 10
    assert [
        (command, output)
        for (command, output), (_, printed) in zip(expected, happened, strict=True)
        if not fits(output, printed)
    ] == [], "\n".join(f"$ {command}\n{printed}" for command, printed in happened)
