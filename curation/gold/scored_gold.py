"""The gold that predictions are scored against: a version, ``next``, or a file of documents."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from curation.addresses import without_keys
from curation.documents.document import Document, is_program_pseudonym
from curation.documents.meta_selection import EVERY_DOCUMENT, MetaSelection
from curation.errors import GoldError, Problems, UsageError
from curation.files import STDIN, parse_objects
from curation.gold.dataset import AnnotationOrigins, Reiterable, StoredDataset, Version
from curation.gold.release.splits import SPLITS
from curation.gold.sealed.versions import list_versions, read_version
from curation.gold.sealed.withdrawn import read_withdrawn
from curation.gold.working.dataset import read_working_dataset
from curation.gold.working.version import NEXT
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.model import TypeNames
from curation.scoring.given_documents import GivenDocuments

# A key that rows of the dataset have and other documents have not.
_ROW_KEY = "text_sha256"

# All documents, whatever their split.
ALL_SPLITS = "all"


@dataclass(frozen=True, kw_only=True)
class GoldSet:
    """
    The gold documents that predictions are scored against; they can be iterated many times.

    *name* is the name of the gold in a score's recipe, *digest* that of a sealed version, empty for
    other gold. *arms* gives each document's arm by id, where known. *document_count* is the number
    of documents. *machine_annotated* are documents known to be annotated by no person. *given* is the
    file, None where the gold is none. *split* is the split that was chosen of a sealed version, *where*
    what the metadata of documents must say, and *not_chosen* are the ids of all others. *not_offered* has, by document id,
    the types that some annotator was not offered, as far as that is known; *types* are those of a
    sealed version's schema, *withdrawn* its documents that were withdrawn since.
    """

    name: str
    digest: str
    documents: Iterable[Document]
    arms: Mapping[str, str] = field(default_factory=dict)
    document_count: int | None = None
    machine_annotated: Collection[str] = frozenset()
    given: GivenDocuments | None = None
    split: str = ALL_SPLITS
    where: str = ""
    not_chosen: Collection[str] = frozenset()
    not_offered: Mapping[str, Collection[str]] = field(default_factory=dict)
    types: TypeNames | None = None
    withdrawn: Collection[str] = ()

    def under_current_names(self, schema: Schema) -> "GoldSet":
        """The same gold with today's names of types, since a version may be older than a rename."""
        return replace(
            self,
            documents=under_current_names(self.documents, schema),
            not_offered=self._not_offered_under(schema),
        )

    def _not_offered_under(self, schema: Schema) -> dict[str, frozenset[str]]:
        """Today's names of the types; those that came after a version was sealed, none of its documents has."""
        later = schema.types_missing_in(self.types) if self.types else ()
        not_offered = {
            document: schema.current_type_names(names) | {*later}
            for document, names in self.not_offered.items()
        }
        return {**dict.fromkeys(self.arms if later else (), frozenset(later)), **not_offered}

    def without_others(self, predictions: Iterable[Document]) -> Iterable[Document]:
        """The *predictions* without those on documents of the gold that were not chosen."""
        if not self.not_chosen:
            return predictions
        return Reiterable(lambda: (one for one in predictions if one.id not in self.not_chosen))

    def _only(self, ids: Collection[str]) -> "GoldSet":
        """The same gold with the documents of these *ids* alone."""
        others = {one.id for one in self.documents if one.id not in ids}
        return replace(
            self,
            documents=Reiterable(lambda: (one for one in self.documents if one.id in ids)),
            document_count=len(ids),
            not_chosen={*self.not_chosen, *others},
        )


def under_current_names(documents: Iterable[Document], schema: Schema) -> Iterable[Document]:
    """The same documents with today's names of types."""
    return Reiterable(lambda: map(schema.with_current_names, documents))


def read_gold_set(  # noqa: PLR0913
    folder: Path,
    chosen: str | None,
    schema: Schema,
    *,
    split: str = ALL_SPLITS,
    where: MetaSelection = EVERY_DOCUMENT,
    is_read_once: bool = False,
    watch: Watch = unwatched,
) -> GoldSet:
    """
    The gold that *chosen* names: a version, ``next``, or a file of documents (``-`` for a pipe).

    Where *chosen* is None, the newest version. The *schema* decides which gold the annotations in
    ``next`` establish. Of a sealed version it can be one *split*; of any gold, *where* may select
    documents by their metadata. Everything that is wrong with a file is raised before any of its
    documents is used, or, where *is_read_once*, when they are read to their end. Raises GoldError where
    there is no such gold, UsageError where it has no splits, and where no document is selected.
    """
    if split not in (*SPLITS, ALL_SPLITS):
        raise UsageError(
            f"--split {split}: no split; splits are {', '.join(SPLITS)}, and {ALL_SPLITS}"
        )
    if chosen and is_document_file(chosen):
        _refuse_split(chosen, split)
        whole = _read_file(Path(chosen), watch, is_read_once=is_read_once)
    else:
        whole = _whole_version(folder, chosen, schema, split=split, watch=watch)
    if not where:
        return whole
    metas = ((document.id, document.meta) for document in whole.documents)
    chosen_ids = where.selected_ids(metas, whole.name)
    return replace(whole._only(chosen_ids), where=str(where))


