"""Everything that reads what we didn't write, each with sound files to spoil."""

import json
import os
import pickle
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from adjudicated_project import AdjudicatedProject, TwinHands, pull_verdicts
from disputing import DisputedProject
from gold_samples import annotated, digest, gold_ids, read_next, working
from samples import ROOT, SCHEMA

from curation.annotations.consensus import find_consensus
from curation.annotations.record_file import read_record, record_bytes
from curation.articles import read_articles
from curation.commands.import_ import taken_annotation_lines
from curation.commands.pull import pull_lines
from curation.commands.show import document_lines
from curation.commands.status_lines import status_lines
from curation.commands.verdict_lines import verdict_lines
from curation.default_project import ADJUDICATION_PROJECT
from curation.documents.document import Document, Entity, Layer
from curation.documents.interchange import Reading, parse_document
from curation.documents.plain_document import read_plain_document
from curation.documents.stream import DocumentsFile
from curation.encodings import decode_utf8
from curation.errors import CurateError, GoldError, InputError, Problems, raise_problems
from curation.files import Json, json_line, make_private_folder, parse_objects
from curation.flows.import_annotations import import_annotations
from curation.flows.import_documents import ImportReader, import_documents
from curation.flows.list_differences import list_differences
from curation.flows.pull import pull
from curation.flows.show import show
from curation.flows.status import status
from curation.flows.verdicts_from_file import verdicts_from_file
from curation.formats.all_formats import FORMATS
from curation.formats.losses import Losses
from curation.formats.shape import FormatName
from curation.gold.changes.changelog import parse_seals
from curation.gold.sealed.manifest import parse_manifest
from curation.gold.sealed.withdrawn import (
    WITHDRAWN_FILE,
    WithdrawnDocument,
    read_withdrawn,
    withdrawn_text,
)
from curation.gold.tables.read_rows import RowReader, read_annotation_row, read_gold_row
from curation.gold.tables.rows import annotation_row, gold_row
from curation.gold.working.file_names import file_name
from curation.labelstudio.pull.read_result import read_result
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.responses import read_export
from curation.labelstudio.server.stored_results import (
    names_used,
    renamed_regions,
    results_of_tasks,
)
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.localserver import run as server
from curation.schema import read_schema
from curation.schema.guidelines import guidelines_md
from curation.schema.labeling import labeling_xml
from curation.strict_json import parse_object
from curation.workspace import Workspace

SEALED = next(iter(sorted((ROOT / "gold").glob("[0-9]*"))))
MODEL = Layer("model", "m", "1", "w", "r")


@dataclass(frozen=True)
class Reader:
    """*read* takes the bytes and a folder to write in; *sound* are bytes that it reads."""

    read: Callable[[bytes, Path], object]
    sound: tuple[bytes, ...]

    def refuses_or_reads(self, raw: bytes, folder: Path) -> bool:
        """Whether it was read; anything but an error of ours goes through."""
        try:
            self.read(raw, folder)
        except CurateError:
            return False
        return True


def plain_article(raw: bytes, folder: Path) -> None:
    (folder / "a.txt").write_bytes(raw)
    for document in read_articles([folder / "a.txt"]):
        assert parse_document(document.to_json(), "")[1] == []


def articles(raw: bytes, folder: Path) -> None:
    (folder / "a.jsonl").write_bytes(raw)
    _again(read_articles([folder / "a.jsonl"]))


def article_rows(kind: str, raw: bytes, folder: Path) -> None:
    (folder / f"a.{kind}").write_bytes(raw)
    _again(read_articles([folder / f"a.{kind}"]))


def documents(raw: bytes, folder: Path) -> None:
    """What is read without the gate is what the gate reads."""
    for line in raw.split(b"\n"):
        for reading in Reading:
            if plain := read_plain_document(line, reading):
                by_gate, _ = parse_document(parse_object(line), "", reading)
                assert repr(plain) == repr(by_gate)
    (folder / "d.jsonl").write_bytes(raw)
    _again(DocumentsFile(folder / "d.jsonl"))


