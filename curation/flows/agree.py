"""``curate agree``: how well annotators agree, whether their work is in files or in a version of the gold."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from curation import __version__
from curation.documents.document import Document
from curation.documents.meta_selection import EVERY_DOCUMENT, MetaSelection, read_selection
from curation.errors import UsageError
from curation.files import COPY_IT_HERE, count_lines, refuse_address
from curation.flows.agree_with_verdicts import agreement_with_verdicts
from curation.gold.adjudicated_submissions import (
    AdjudicatedSubmissions,
    find_adjudicated_submissions,
)
from curation.gold.dataset import Reiterable, StoredDataset
from curation.gold.independent_submissions import IndependentSubmissions
from curation.gold.scored_gold import is_document_file, resolve_version_name
from curation.gold.sealed.versions import list_versions, read_version
from curation.gold.working.dataset import read_working_dataset
from curation.gold.working.version import NEXT
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.model import TypeNames
from curation.scoring.documents_digest import DocumentsDigest
from curation.scoring.given_documents import GivenDocuments, InputOddities, unknown_types
from curation.scoring.offered_types import lacking_documents, without_types
from curation.scoring.results import RESAMPLES
from curation.workspace import Workspace

if TYPE_CHECKING:
    from curation.scoring.agreement_results import Agreement

# A field of the documents on which annotators tried the guideline, before it was amended.
PILOT = "pilot"
WITHOUT_PILOT = read_selection([f"{PILOT}=false"])

# What several annotators made of one document, each with the annotator's name.
DocumentByAnnotators = Sequence[tuple[str, Document]]


@dataclass(frozen=True, kw_only=True)
class AnnotatedDocuments:
    """
    Documents with what each annotator made of them; they can be read several times.

    *gold* is the version, or ``next``, that they come from, *digest* the version's own, empty where
    it has none; both are empty for files. *where* is what the documents' metadata had to say. *files* are
    those, to be asked for what is odd in them. *submissions* says which submissions of gold rows the
    documents are, *adjudicated* which verdicts there are on some, *types* which types a sealed version's
    schema had, and *pilot* is how many documents are of a pilot.
    """

    documents: Iterable[DocumentByAnnotators]
    gold: str = ""
    digest: str = ""
    where: str = ""
    files: Sequence[GivenDocuments] = ()
    submissions: IndependentSubmissions | None = None
    adjudicated: Iterable[AdjudicatedSubmissions] | None = None
    types: TypeNames | None = None
    pilot: int = 0


def agree(
    workspace: Workspace,
    schema: Schema,
    files: Sequence[Path],
    *,
    gold: str | None,
    seed: int,
    watch: Watch = unwatched,
) -> "Agreement":
    """
    How well annotators agree: those of *files*, or of the version *gold* (None: the newest).

    Raises UsageError for a choice of which nobody can agree with anybody.
    """
    annotated = annotated_documents(workspace.gold, gold, files, schema, watch=watch)
    return agreement_on(annotated, schema, seed=seed)


def agreement_on(annotated: AnnotatedDocuments, schema: Schema, *, seed: int) -> "Agreement":
    """How well annotators agree who annotated the same documents."""
    from curation.scoring.agreement import measure_agreement
    from curation.scoring.agreement_results import AgreementRecipe, ComparedSubmissions

    digests: dict[str, DocumentsDigest] = {}
    lacking: dict[str, Collection[str]] = {}

    def with_digests() -> Iterator[DocumentByAnnotators]:
        for annotations, names in offered_to_all(annotated, annotated.documents, schema):
            for name, document in () if annotated.digest else annotations:
                digests.setdefault(name, DocumentsDigest(schema.symmetric)).add(document)
            if names and len(annotations) > 1:
                lacking[annotations[0][1].id] = names
            yield annotations

    recipe = AgreementRecipe(
        gold=annotated.gold,
        digest="",
        where=annotated.where,
        schema=schema.fingerprint,
        seed=seed,
        resamples=RESAMPLES,
        curate=__version__,
    )
    result = measure_agreement(with_digests(), schema.symmetric, recipe=recipe)
    # The same whatever the annotators are called.
    all_digests = "".join(sorted(map(str, digests.values())))
    digest = sha256(all_digests.encode()).hexdigest()[:12]
    result = replace(
        result,
        recipe=replace(recipe, digest=annotated.digest or digest),
        oddities=_all_oddities(result, annotated.files, schema)
        + InputOddities(not_offered=lacking_documents(sorted(lacking.items()))),
    )
    if annotated.adjudicated is not None:
        verdicts = agreement_with_verdicts(
            annotated.adjudicated, annotated.types, schema, recipe=recipe
        )
        result = replace(result, verdicts=verdicts)
    compared = annotated.submissions
    if compared is None:
        return result
    current = result.figures if compared.are_first else None
    submissions = ComparedSubmissions(
        are_first=compared.are_first,
        unsure=compared.unsure if compared.are_first else 0,
        taken_back=compared.taken_back,
        left_out=dict(sorted(compared.left_out.items())),
        pilot=annotated.pilot,
    )
    if compared.changed or compared.taken_back:
        now = offered_to_all(annotated, compared.current(), schema)
        documents = (annotations for annotations, _ in now)
        current = measure_agreement(documents, schema.symmetric, recipe=recipe).figures
    return replace(result, submissions=replace(submissions, current=current))


def offered_to_all(
    annotated: AnnotatedDocuments, documents: Iterable[DocumentByAnnotators], schema: Schema
) -> Iterator[tuple[DocumentByAnnotators, Collection[str]]]:
    """
    The *documents* without the types that some of their annotators was not offered, and these types.

    All with today's names of types, since a version may be older than a rename.
    """
    later = schema.types_missing_in(annotated.types) if annotated.types else ()
    submissions = annotated.submissions
    for annotations in documents:
        lacked = submissions.not_offered.get(annotations[0][1].id, ()) if submissions else ()
        names = schema.current_type_names(lacked) | {*later}
        yield (
            [
                (name, without_types(schema.with_current_names(document), names))
                for name, document in annotations
            ],
            names,
        )


def _all_oddities(
    found: "Agreement", files: Sequence[GivenDocuments], schema: Schema
) -> InputOddities:
    """What was odd in the annotations, and in the *files* that they come from."""
    oddities = sum((given.oddities for given in files), found.oddities)
    if files and schema.entities and found.documents:
        types = {*found.entities["strict"].by_type, *found.relations["strict"].by_type}
        oddities += unknown_types(types, {*schema.entities, *schema.relations})
    return oddities


def annotated_documents(
    folder: Path,
    chosen: str | None,
    files: Iterable[Path],
    schema: Schema,
    *,
    where: MetaSelection = EVERY_DOCUMENT,
    watch: Watch = unwatched,
) -> AnnotatedDocuments:
    """
    The documents of *files*, one for each annotator; without files, of a version or ``next``.

    Without a choice, of the newest version, or of ``next`` where none is sealed. *where* may select
    documents by their metadata.

    Raises UsageError where files and a version are given, or one file alone, and where no document
    is selected.
    """
    paths = tuple(files)
    if paths:
        from curation.scoring.document_pairs import by_document

        _refuse_alone(paths, chosen)
        names = Counter(path.name for path in paths)
        annotators = [path.name if names[path.name] == 1 else str(path) for path in paths]
        files_of = [
            (name, GivenDocuments(path)) for name, path in zip(annotators, paths, strict=True)
        ]
        number = count_lines(paths[:1])
        together = Reiterable(lambda: watch(by_document(files_of), "comparing", number))
        in_files = AnnotatedDocuments(
            documents=together, files=[given for _, given in files_of], where=str(where)
        )
        if not where:
            return in_files
        metas = ((one.id, one.meta) for works in together for _, one in works)
        ids = where.selected_ids(metas, ", ".join(map(str, paths)))
        return replace(
            in_files,
            documents=Reiterable(lambda: (one for one in together if one[0][1].id in ids)),
        )
    if chosen and is_document_file(chosen):
        raise UsageError(
            f"--gold {chosen}: a file, where --gold takes a version",
            hint="give a file for each annotator, without --gold",
        )
    name = resolve_version_name(folder, chosen or default_version(folder))
    if name == NEXT:
        working = read_working_dataset(folder, schema, watch)
        return replace(documents_in_rows(working, watch, where=where, place=NEXT), gold=NEXT)
    version = read_version(folder, name, watch)
    digest = version.manifest.digest[:12]
    return replace(
        documents_in_rows(version, watch, where=where, place=name),
        gold=name,
        digest=digest,
        types=version.manifest.type_names,
    )


def is_version_name(folder: Path, given: str) -> bool:
    """Whether *given* is a version in the *folder*, or ``next``, and no file."""
    return given in (NEXT, *list_versions(folder)) and not Path(given).exists()


def default_version(folder: Path) -> str | None:
    """``next`` where annotations were pulled and no version is sealed yet, else None: the newest version."""
    return NEXT if not list_versions(folder) and any((folder / NEXT).glob("*.json")) else None


def pilot_documents(rows: StoredDataset) -> frozenset[str]:
    """The ids of the pilot's documents; nothing where there is no pilot, or nothing else."""
    pilot = {document for document, meta in rows.metas if meta.get(PILOT) is True}
    others = {document for document, _ in rows.metas} - pilot
    return frozenset(pilot if others else ())


