"""
Peak memory and time of every command on 1,000 and on 10,000 articles, and on one long one.

Each command is a process of its own; its memory is that of this process and of
those that it starts, each at its peak. What is made up has 3 kB, 30 entities and
5 relations an article, the long one 200 kB, 2,000 and 1,000. Of a model or an
annotator every tenth entity has another type. Memory that didn't depend on the
number of articles would be a ratio of 1; what a command knows of each document
by its id (a hash, a row of counts) is a few kB of the difference.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from frame.figures import Figure, amount, at_most, report
from frame.processes import Ran, curate
from frame.studio import SQLITE, document, label_studio, sized
from gold_records import record_of
from label_studio_sdk import LabelStudio

from curation.annotations.record_file import record_bytes
from curation.documents.document import AnnotatedDocument, Document, Layer, Relation
from curation.files import json_line
from curation.gold.dataset import GoldDocument
from curation.gold.working.file_names import file_name
from curation.schema import read_schema
from curation.state import State

ROOT = Path(__file__).parents[1]
SCHEMA = read_schema(ROOT / "label_config" / "schema.toml")
FEW = 1_000
MANY = 10_000
LONG = (200_000, 2_000, 1_000)
AIM = 1.5
# Characters: a model takes a quarter of an hour for 10,000 whole articles.
SHORT = 300

COMMANDS = {
    "ingest": "ingest raw.jsonl -o articles.jsonl",
    "preannotate": "preannotate {articles}.jsonl -o suggested.jsonl",
    "preannotate by 2 workers": "preannotate {articles}.jsonl -o suggested.jsonl --workers 2",
    "eval of two files": "eval --gold gold.jsonl --predictions model.jsonl --json",
    "eval with a report": "eval --gold gold.jsonl --predictions model.jsonl --report page.html",
    "agree of two files": "agree gold.jsonl model.jsonl --json",
    "release": "release --no-baseline",
    "eval of a version": "eval --gold 0.1.0 --predictions model.jsonl --json",
    "push": "push model.jsonl --project {title}",
    "push, the last one forgotten": "push model.jsonl --project {title}",
    "pull": "pull --project {title}",
    "pull in full": "pull --full --project {title}",
    "status": "status --project {title}",
    "show": "show bench-000000 --json",
    "drop": "drop bench-000000",
    "restore": "restore bench-000000",
}
# Only on one article: of the first, many take a model's time, of the second some calls each.
ALONE = {
    "eval of the baseline": "eval --gold gold.jsonl --json",
    "schema rename": "schema rename PERSON=HUMAN --project {title}",
}


def as_another(one: Document) -> Document:
    """Every tenth entity has another type, and no relation any more."""
    changed = {
        e: replace(e, label="LOC") if n % 10 == 0 else e for n, e in enumerate(one.entities)
    }
    kept = (r for r in one.relations if changed[r.head] == r.head and changed[r.tail] == r.tail)
    arrows = tuple(Relation(changed[r.head], changed[r.tail], r.label) for r in kept)
    return replace(one, entities=tuple(changed.values()), relations=arrows)


def fill(folder: Path, documents: Iterator[Document]) -> None:
    """Articles, gold, predictions, and gold/next with two annotators."""
    shutil.copytree(ROOT / "label_config", folder / "label_config")
    (folder / "gold" / "next").mkdir(parents=True)
    facts = (ROOT / "gold" / "dataset.toml").read_text()
    facts += '\n[articles]\nlicense = "unknown"\n'
    (folder / "gold" / "dataset.toml").write_text(facts)
    names = ("raw", "short", "gold", "model")
    with contextlib.ExitStack() as stack:
        raw, short, gold, model = (
            stack.enter_context((folder / f"{name}.jsonl").open("w")) for name in names
        )
        for one in documents:
            other = as_another(one)
            raw.write(json_line({"id": one.id, "text": one.text}) + "\n")
            short.write(json_line({"id": one.id, "text": one.text[:SHORT]}) + "\n")
            gold.write(one.to_line() + "\n")
            model.write(other.to_line() + "\n")
            who = ("person-1", "person-2")
            known = GoldDocument(one, annotators=who, n_annotations=2, adjudicated=True)
            annotations = [
                AnnotatedDocument(replace(work, layer=Layer("annotator", name)), other)
                for name, work in zip(who, (one, other), strict=True)
            ]
            record = record_of(known, annotations, SCHEMA)
            assert record
            (folder / "gold" / "next" / file_name(one.id)).write_bytes(record_bytes(record))


def measured(
    title: str, documents: Iterator[Document], commands: dict[str, str], articles: str
) -> dict[str, Ran]:
    """Every command on these documents, in a folder and a project of their own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        fill(folder, documents)
        found = {}
        for what, command in commands.items():
            if what == "push, the last one forgotten":
                with State(folder / ".curate").transaction() as connection:
                    connection.execute("DELETE FROM ledgers")
            if what == "pull":
                annotate(title)
            print(f"{title}: {what} …", file=sys.stderr, flush=True)
            arguments = command.format(title=title, articles=articles).split()
            found[what] = curate(*arguments, cwd=folder)
        return found


def annotate(title: str) -> None:
    """All suggestions of the project become annotations."""
    studio = LabelStudio(
        base_url=os.environ["LABEL_STUDIO_URL"],
        api_key=os.environ["LABEL_STUDIO_API_KEY"],
        timeout=3600,
    )
    (project,) = [one for one in studio.projects.list() if one.title == title]
    studio.actions.create(id="predictions_to_annotations", project=project.id)


def memory(ran: Ran) -> float:
    """All that it took, in MB."""
    return ran.peak + sum(ran.others)


def times(mine: Ran, least: Ran) -> str:
    """How long both took, and the ratio."""
    took = f"{amount(mine.seconds, 's')} and {amount(least.seconds, 's')}"
    return f"{mine.seconds / least.seconds:.3g}× the time: {took}"


def figures() -> Iterator[Figure]:
    with label_studio() as local:
        os.environ["LABEL_STUDIO_URL"] = local.url
        os.environ["LABEL_STUDIO_API_KEY"] = local.token
        few, many = (
            measured(f"bench-{number}", map(document, range(number)), COMMANDS, "short")
            for number in (FEW, MANY)
        )
        one = sized(0, *LONG)
        other = document(0)
        every = COMMANDS | ALONE
        long = measured("bench-long", iter([one]), every, "raw")
        short = measured("bench-short", iter([other]), every, "raw")
    for what, command in COMMANDS.items():
        work = f"{what}, {MANY:,} articles: peak memory"
        note = times(many[what], few[what])
        note += f"; articles cut to {SHORT} characters" if "{articles}" in command else ""
        note += f"; {SQLITE}" if "{title}" in command else ""
        mine = memory(many[what])
        least = memory(few[what])
        yield at_most(work, f"{FEW:,} articles", mine, least, aim=AIM, unit="MB", note=note)
    for what in every:
        work = f"{what}, one article of 200 kB: peak memory"
        mine = memory(long[what])
        least = memory(short[what])
        note = times(long[what], short[what])
        yield at_most(work, "one of 3 kB", mine, least, unit="MB", note=note)


if __name__ == "__main__":
    report(figures())