def _whole_version(
    folder: Path, chosen: str | None, schema: Schema, *, split: str, watch: Watch
) -> GoldSet:
    name = resolve_version_name(folder, chosen)
    if name == NEXT:
        _refuse_split(name, split)
        working = read_working_dataset(folder, schema, watch)
        if not working.arms:
            raise GoldError(f"{folder / NEXT} holds no documents", hint="curate pull")
        return _from_dataset(working, name=NEXT, digest="")
    version = read_version(folder, name, watch)
    whole = replace(
        _from_dataset(version, name=name, digest=version.manifest.digest[:12]),
        types=version.manifest.type_names,
        withdrawn=tuple(read_withdrawn(folder / name)),
    )
    return whole if split == ALL_SPLITS else _only_split(whole, version, split)


def _refuse_split(chosen: str, split: str) -> None:
    """Raises UsageError where a split is asked of gold that isn't sealed."""
    if split != ALL_SPLITS:
        raise UsageError(
            f"--split {split}: {chosen} has no splits; only sealed versions have",
            hint="give a sealed version with --gold and --against-gold, or leave --split out",
        )


def _only_split(whole: GoldSet, version: Version, split: str) -> GoldSet:
    """The documents of one split; GoldError where there are none."""
    ids = {
        gold.id
        for gold in version.gold_documents
        if version.split_plan.split_of(gold.group) == split
    }
    if not ids:
        raise GoldError(
            f"{whole.name} has no document in {split}",
            hint="leave --split out, or give another",
        )
    return replace(whole._only(ids), split=split)


def is_document_file(chosen: str) -> bool:
    """Whether *chosen* is a file or a pipe, rather than the name of a version."""
    return Path(chosen) == STDIN or (Path(chosen).exists() and not Path(chosen).is_dir())


def resolve_version_name(folder: Path, chosen: str | None) -> str:
    """
    The version that *chosen* names, by number, as ``next`` or by its folder; by default the newest.

    Raises GoldError where there is no such version.
    """
    versions = list_versions(folder)
    if not chosen and not versions:
        raise GoldError(
            f"{folder} has no sealed version yet",
            hint="curate release, or take what isn't sealed yet: --gold next",
        )
    if not chosen:
        return versions[-1]
    name = Path(chosen).name if Path(chosen).parent == folder else chosen
    if name not in (NEXT, *versions):
        named = str(without_keys(Path(chosen)))
        what = f"{named!r} is no version of {folder}, and no file of documents"
        names = [NEXT] if (folder / NEXT).exists() else []
        names += versions
        hint = f"give a file, or go to the folder that {folder}/ is in"
        if names:
            hint = f"versions: {', '.join(names)}"
        raise GoldError(what, hint=hint)
    return name


def _read_file(path: Path, watch: Watch, *, is_read_once: bool) -> GoldSet:
    """The documents of a file; but for *is_read_once*, all that is wrong with them is raised here."""
    given = GivenDocuments(path)
    origins = AnnotationOrigins()
    # Which documents programs annotated is known once they were read.
    documents = Reiterable(lambda: _with_machines_noted(given, origins))
    count = given.file.estimate_count()
    rows = [number for number, line in given.file.numbered_lines() if _ROW_KEY.encode() in line]
    if rows or not is_read_once:
        count = sum(1 for _ in watch(documents, "reading the gold", count))
    if rows:
        _note_rows(given, {*rows}, origins)
    return GoldSet(
        name=path.name,
        digest="",
        documents=documents,
        arms=origins.arms,
        document_count=count,
        machine_annotated=origins.machine_annotated,
        not_offered=origins.not_offered,
        given=given,
    )


def _with_machines_noted(
    documents: Iterable[Document], origins: AnnotationOrigins
) -> Iterator[Document]:
    """The same documents; *origins* learns which of them programs annotated, as they pass."""
    for document in documents:
        layer = document.layer
        if layer and (layer.kind == "model" or is_program_pseudonym(layer.name)):
            origins.machine_annotated.add(document.id)
        yield document


def _note_rows(
    given: GivenDocuments, numbers: Collection[int], origins: AnnotationOrigins
) -> None:
    """Note what the lines of these *numbers*, all sound, say as far as they are rows of the gold."""
    lines = (one for one in given.file.numbered_lines() if one[0] in numbers)
    for _, row in parse_objects(lines, given.file.path, Problems()):
        if _ROW_KEY in row:
            arm = str(row.get("arm", ""))
            lacking = row.get("not_offered")
            origins.add_gold_document(
                str(row["id"]),
                arm,
                row.get("annotators", ()),
                not_offered=map(str, lacking) if isinstance(lacking, list) else None,
            )


def _from_dataset(dataset: StoredDataset, *, name: str, digest: str) -> GoldSet:
    return GoldSet(
        name=name,
        digest=digest,
        documents=Reiterable(lambda: (gold.document for gold in dataset.gold_documents)),
        arms=dataset.arms,
        document_count=len(dataset.arms),
        machine_annotated=dataset.origins.machine_annotated,
        not_offered=dataset.origins.not_offered,
    )