def _again(read: Iterator[Document]) -> None:
    """What is let through can be written and read again."""
    for document in read:
        assert parse_document(parse_object(document.to_line().encode()), "")[1] == []


def schema(raw: bytes, folder: Path) -> None:
    (folder / "schema.toml").write_bytes(raw)
    read = read_schema(folder / "schema.toml")
    assert (labeling_xml(read) + guidelines_md(read)).encode()


def gold_rows(raw: bytes, folder: Path) -> None:
    _read_rows(raw, read_gold_row)


def annotation_rows(raw: bytes, folder: Path) -> None:
    _read_rows(raw, read_annotation_row)


def _read_rows(raw: bytes, read: RowReader[Any]) -> None:
    """Rows of a version, a line each."""
    problems = Problems()
    for place, row in parse_objects(enumerate(raw.splitlines(), start=1), Path("r"), problems):
        value, wrong = read(row, place)
        assert (value is None) == bool(wrong)
        problems += wrong
    if problems:
        raise_problems(problems, GoldError, hint="")


def record(raw: bytes, folder: Path) -> None:
    """A file of gold/next; what is let through can be written and read again."""
    one, problems = read_record(raw, "d.json")
    if one is None:
        raise_problems(Problems(problems), GoldError, hint="")
    assert read_record(record_bytes(one), "d.json") == (one, [])
    agreed = find_consensus(one, SCHEMA)
    assert (agreed.document is None) == bool(agreed.reason)
    place = Workspace(folder / "gold", folder / ".curate")
    place.next.mkdir(parents=True, exist_ok=True)
    (place.next / file_name(one.id)).write_bytes(raw)
    assert "".join(document_lines(show(place, SCHEMA, one.id)))
    (place.next / file_name(one.id)).unlink()


def verdicts(raw: bytes, folder: Path) -> None:
    """Verdicts that were made elsewhere; a dry run takes as many as the run itself."""
    place = Workspace(folder / "gold", folder / ".curate")
    if not place.next.exists():
        _disputed(folder)
    (folder / "v.jsonl").write_bytes(raw)
    verdicts_from_file(
        place, SCHEMA, folder / "v.jsonl", by="judge@example.invalid", dry_run=True
    )


def _disputed(folder: Path) -> list[Json]:
    """Two annotators differ in a document there; the differences as the list has them."""
    desk = DisputedProject(folder, documents=1)
    desk.annotate(1, "oo", by=1)
    desk.annotate(1, "g-", by=2)
    desk.pull()
    listed = list_differences(None, desk.place, SCHEMA).documents["d1"]
    return [one.to_json() for one in listed]


def _verdict_lines() -> Iterator[bytes]:
    """Options chosen, and answers of one's own."""
    with TemporaryDirectory() as folder:
        listed = _disputed(Path(folder))
    chosen = [one | {"alias": one["options"][0]["alias"]} for one in listed]
    own = [one | {"own": [[*one["place"][0], "FAC"]]} for one in listed]
    for lines in (chosen, own):
        yield b"".join(_written(json.dumps(one)) for one in lines)


def manifest(raw: bytes, folder: Path) -> None:
    parse_manifest(raw, "manifest.json")


def changelog(raw: bytes, folder: Path) -> None:
    parse_seals(raw.decode("utf-8", "replace"))


def withdrawn(raw: bytes, folder: Path) -> None:
    (folder / WITHDRAWN_FILE).write_bytes(raw)
    read_withdrawn(folder)


class Exporting(MemoryStudio):
    """A server that exports whatever it is given."""

    raw = b"[]"

    def export(self, project, task_ids=None, *, drafts=False):
        return iter(read_export(self.raw))


def document(number: int) -> Document:
    bob, al = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
    return Document(f"doc-{number}", f"Bob met Al. {number}", (bob, al), (), {}, MODEL)


