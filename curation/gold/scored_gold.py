"""The gold that something is scored against: a version, ``next``, or a file of documents."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.documents.document import Document, is_program_pseudonym
from curation.documents.stream import DocumentsFile
from curation.errors import GoldError, Problems
from curation.files import STDIN, count_lines, parse_objects
from curation.gold.dataset import AnnotationOrigins, Reiterable, StoredDataset
from curation.gold.versions import list_versions, read_version
from curation.gold.working_dataset import read_working_dataset
from curation.gold.working_version import NEXT as NEXT
from curation.progress import Watch, unwatched
from curation.schema import Schema

# What only a record of the gold has.
_RECORD_KEY = "text_sha256"


@dataclass(frozen=True)
class GoldSet:
    """
    Gold documents under the name that a score's recipe gives them, walked as often as need be.

    *digest* is a sealed version's own; what isn't sealed has none. *arms* says of a
    document's id whether it was annotated blind or assisted; of a file of documents
    nobody knows, unless they are records of the gold. *machine_annotated* are those known to
    be annotated by no person. *document_count* is how many there are.
    """

    name: str
    digest: str
    documents: Iterable[Document]
    arms: Mapping[str, str] = field(default_factory=dict)
    document_count: int | None = None
    machine_annotated: Collection[str] = frozenset()

    def under_current_names(self, schema: Schema) -> "GoldSet":
        """The same, with each type under the name that it has now: a version may be older than a rename."""
        return replace(self, documents=under_current_names(self.documents, schema))


def under_current_names(documents: Iterable[Document], schema: Schema) -> Iterable[Document]:
    """The same for any documents."""
    return Reiterable(lambda: map(schema.with_current_names, documents))


def read_gold_set(
    folder: Path, chosen: str | None, schema: Schema, *, watch: Watch = unwatched
) -> GoldSet:
    """
    A version (the newest where none is chosen), ``next``, or a file of documents; ``-`` is one.

    What the annotations in ``next`` establish depends on the *schema*.
    """
    if chosen and is_document_file(chosen):
        return _in_file(Path(chosen), watch)
    name = resolve_version_name(folder, chosen)
    if name == NEXT:
        working = read_working_dataset(folder, schema, watch)
        if not working.arms:
            raise GoldError(f"{folder / NEXT} holds no documents", hint="curate pull")
        return _of(NEXT, "", working)
    version = read_version(folder, name, watch)
    return _of(name, version.manifest.digest[:12], version)


def is_document_file(chosen: str) -> bool:
    """Whether it is a file, or a pipe, rather than the name of a version."""
    return Path(chosen) == STDIN or (Path(chosen).exists() and not Path(chosen).is_dir())


def _in_file(path: Path, watch: Watch) -> GoldSet:
    """The documents of a file, by its name; all that is wrong with them is told before they are used."""
    documents = DocumentsFile(path)
    many, origins = 0, AnnotationOrigins()
    for document in watch(documents, "reading the gold", count_lines([path])):
        many += 1
        if (layer := document.layer) and (
            layer.kind == "model" or is_program_pseudonym(layer.name)
        ):
            origins.machine_annotated.add(document.id)
    lines = (
        (n, line) for n, line in documents.numbered_lines() if _RECORD_KEY.encode() in line
    )
    for _, row in parse_objects(lines, path, Problems()):
        if _RECORD_KEY in row:
            arm, annotators = row.get("arm", ""), row.get("annotators", ())
            origins.add_gold_document(str(row["id"]), str(arm), annotators)
    return GoldSet(path.name, "", documents, origins.arms, many, origins.machine_annotated)


def _of(name: str, digest: str, kept: StoredDataset) -> GoldSet:
    documents = Reiterable(lambda: (one.document for one in kept.gold_documents))
    return GoldSet(
        name, digest, documents, kept.arms, len(kept.arms), kept.origins.machine_annotated
    )


def resolve_version_name(folder: Path, chosen: str | None) -> str:
    """A version's name, given as that or as its folder; the newest one's where none is chosen."""
    there = list_versions(folder)
    if not chosen and not there:
        raise GoldError(
            f"{folder} has no sealed version yet",
            hint="seal one with: curate release, or take what is not sealed yet: --gold next",
        )
    if not chosen:
        return there[-1]
    name = Path(chosen).name if Path(chosen).parent == folder else chosen
    if name not in (NEXT, *there):
        what = f"{chosen!r} is no version of {folder}, and no file of documents"
        names = (*([NEXT] if (folder / NEXT).exists() else []), *there)
        hint = (
            f"there are: {', '.join(names)}"
            if names
            else f"give a file, or go where {folder}/ is"
        )
        raise GoldError(what, hint=hint)
    return name
