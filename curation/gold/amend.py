"""gold/next brought up to date, document by document, whatever its size."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import NamedTuple

from curation.corpus import Watch, unwatched
from curation.document import Annotation, Document
from curation.errors import GoldError, Problems, refuse
from curation.files import Json, count_lines, read_objects
from curation.gold.accord import HINT, contradicting
from curation.gold.adjudicate import Conflict, KeptOut, settle
from curation.gold.blocks import File, block, parsed, sound
from curation.gold.lines import Lines
from curation.gold.model import place
from curation.gold.read import Read, Row, read_annotation, read_gold
from curation.gold.record import annotation_row, gold_row
from curation.gold.working import ANNOTATIONS_FILE, GOLD_FILE, MEND, NEXT, once
from curation.schema import Schema
from curation.strict import parse_object


class Outside(NamedTuple):
    """
    What has annotations and is no gold, and why.

    *apart* are documents of which the two files tell different things: one was damaged or
    changed, or a command was cut off between the two. *lost* had annotations when a command of
    ours last wrote, and have none now, as after ``git checkout``.
    """

    conflicts: tuple[Conflict, ...]
    kept_out: tuple[KeptOut, ...]
    apart: tuple[str, ...]
    lost: tuple[str, ...]


@dataclass
class Next:
    """
    The working state while documents are put into it and taken out of it.

    On disk nothing changes before ``write``. *conflicts* and *kept_out* are of
    documents that were covered, *replaced* are those that were adjudicated before,
    *dropped* those that were ever dropped, *held* those that had annotations when we last wrote.
    *altered*: a file isn't known to be as we left it; *edited*: it is known not to be. *gone* has the annotators whose work on a
    document was there and is no more.
    """

    golds: File
    layers: File
    altered: bool = False
    edited: bool = False
    held: set[str] = field(default_factory=set)
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
        layers = block(map(annotation_row, annotations))
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
        were = parsed(self.layers.old.get(document), read_annotation) if changed else []
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
        """Take these out; GoldError for ids that aren't there, and where a file was damaged."""
        gone = sorted(set(documents))
        unknown = [one for one in gone if not self._known(one)]
        if unknown:
            there = "document" if len(unknown) == 1 else "documents"
            raise GoldError(
                f"the gold has no {there} {', '.join(map(repr, unknown))}",
                hint="the ids are in gold/next/gold.jsonl",
            )
        self._refuse_apart(gone)
        for document in gone:
            self.golds.put(document, ())
            self.layers.put(document, ())
        self.dropped.update(gone)

    def _known(self, document: str) -> bool:
        return (
            document in self.golds.old or document in self.layers.old or document in self.held
        )

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
            (gold,) = parsed(self.golds.lines(name).get(name), read_gold)
            new = replace(gold, document=renewed(gold.document))
            if new != gold:
                self.golds.put(name, [gold_row(new)])
                changed.add(name)
        for name in self.layers.names():
            layers = parsed(self.layers.lines(name).get(name), read_annotation)
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
    def holding(self) -> set[str]:
        """Those that have annotations, or had them and lost them in no way known to us."""
        return set(self.layers.names()) | (self.held - self.layers.new.places.keys())

    def settle(self, schema: Schema) -> Outside:
        """What keeps out of the gold whatever has annotations and isn't in it."""
        there, apart = self.documents, set(self._unfounded())
        if self.altered:
            layers = _all(self.layers, read_annotation)
            apart |= contradicting(_all(self.golds, read_gold), layers, schema)
            self.altered = bool(apart)  # until they are mended, both are read whole
        for document in self.layers.names():
            if document not in there and document not in self.layers.new:
                lines = self.layers.old.get(document)
                settled = settle(parsed(lines, read_annotation), schema)
                self._say(document, settled.conflicts, settled.kept_out)
                apart.update([document] * len(settled.golds))
        return Outside(
            tuple(self.conflicts[one] for one in sorted(self.conflicts)),
            tuple(self.kept_out[one] for one in sorted(self.kept_out)),
            tuple(sorted(apart)),
            tuple(sorted(self.holding.difference(self.layers.names(), apart))),
        )

    def _unfounded(self) -> list[str]:
        """Those whose gold names annotations, of which there are none."""
        alone = (one for one in self.golds.names() if not self.layers.lines(one).has(one))
        named = ((one, parsed(self.golds.lines(one).get(one), read_gold)) for one in alone)
        return [one for one, (gold,) in named if gold.annotators or gold.n_annotations]

    def _refuse_apart(self, leaving: Iterable[str]) -> None:
        """Raise where a file lacks what the other has, but of those that are *leaving*."""
        lacks = None
        if set(self._unfounded()).difference(leaving):
            lacks = self.layers.path
        elif self.layers.old.places and not self.golds.path.exists():
            lacks = self.golds.path
        if lacks:
            state = "lacks what the other file has" if lacks.exists() else "is missing"
            raise GoldError(f"{lacks} {state}", hint=HINT.format(lacks.parent))

    def write(self) -> dict[str, str]:
        """
        Bring the files up to date, so that git shows what changed; the sha256 of each that can be trusted.

        Each appears whole or not at all, the gold last: what was interrupted
        between the two is set right by doing it again.
        """
        files = (self.layers, self.golds)
        changed = [file for file in files if file.changed()]
        for file in files:
            if file in changed or (changed and not file.path.exists()):
                file.write()
        return {} if self.altered else {file.path.name: file.sha256() for file in files}


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
    altered = edited = False
    with ExitStack() as stack:

        def opened(name: str, read: Read[Row], row: Callable[[Row], Json]) -> File:
            nonlocal altered, edited
            path = gold / NEXT / name
            old = Lines.written(path, known.get(name, "")) if path.exists() else None
            if old is None:
                altered = altered or path.exists()
                edited = edited or (name in known and path.exists())
                there = read_objects(path, problems) if path.exists() else ()
                many = count_lines([path]) if path.exists() else 0
                rows = watch(there, f"reading {name}", many)
                old = sound(rows, Lines.scratch(scratch), read, row, problems)
            found = File(path, old, Lines.scratch(scratch))
            stack.callback(found.old.close)
            stack.callback(found.new.close)
            return found

        golds = opened(GOLD_FILE, once(read_gold), gold_row)
        layers = opened(ANNOTATIONS_FILE, read_annotation, annotation_row)
        if problems:
            refuse(problems, GoldError, hint=MEND.format(gold / NEXT))
        yield Next(golds, layers, altered=altered, edited=edited)


def _all(file: File, read: Read[Row]) -> Iterator[Row]:
    """What all lines of the file hold, in its order."""
    for name in file.names():
        yield from parsed(file.lines(name).get(name), read)


def _renewed(layer: Annotation, renewed: Callable[[Document], Document]) -> Annotation:
    suggestion = layer.suggestion and renewed(layer.suggestion)
    return replace(layer, document=renewed(layer.document), suggestion=suggestion)
