"""What a command does where it takes several rooms; cli says it, demo strings it together."""

import hashlib
import shlex
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

from curation import __version__
from curation.documents.document import Document
from curation.documents.stream import DocumentsFile, DocumentSource
from curation.errors import InputError, Problem, Problems, StudioError, pluralise
from curation.files import STDIN
from curation.flows.agree import agree, layers_in
from curation.gold.dataset import StoredDataset
from curation.gold.excluded import find_excluded_documents
from curation.gold.excluded_reasons import find_orphaned
from curation.gold.release import ReleaseReport, seal_release
from curation.gold.seal import Provenance
from curation.gold.working_version import WorkingVersion
from curation.labelstudio import wait_until_idle as rest
from curation.labelstudio.check_documents import check_documents
from curation.labelstudio.config import config_differences, unfinished_rename
from curation.labelstudio.port import Step, Studio
from curation.labelstudio.pull_cursor import PullCursor, load_cursor
from curation.labelstudio.push import PushReport, push_documents
from curation.labelstudio.push_ledger import load_ledger
from curation.labelstudio.status import ProjectStatus, project_status
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.guidelines import guidelines_md
from curation.state import State
from curation.workspace import Workspace

if TYPE_CHECKING:
    from curation.scoring.agreement import Agreement

# The seed of the intervals that a released version's card shows.
SEED = 7


def connect(home: Path, settings: Mapping[str, str]) -> Studio:
    """
    The Label Studio that *settings* (the environment) name, else the one of ``curate up``.

    Raises StudioError where there is neither.
    """
    from curation.labelstudio import credentials as address
    from curation.labelstudio.client import HttpStudio
    from curation.localserver import run as server

    url, token = settings.get("LABEL_STUDIO_URL"), settings.get("LABEL_STUDIO_API_KEY")
    if url and token:
        return HttpStudio(address.checked_url(url), address.checked_token(token))
    if url or token:
        given, lacks = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"
        given, lacks = (given, lacks) if url else (lacks, given)
        raise StudioError(f"{given} is set, {lacks} is not", hint=f"set {lacks}, or unset both")
    local = server.running_server(home / "server")
    if local is None:
        raise StudioError(
            "no Label Studio is running here",
            hint="start one with: curate up, or set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY",
        )
    return HttpStudio(local.url, local.token)


def connect_to_push(
    documents: DocumentSource, schema: Schema, home: Path, settings: Mapping[str, str]
) -> Studio:
    """As connect; where it can't be done, what is wrong with the documents is told first."""
    try:
        return connect(home, settings)
    except StudioError:
        check_documents(documents, schema, {})
        raise


def suggested(
    documents: Iterable[Document], schema: Schema, *, model: str | None = None, workers: int = 1
) -> Iterator[Document]:
    """The documents with the baseline's suggestions, in their order."""
    from curation.preannotate import suggest_all

    return suggest_all(documents, schema, model=model, workers=workers)


def push_to(
    studio: Studio,
    documents: DocumentSource,
    schema: Schema,
    state: State,
    *,
    title: str,
    dry_run: bool = False,
) -> Iterator[Step | PushReport]:
    """
    Push, one at a time per project; the last event is a Pushed.

    A type under a name that it had before is taken for the type. Where the last
    push was cut off, what it sent may only now be carried out, so that is waited for.
    """
    if dry_run:
        known = load_ledger(State(state.home, writing=False), studio.url, title)
        yield push_documents(studio, documents, schema, title=title, dry_run=True, ledger=known)
        return
    with state.lock_project("push", studio.url, title):
        known = load_ledger(state, studio.url, title)
        with state.track_unfinished("push", studio.url, title) as cut_off:
            if cut_off and (project := studio.find_project(title)):
                yield Step("what the last push sent", 0, 1)
                rest.wait_until_idle(studio, project.id, wait=time.sleep)
            report = push_documents(studio, documents, schema, title=title, ledger=known)
            if report.ledger:
                report.ledger.save(state, studio.url, title)
        yield report


def documents_in(file: Path) -> DocumentsFile:
    """Documents to push; InputError with the command that makes them where there are none."""
    if file.is_dir() or file.suffix == ".txt":
        hint = f"curate preannotate {shlex.quote(str(file))}, then curate push"
        raise InputError(f"{file}: articles, not documents with suggestions", hint=hint)
    if file != STDIN and not file.exists():
        raise InputError(
            f"{file}: there is no such file",
            hint=f"make it of your articles: curate preannotate -o {file} ARTICLES",
        )
    return DocumentsFile(file)


