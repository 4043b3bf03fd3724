"""Small gold sets that several tests begin with."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from gold_records import record_of
from samples import SCHEMA

from curation.annotations.record_file import record_bytes
from curation.documents.document import AnnotatedDocument, Document, Entity, Layer, Relation
from curation.files import lock, write_text
from curation.flows.release import ReleaseOptions, release
from curation.gold.dataset import AdjudicatedDocument, Dataset, GoldDocument
from curation.gold.dataset_facts import DATASET_FILE, require_dataset_facts
from curation.gold.release.completion import ReleaseReport, complete_release
from curation.gold.release.obstacles import refuse_obstacles
from curation.gold.release.plan import plan_release
from curation.gold.release.seal import Provenance, seal_version
from curation.gold.release.totals import compute_totals
from curation.gold.tables.rows import JsonRow, annotation_row, merge_layers, verdict_row
from curation.gold.working.dataset import read_working_dataset
from curation.gold.working.file_names import file_name
from curation.gold.working.version import NEXT
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.build import write_generated_files
from curation.workspace import Workspace

PROVENANCE = Provenance(guideline="# Mark every name\n", curate="0.3.0")
UNSCORED = ReleaseOptions(baseline=False, today=date(2026, 11, 29))
TEXT = "Russia backs Assad 😀 in Syria"
MODEL = Layer("model", "en_core_web_sm", "3.8.0", "cd93e9ca9126", "a1b2")

# What only a publisher knows, for tests that make releases.
DATASET_TOML = """\
title = "Names in the news"
description = "Articles with the names in them and what the text says of these."
contact = "https://example.org/names"
annotation_license = "cc-by-4.0"
selection = "The first articles of one day."
citation = ""

[[authors]]
name = "Example, Ada"
orcid = "0000-0002-1825-0097"
affiliation = "Example University"

[[authors]]
name = "The Example Group"

[articles]
license = "unknown"
"""


def write_dataset_facts(gold: Path) -> None:
    """Give *gold* the file that a release needs, unless it has one."""
    if not (gold / DATASET_FILE).exists():
        write_text(gold / DATASET_FILE, DATASET_TOML)


def _order(one: GoldDocument | AnnotatedDocument) -> tuple[object, ...]:
    if isinstance(one, GoldDocument):
        return (one.id,)
    return one.document.id, one.annotator, one.document.entities, one.document.relations


@dataclass(frozen=True)
class Working:
    """A dataset in memory, sorted."""

    gold_documents: tuple[GoldDocument, ...] = ()
    annotations: tuple[AnnotatedDocument, ...] = ()
    verdicts: tuple[AdjudicatedDocument, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(
            self, "gold_documents", tuple(sorted(self.gold_documents, key=_order))
        )
        object.__setattr__(self, "annotations", tuple(sorted(self.annotations, key=_order)))


def digest(dataset: Dataset, schema: Schema = SCHEMA) -> str:
    """The digest that a version with this dataset would have."""
    return compute_totals(dataset, schema).digest


def layer_rows(dataset: Dataset) -> Iterator[JsonRow]:
    """The rows of all annotations and verdicts of a dataset."""
    return merge_layers(
        map(annotation_row, dataset.annotations), map(verdict_row, dataset.verdicts)
    )


def annotated(
    identity: str,
    *,
    text: str = "",
    labels: tuple[str, ...] = ("GPE", "PERSON", "GPE"),
    annotator: str = "machine-5e6f",
    flags: tuple[str, ...] = (),
    suggestion: Layer | None = MODEL,
    **meta: str,
) -> AnnotatedDocument:
    """Somebody's work on ``Russia backs Assad 😀 in Syria``: names and one arrow.

    The text goes on with words of the document's own, unless one is given. *meta* is what else is
    known of the article.
    """
    text = text or own_text(identity)
    known = {"title": "Backing", "src": "Wikinews", "license": "CC-BY-2.5", "lang": "en"}
    spans = ((0, 6), (13, 18), (24, 29))
    entities = tuple(Entity(*span, label) for span, label in zip(spans, labels, strict=False))
    relations = (Relation(entities[0], entities[1], "supports"),) if len(entities) > 1 else ()
    document = Document(
        identity, text, entities, relations, known | {"ingest": "1"} | meta,
        Layer("annotator", annotator),
    )  # fmt: skip
    started = Document(identity, text, entities[:1], (), document.meta, suggestion)
    return AnnotatedDocument(document, started if suggestion else None, flags)


def working(*annotations: AnnotatedDocument, schema: Schema = SCHEMA) -> Working:
    """gold/next as a pull of these would leave it."""
    return as_kept(Working((), annotations), schema)


def as_kept(state: Working, schema: Schema = SCHEMA) -> Working:
    """What gold/next makes of it: nothing that its files don't establish, and no notes."""
    with TemporaryDirectory() as folder:
        write_next(Path(folder), state, schema)
        return read_next(Path(folder), schema)


