"""gold/next brought up to date, document by document, whatever its size."""

import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from curation.corpus import Watch, unwatched
from curation.document import Annotation, Document
from curation.errors import GoldError, Problem, Problems, refuse
from curation.files import Json, atomic, count_lines, json_line, read_objects, written
from curation.gold.adjudicate import Conflict, KeptOut, settle
from curation.gold.lines import Lines
from curation.gold.model import Gold, place
from curation.gold.read import read_annotation, read_gold, read_rows
from curation.gold.record import annotation_row, gold_row
from curation.gold.working import ANNOTATIONS_FILE, GOLD_FILE, MEND, NEXT, once
from curation.schema import Schema
from curation.strict import parse_object

_One = TypeVar("_One", Gold, Annotation)
_Read = Callable[[Json, str], tuple[_One | None, list[Problem]]]


@dataclass
class _File:
    """One of the two files: the lines in it, and those to be there in their place."""

    path: Path
    old: Lines
    new: Lines

    def lines(self, document: str) -> Lines:
        """Where the document's lines are, as things stand."""
        return self.new if document in self.new else self.old

    def names(self) -> list[str]:
        """The documents that have lines, in the order of the file."""
        known = self.old.places.keys() | self.new.places.keys()
        return [one for one in sorted(known) if self.lines(one).has(one)]

    def put(self, document: str, rows: Iterable[Json]) -> None:
        self.new.put(document, _block(rows))

    def changed(self) -> bool:
        return any(self.old.get(one) != self.new.get(one) for one in self.new.places)

    def write(self) -> None:
        with atomic(self.path) as stream:
            for document in self.names():
                stream.buffer.write(self.lines(document).get(document))

    def sha256(self) -> str:
        """Of the file as it should be."""
        whole = hashlib.sha256()
        for document in self.names():
            whole.update(self.lines(document).get(document))
        return whole.hexdigest()


@dataclass
class Next:
    """
    The working state while documents are put into it and taken out of it.

    On disk nothing changes before ``write``. *conflicts* and *kept_out* are of
    documents that were covered, *replaced* are those that were adjudicated before,
    *dropped* those that were ever dropped. *gone* has the annotators whose work on a
    document was there and is no more.
    """

    golds: _File
    layers: _File
    dropped: set[str] = field(default_factory=set)
    conflicts: dict[str, Conflict] = field(default_factory=dict)
    kept_out: dict[str, KeptOut] = field(default_factory=dict)
    replaced: set[str] = field(default_factory=set)
    gone: dict[str, tuple[str, ...]] = field(default_factory=dict)

    def cover(self, document: str, annotations: Iterable[Annotation], schema: Schema) -> bool:
        """
        All that is known of *document* gives way to these annotations and what they agree on.

        Whether these are other ones than before.

        One that is there already keeps its group, which is given once, so that
        it never changes its split. One that was adjudicated, and whose annotations
        are what they were, stays as it is.
        """
        annotations = sorted(annotations, key=place)
        if any(layer.document.id != document for layer in annotations):
            raise ValueError(f"annotations of other documents than {document!r}")
        layers = _block(map(annotation_row, annotations))
        before = self.golds.old.get(document)
        known = parse_object(before) if before else {}
        changed = layers != self.layers.old.get(document)
        if known.get("adjudicated"):
            if not changed:
                self._stay(document)
                return False
            self.replaced.add(document)
        settled = settle(annotations, schema)
        self._say(document, settled.conflicts, settled.kept_out)
        golds = (replace(one, group=known.get("group", one.group)) for one in settled.golds)
        self.golds.put(document, map(gold_row, golds))
        self.layers.new.put(document, layers)
        were = _parsed(self.layers.old.get(document), read_annotation) if changed else []
        now = {layer.annotator for layer in annotations}
        self.gone[document] = tuple(sorted({layer.annotator for layer in were} - now))
        return changed

    def _stay(self, document: str) -> None:
        self._say(document, (), ())
        self.replaced.discard(document)
        self.gone.pop(document, None)
        for file in (self.golds, self.layers):
            file.new.put(document, file.old.get(document))

    def _say(
        self, document: str, conflicts: Iterable[Conflict], kept_out: Iterable[KeptOut]
    ) -> None:
        self.conflicts.pop(document, None)
        self.kept_out.pop(document, None)
        self.conflicts.update((document, one) for one in conflicts)
        self.kept_out.update((document, one) for one in kept_out)

    def drop(self, documents: Iterable[str]) -> None:
        """Take these out; GoldError, naming them, for ids that aren't there."""
        gone = sorted(set(documents))
        unknown = [one for one in gone if not (one in self.golds.old or one in self.layers.old)]
        if unknown:
            there = "document" if len(unknown) == 1 else "documents"
            raise GoldError(
                f"the gold has no {there} {', '.join(map(repr, unknown))}",
                hint="the ids are in gold/next/gold.jsonl",
            )
        for document in gone:
            self.golds.put(document, ())
            self.layers.put(document, ())
        self.dropped.update(gone)

    def is_out(self, document: str) -> bool:
        """Whether it was dropped, and nothing of it has come back."""
        there = (file.lines(document).has(document) for file in (self.golds, self.layers))
        return document in self.dropped and not any(there)

    @property
    def back(self) -> set[str]:
        """Those that were dropped, and are gold again."""
        return self.dropped & self.documents

    def renew(self, renewed: Callable[[Document], Document]) -> set[str]:
        """Every document as *renewed* has it, in the gold and in each annotation; which it changed."""
        changed = set()
        for name in self.golds.names():
            (gold,) = _parsed(self.golds.lines(name).get(name), read_gold)
            new = replace(gold, document=renewed(gold.document))
            if new != gold:
                self.golds.put(name, [gold_row(new)])
                changed.add(name)
        for name in self.layers.names():
            layers = _parsed(self.layers.lines(name).get(name), read_annotation)
            after = [_renewed(layer, renewed) for layer in layers]
            if after != layers:
                self.layers.put(name, map(annotation_row, sorted(after, key=place)))
                changed.add(name)
        return changed

    @property
    def documents(self) -> set[str]:
        """Those that are gold now."""
        return set(self.golds.names())

    @property
    def before(self) -> set[str]:
        """Those that were gold."""
        return set(self.golds.old.places)

    @property
    def known(self) -> bool:
        """Whether there were annotations before."""
        return bool(self.layers.old.places)

    @property
    def empty(self) -> bool:
        """Whether there are none now."""
        return not self.layers.names()

    def settle(self, schema: Schema) -> tuple[list[Conflict], list[KeptOut]]:
        """What keeps out of the gold whatever has annotations and isn't in it."""
        there = self.documents
        for document in self.layers.names():
            if document not in there and document not in self.layers.new:
                lines = self.layers.old.get(document)
                settled = settle(_parsed(lines, read_annotation), schema)
                self._say(document, settled.conflicts, settled.kept_out)
        conflicts = [self.conflicts[one] for one in sorted(self.conflicts)]
        return conflicts, [self.kept_out[one] for one in sorted(self.kept_out)]

    def write(self) -> dict[str, str]:
        """
        Bring the files up to date, so that git shows what changed; the sha256 of each.

        Each appears whole or not at all, the gold last: what was interrupted
        between the two is set right by doing it again.
        """
        files = (self.layers, self.golds)
        changed = [file for file in files if file.changed()]
        for file in files:
            if file in changed or (changed and not file.path.exists()):
                file.write()
        return {file.path.name: file.sha256() for file in files}