def _exporting() -> tuple[bytes, bytes]:
    """The twin with a project, pickled, and what it exports."""
    studio = Exporting()
    push_documents(studio, [document(n) for n in range(3)], SCHEMA, title="p")
    for number, task in enumerate(sorted(studio.stored_tasks)[:2]):
        note = {"type": "textarea", "from_name": "note", "to_name": "text", "id": "n"}
        studio.submit(
            task,
            [*to_result(document(number), SCHEMA), note | {"value": {"text": ["really?"]}}],
        )
    studio.draft(max(studio.stored_tasks), to_result(document(2), SCHEMA))
    tasks = list(MemoryStudio.export(studio, 1, drafts=True))
    return pickle.dumps(studio), json.dumps(tasks, ensure_ascii=False).encode()


STUDIO, EXPORT = _exporting()


def export(raw: bytes, folder: Path) -> None:
    """All that a pull, a status, a push and a renaming make of it, to the last sentence."""
    try:
        read_export(raw)
    except ValueError:  # which the client makes a sentence of
        return
    studio = pickle.loads(STUDIO)
    studio.raw = raw
    place = Workspace(folder / "gold", folder / ".curate")
    report = pull(studio, place, SCHEMA, title="p")
    standing = status(studio, place, SCHEMA, title="p")
    said = [*pull_lines(report, place, dry_run=False), *status_lines(standing)]
    assert all(isinstance(sentence, str) for sentence in said)
    rename = partial(renamed_regions, kind="entity type", old="PERSON", new="HUMAN")
    for one in results_of_tasks(read_export(raw)):
        assert ("entity type", "PERSON") not in {
            name for region in rename(one.regions) for name in names_used(region)
        }
    assert digest(read_next(place.gold))


def state(raw: bytes, folder: Path) -> None:
    """All that a pull and a status read from it, and what they keep in it."""
    place = Workspace(folder / "gold", folder / ".curate")
    make_private_folder(place.home)
    (place.home / "state.sqlite").write_bytes(raw)
    _pulled(folder)


def _pulled(folder: Path) -> Workspace:
    """The twin, pulled, and every sentence about it said."""
    studio = pickle.loads(STUDIO)
    studio.raw = EXPORT
    place = Workspace(folder / "gold", folder / ".curate")
    pull(studio, place, SCHEMA, title="p")
    list(status_lines(status(studio, place, SCHEMA, title="p")))
    return place


def ids(raw: bytes, folder: Path) -> None:
    """Up to three lines as ids: what the gate lets through has one task each, and comes back under its id."""
    lines = dict.fromkeys(raw.decode("utf-8", "surrogateescape").splitlines()[:3])
    forms = [document(n).to_json() | {"id": line} for n, line in enumerate(lines)]
    given = [document_or_refused(form) for form in forms]
    studio = MemoryStudio()
    first = push_documents(studio, given, SCHEMA, title="p")
    again = push_documents(studio, given, SCHEMA, title="p")
    assert (first.created, again.created, len(studio.stored_tasks)) == (
        len(given),
        0,
        len(given),
    )
    for task in studio.tasks(1):
        (one,) = (one for one in given if one.id == task.doc_id)
        studio.submit(task.id, to_result(one, SCHEMA))
    place = Workspace(folder / "gold", folder / ".curate")
    shutil.rmtree(place.gold, ignore_errors=True)
    shutil.rmtree(place.home, ignore_errors=True)
    said = pull_lines(pull(studio, place, SCHEMA, title="p"), place, dry_run=False)
    assert all(isinstance(sentence, str) for sentence in said)
    assert {*gold_ids(place)} == {one.id for one in given}


def characters(raw: bytes, folder: Path) -> None:
    """As a text in which all that isn't blank is marked: the spans are the same wherever they go."""
    text = raw.decode("utf-8", "surrogateescape")
    words = list(re.finditer(r"\S+", text))[:20]
    entities = [
        {"id": str(n), "start": word.start(), "end": word.end(), "label": "PERSON"}
        for n, word in enumerate(words)
    ]
    form = {
        "id": "d",
        "text": text,
        "entities": entities,
        "layer": {"kind": "model", "name": "m"},
    }
    given = document_or_refused(form)
    there = json.loads(json.dumps(to_result(given, SCHEMA)))
    back = read_result(given.without_annotations(), there, MODEL, SCHEMA)
    assert back.document.entities == given.entities
    assert back.problems == ()
    (folder / "d.jsonl").write_bytes(given.to_line().encode())
    assert next(iter(DocumentsFile(folder / "d.jsonl"))) == given