def write_next(gold: Path, state: Working, schema: Schema = SCHEMA) -> None:
    """Make gold/next hold these annotations; a gold that is adjudicated, or has none, is a verdict."""
    folder = gold / NEXT
    for path in folder.glob("*.json"):
        path.unlink()
    folder.mkdir(parents=True, exist_ok=True)
    golds = {one.id: one for one in state.gold_documents}
    annotations: dict[str, list[AnnotatedDocument]] = defaultdict(list)
    for one in state.annotations:
        annotations[one.document.id].append(one)
    for document in sorted({*golds, *annotations}):
        if record := record_of(golds.get(document), annotations[document], schema):
            (folder / file_name(document)).write_bytes(record_bytes(record))


def read_next(gold: Path, schema: Schema = SCHEMA) -> Working:
    """All gold documents and annotations of gold/next, in memory."""
    kept = read_working_dataset(gold, schema)
    return Working(tuple(kept.gold_documents), tuple(kept.annotations), tuple(kept.verdicts))


def gold_ids(place: Workspace) -> list[str]:
    """The ids of the documents that are gold."""
    return [one.id for one in read_next(place.gold).gold_documents]


def many(number: int, **known: str) -> list[AnnotatedDocument]:
    """So many annotated documents of different texts, enough of them to be in every split from 25 on."""
    return [annotated(f"d{n}", **known) for n in range(number)]


def own_text(identity: str) -> str:
    """A text that begins as that of ``annotated``, and is no near copy of another document's."""
    return " ".join([TEXT, *(f"{identity}w{n}" for n in range(6))])


def sealed(
    gold: Path,
    state: Working | None = None,
    *,
    version: str | None = None,
    schema: Schema = SCHEMA,
    provenance: Provenance = PROVENANCE,
    refusing: bool = True,
) -> ReleaseReport:
    """Write *state* as gold/next and release it; *refusing* as in seal_release."""
    if state is not None:
        write_next(gold, state)
    return seal_release(gold, schema, version=version, provenance=provenance, refusing=refusing)


def released(place: Workspace, schema: Schema = SCHEMA) -> ReleaseReport:
    """``curate release`` where the publisher has said what only the publisher knows."""
    write_dataset_facts(place.gold)
    if schema is not SCHEMA:  # the built one is another
        config = place.home / "label_config"
        list(write_generated_files(schema, config))
        place = replace(place, config=config)
    return release(place, schema, UNSCORED)


def seal_release(
    gold: Path,
    schema: Schema = SCHEMA,
    *,
    version: str | None = None,
    provenance: Provenance = PROVENANCE,
    refusing: bool = True,
    watch: Watch = unwatched,
) -> ReleaseReport:
    """
    Release gold/next as ``curate release`` does, with a provenance that is given.

    Without *refusing*, what a publisher wouldn't be let release is, for laws of files.
    """
    write_dataset_facts(gold)
    with lock(gold.parent / "lock", busy=f"another command is writing to {gold}"):
        facts = require_dataset_facts(gold)
        plan = plan_release(gold, schema, facts, version=version, watch=watch)
        if not plan.is_sealed:
            if refusing:
                refuse_obstacles(plan)
            provenance = replace(provenance, groups=plan.grouping.to_entry(), leaks=plan.leaks)
            seal_version(plan.path, plan.totals, provenance, watch=watch)
        return complete_release(plan, watch)


def files(folder: Path) -> dict[str, bytes]:
    """Every file below *folder*, by name."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def alter(path: Path, content: bytes | str) -> None:
    """Give a sealed file other content, as somebody may who takes off its write protection."""
    path.chmod(0o644)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