@dataclass(frozen=True)
class Standing:
    """
    A project's status, and what was wrong, or worth a look, at the last pull.

    *returned* are the documents that went back to their annotator, *outside* says why others
    are out of the gold, *withdrawn* which are in it though nobody's work any more. *drift* says
    where the project's config isn't the schema's, *unfinished* how to end a renaming that was
    broken off there. *bad* is wrong with files of gold/next that can't be read.
    """

    status: ProjectStatus
    problems: tuple[Problem, ...]
    returned: tuple[str, ...]
    outside: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    pulled: bool
    drift: tuple[str, ...]
    unfinished: str = ""
    withdrawn: tuple[Problem, ...] = ()
    bad: Problems = field(default_factory=Problems)


def status_of(
    studio: Studio, place: Workspace, schema: Schema, *, title: str
) -> Iterator[Step | Standing]:
    """Ask the server how far the project is, and the last pull what is wrong; the last event is a Standing."""
    place = replace(place, writing=False)
    names = place.state.pseudonyms(studio.url)
    found = project_status(studio, title=title, pseudonym=names)
    known = load_cursor(place.state, studio.url, title)
    cursor = known or PullCursor()
    remarks = cursor.remarks_on(cursor.remarks)
    project = studio.find_project(title)
    drift = config_differences(project, schema) if project else ()
    left = unfinished_rename(project, schema) if project else ""
    problems = cursor.all_problems(cursor.returned)
    yield Step("reading gold/next", 0, None)
    outside: tuple[Problem, ...] = ()
    lost: tuple[Problem, ...] = ()
    bad = Problems()
    if known:
        with place.amended(schema) as working:
            outside = tuple(_told_outside(working, cursor.task_links))
            bad = working.problems()
            why = find_orphaned(
                {*cursor.emptied, *cursor.deleted} & working.documents, place.absent
            )
            lost = tuple(Problem(one, why[one]) for one in sorted(why))
    yield Standing(
        found,
        problems,
        cursor.returned,
        outside,
        remarks,
        pulled=known is not None,
        drift=drift,
        unfinished=left,
        withdrawn=lost,
        bad=bad,
    )


def _told_outside(working: WorkingVersion, links: Mapping[str, str]) -> Iterator[Problem]:
    """Why documents of this project, those with *links*, are out of the gold though nothing is wrong with them."""
    found = find_excluded_documents(working)
    for document, agreed in found.disagreements.items():
        if document in links:
            where = pluralise(len(agreed.differences()), "place")
            what = (
                f"{' and '.join(agreed.annotators)} differ at {where} (curate pull says where)"
            )
            yield Problem(document, what, links[document])
    for document in found.missing:
        if document in links:
            what = "pulled before, and no longer in gold/next: curate pull --full"
            yield Problem(document, what, links[document])
    for document, agreed in found.flagged.items():
        if document in links:
            what = f"flagged {', '.join(agreed.flags)}"
            yield Problem(document, what, links[document])


def seal(
    place: Workspace,
    schema: Schema,
    *,
    version: str | None = None,
    watch: Watch = unwatched,
) -> ReleaseReport:
    """Seal ``gold/next`` as *version*, or as the next one that fits the changes."""
    guideline = hashlib.sha256(guidelines_md(schema).encode()).hexdigest()

    def provenance(kept: StoredDataset) -> Provenance:
        agreed = _agreed(agree(layers_in(kept, watch), schema, seed=SEED))
        return Provenance(guideline, __version__, tuple(agreed))

    return seal_release(
        place.gold,
        schema,
        version=version,
        provenance=provenance,
        lock_file=place.lock_file,
        excluded=place.absent,
        watch=watch,
    )


def _agreed(found: "Agreement") -> Iterator[str]:
    """How well those agreed who annotated the same documents; nothing where nobody did."""
    if not found.documents:
        return
    yield f"{pluralise(found.documents, 'document')} annotated by two or more, compared pair by pair"
    tallies = {"entities (span and type)": found.entities["strict"]}
    tallies["relations (spans, types, label, direction)"] = found.relations["strict"]
    for name, tally in tallies.items():
        counts, spread = tally.micro.counts, tally.micro.bca.f1
        rate = "undefined" if counts.f1 is None else f"{counts.f1:.3f}"
        how_sure = f" [{spread.low:.3f}, {spread.high:.3f}]" if spread else ""
        both, alone = counts.tp, counts.fp + counts.fn
        yield f"{name}: F1 {rate}{how_sure}; {both} by both, {alone} by one alone"