def encodings(raw: bytes, folder: Path) -> None:
    """A command that is advised changes no character: back in that encoding, the bytes are the same."""
    try:
        assert decode_utf8(raw, "a.txt").encode() == raw
    except ValueError as error:
        if found := re.search(r"iconv -f (\S+) -t UTF-8", str(error)):
            text = raw.decode(found[1])
            has_mark = found[1] in ("UTF-16", "UTF-32")
            assert has_mark or text.encode(found[1]) == raw
            assert decode_utf8(text.encode()) == text
        raise InputError(str(error)) from None


def document_or_refused(form: Json) -> Document:
    found, problems = parse_document(form, "here")
    if found is None:
        raise_problems(Problems(problems), InputError)
    return found


def login(raw: bytes, folder: Path) -> None:
    (folder / "login.json").write_bytes(raw)
    server.running_server(folder)


ROWS = working(annotated("d0"))


def _records() -> tuple[bytes, ...]:
    """One with a verdict, and one as a pull leaves it."""
    shipped = [path.read_bytes() for path in sorted((ROOT / "gold" / "next").glob("*.json"))]
    with TemporaryDirectory() as folder:
        place = _pulled(Path(folder))
        return (*shipped, (place.next / "doc-0.json").read_bytes())


def _written(line: str) -> bytes:
    return f"{line}\n".encode()


def _state() -> bytes:
    """What a pull of the twin remembers."""
    with TemporaryDirectory() as folder:
        return (_pulled(Path(folder)).home / "state.sqlite").read_bytes()


ARTICLE = json.dumps({"id": "x", "text": "Title\r\n\r\nBob met Al.", "src": "Wikinews", "n": 1})
LOGIN = {"url": "http://127.0.0.1:9", "username": "a", "password": "b", "token": "c"}
LOGIN |= {"pid": os.getpid(), "port": 9, "mark": "curate=1"}


class ExportingVerdicts(MemoryStudio):
    """A twin that exports these bytes of its adjudicators' project."""

    raw = b""

    def export(self, project, task_ids=None, *, drafts=False):
        if self.raw and self.projects[project].title == ADJUDICATION_PROJECT:
            return iter(read_export(self.raw))
        return super().export(project, task_ids, drafts=drafts)


def _adjudicating() -> tuple[bytes, dict[str, bytes], bytes]:
    """The twin with an adjudicators' project, pickled, gold/next, and what the project exports."""
    with TemporaryDirectory() as folder:
        hands = TwinHands(ExportingVerdicts())
        project = AdjudicatedProject(Path(folder), ("d1", "d2"), hands=hands)
        project.decide("d1")
        tasks = list(project.studio.export(project.project.id))
        files = project.files()
    return pickle.dumps(hands.studio), files, json.dumps(tasks, ensure_ascii=False).encode()


DESK_STUDIO, DESK_FILES, DESK_EXPORT = _adjudicating()


def adjudicators_export(raw: bytes, folder: Path) -> None:
    """All that a pull makes of it, to the last sentence; the same again."""
    try:
        read_export(raw)
    except ValueError:  # which the client makes a sentence of
        return
    studio = pickle.loads(DESK_STUDIO)
    studio.raw = raw
    place = Workspace(folder / "gold", folder / ".curate")
    place.next.mkdir(parents=True, exist_ok=True)
    for name, content in DESK_FILES.items():
        (place.next / name).write_bytes(content)
    for _ in range(2):
        report = pull_verdicts(studio, place, SCHEMA, title=ADJUDICATION_PROJECT)
        assert all(isinstance(sentence, str) for sentence in verdict_lines(report))
    assert (report.taken, report.replaced) == ((), ())
    read_next(place.gold)