def documents_in_rows(
    rows: StoredDataset,
    watch: Watch,
    *,
    where: MetaSelection = EVERY_DOCUMENT,
    place: str = "",
) -> AnnotatedDocuments:
    """
    The first submissions in gold rows that were read already, of independent annotators.

    *where* selects documents by their metadata; *place* is what its errors call the rows.
    """
    if where:
        rows = rows.of_documents(where.selected_ids(rows.metas, place))
    submissions = IndependentSubmissions(rows, watch)
    return AnnotatedDocuments(
        documents=submissions,
        where=str(where),
        submissions=submissions,
        pilot=len(pilot_documents(rows)),
        adjudicated=Reiterable(lambda: find_adjudicated_submissions(rows)),
    )


def _refuse_alone(paths: Sequence[Path], chosen: str | None) -> None:
    """Raises UsageError where nobody could agree with anybody."""
    hint = "give a file for each annotator, or none and --gold VERSION, or --gold next"
    if chosen:
        raise UsageError(
            "files and --gold were both given; agreement takes one of the two", hint=hint
        )
    for path in paths:
        refuse_address(path, hint=COPY_IT_HERE)
    if len(paths) == 1:
        raise UsageError(
            f"{paths[0]}: the only file; agreement takes two files or more", hint=hint
        )
    resolved = [path.resolve() for path in paths]
    for number, path in enumerate(paths):
        if resolved[number] in resolved[:number]:
            raise UsageError(f"{path}: given twice", hint=hint)