@contextmanager
def amended(
    gold: Path, scratch: Path, known: Mapping[str, str], watch: Watch = unwatched
) -> Iterator[Next]:
    """
    ``gold/next``, to be changed; in *scratch* there is room for what is new.

    *known* has the sha256 of each file as it was last written or found sound.
    A file that is still that very one isn't read through; any other is, which *watch* shows, and
    GoldError tells every bad line.
    """
    problems = Problems()
    with ExitStack() as stack:

        def opened(name: str, read: _Read[_One], row: Callable[[_One], Json]) -> _File:
            path = gold / NEXT / name
            old = Lines.written(path, known.get(name, "")) if path.exists() else None
            if old is None:
                there = read_objects(path, problems) if path.exists() else ()
                many = count_lines([path]) if path.exists() else 0
                rows = watch(there, f"reading {name}", many)
                old = _sound(rows, Lines.scratch(scratch), read, row, problems)
            found = _File(path, old, Lines.scratch(scratch))
            stack.callback(found.old.close)
            stack.callback(found.new.close)
            return found

        golds = opened(GOLD_FILE, once(read_gold), gold_row)
        layers = opened(ANNOTATIONS_FILE, read_annotation, annotation_row)
        if problems:
            refuse(problems, GoldError, hint=MEND.format(gold / NEXT))
        yield Next(golds, layers)


def _sound(
    objects: Iterable[tuple[str, Json]],
    lines: Lines,
    read: _Read[_One],
    row: Callable[[_One], Json],
    problems: Problems,
) -> Lines:
    """All lines of a file, read and checked, and as we would have written them."""
    for one in read_rows(objects, read, problems):
        document: str = one.id if isinstance(one, Gold) else one.document.id
        several = _parsed(lines.get(document), read)
        several.append(one)
        several.sort(key=place)
        lines.put(document, _block(map(row, several)))
    return lines


def _renewed(layer: Annotation, renewed: Callable[[Document], Document]) -> Annotation:
    suggestion = layer.suggestion and renewed(layer.suggestion)
    return replace(layer, document=renewed(layer.document), suggestion=suggestion)


def _parsed(lines: bytes, read: _Read[_One]) -> list[_One]:
    problems = Problems()
    rows = (("", parse_object(line)) for _, line in written(enumerate(lines.split(b"\n"))))
    return list(read_rows(rows, read, problems))


def _block(rows: Iterable[Json]) -> bytes:
    return b"".join(json_line(row).encode() + b"\n" for row in rows)