def imported(name: FormatName, file: str, raw: bytes, folder: Path) -> None:
    """Everything that an import makes of it, of what is let through, too; brat's text is sound."""
    (folder / "some.txt").write_text(document(0).text)
    (folder / file).write_bytes(raw)
    for one in import_documents(ImportReader(folder / file, name, SCHEMA)):
        assert parse_document(one.to_json(), "")[1] == []
    place = Workspace(folder / "gold", folder / ".curate")
    reader = ImportReader(folder / file, name, SCHEMA)
    taken = import_annotations(place, reader, annotator="anna", dry_run=True)
    assert all(isinstance(line, str) for line in taken_annotation_lines(taken, dry_run=True))
    assert all(isinstance(sentence, str) for sentence in reader.losses.sentences())


def _exported(name: FormatName, file: str = "") -> bytes:
    """Two documents in another tool's format; of brat, the annotations of one."""
    parts = FORMATS[name].write([document(0), document(1)], SCHEMA, Losses())
    contents = [part.content for part in parts if part.file == file]
    # What a model suggested is no annotation in this format.
    return b"".join(contents).replace(b'"predictions":', b'"annotations":')


def _import_reader(name: FormatName, file: str, part: str = "") -> Reader:
    return Reader(partial(imported, name, file), (_exported(name, part),))


READERS = {
    "imported brat": _import_reader("brat", "some.ann", "doc-0.ann"),
    "imported doccano": _import_reader("doccano", "some.jsonl"),
    "imported Label Studio": _import_reader("labelstudio", "some.json"),
    "imported Prodigy": _import_reader("prodigy", "some.jsonl"),
    "imported spaCy": _import_reader("spacy", "some.spacy"),
    "article": Reader(
        plain_article, (b"Title\n\nStandfirst\n\nBob met Al. (X/AP)\n\nRead more: x\n",)
    ),
    "articles": Reader(articles, (_written(ARTICLE), _written(document(0).to_line()))),
    "articles in CSV": Reader(
        partial(article_rows, "csv"), (b'id,text,n\n1,"One, two",\n2,x,y\n',)
    ),
    "articles in a list": Reader(
        partial(article_rows, "json"),
        (b'[{"id": 1, "text": "One"},\n {"id": "b", "text": "x"}]',),
    ),
    "documents": Reader(
        documents, (_written(document(0).to_line()) + _written(document(1).to_line()),)
    ),
    "schema": Reader(schema, ((ROOT / "label_config" / "schema.toml").read_bytes(),)),
    "gold rows": Reader(gold_rows, (_written(json_line(gold_row(ROWS.gold_documents[0]))),)),
    "annotation rows": Reader(
        annotation_rows, (_written(json_line(annotation_row(ROWS.annotations[0]))),)
    ),
    "record": Reader(record, _records()),
    "verdicts": Reader(verdicts, tuple(_verdict_lines())),
    "manifest": Reader(manifest, ((SEALED / "manifest.json").read_bytes(),)),
    "withdrawn": Reader(
        withdrawn,
        (
            withdrawn_text(
                [WithdrawnDocument(id="d0", text_sha256="0" * 64, at="2026", reason="asked")]
            ).encode(),
        ),
    ),
    "changelog": Reader(changelog, ((ROOT / "gold" / "CHANGELOG.md").read_bytes(),)),
    "export": Reader(export, (EXPORT,)),
    "adjudicators' export": Reader(adjudicators_export, (DESK_EXPORT,)),
    "state": Reader(state, (_state(),)),
    "ids": Reader(
        ids, ("a%41\n%22 +&#\"'/\\\n👍\n".encode(), ("x" * 200 + "\n..\nCON").encode())
    ),
    "characters": Reader(
        characters,
        ("“Zürich” – naïve\u2028İstanbul\t👨‍👩‍👧 \u202eRTL\u202c 東京\r\nx".encode(),),
    ),
    "encodings": Reader(encodings, ("Café “Zürich” – 東京 👍".encode(),)),
    "login": Reader(login, (json.dumps(LOGIN).encode(),)),
}
