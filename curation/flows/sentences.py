"""Results as sentences for the terminal, one a line; a line may begin with ``warning: ``."""

import shlex
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

from curation.errors import Problem, Problems, pluralise
from curation.files import STDIN, Json
from curation.gold.excluded_reasons import count_reasons

if TYPE_CHECKING:
    from curation.flows.drop import Dropped
    from curation.flows.pull import PullReport
    from curation.flows.schema_rename import Renamed
    from curation.flows.steps import Standing
    from curation.gold.convert_old import ConversionReport
    from curation.gold.release import ReleaseReport
    from curation.labelstudio.pull_cursor import PullCursor
    from curation.labelstudio.push import PushReport
    from curation.labelstudio.send_back import ReturnReport
    from curation.localserver.accounts import LocalServer

SHOWN = 20

RELOAD = (
    "warning: whoever has Label Studio open has to reload the page before the next document: an "
    "open page keeps the config of before, and drops relation names that it doesn't know"
)


def suggested(documents: int, path: Path) -> str:
    """How many documents have suggestions now, and where they are."""
    where = "." if path == STDIN else f" → {path}"
    return f"{pluralise(documents, 'document')} with suggestions{where}"


def up(
    local: "LocalServer", *, new: bool, port: int | None = None, program: str = "curate"
) -> Iterator[str]:
    """Where the local server is, and how to get in and out; *port* is the one asked for."""
    yield f"Label Studio is up{'' if new else ' already'}: {local.url}"
    if not new and port not in (None, local.port):
        yield f"warning: it stays on port {local.port} while it runs; --port is for starting it"
    yield f"  user      {local.username}"
    yield f"  password  {local.password}"
    yield f"Stop it with: {program} down"


def pushed(report: "PushReport", *, dry_run: bool) -> Iterator[str]:
    """Created, updated, unchanged, refused; and what annotators won't see."""
    verb = "would be " if dry_run else ""
    yield (
        f"{report.created} {verb}created, {report.updated} {verb}updated, "
        f"{report.unchanged} unchanged, {len(report.refused)} refused"
        f" in {report.project!r}: {report.link}"
    )
    if report.config_changes:
        yield f"Label Studio's config {'would change' if dry_run else 'changed'}: {'; '.join(report.config_changes)}."
        if not dry_run and any("relation" in one for one in report.config_changes):
            yield RELOAD
    if report.begun:
        keep = "keeps its" if report.begun == 1 else "keep their"
        yield f"{pluralise(report.begun, 'task')} {keep} old suggestions: somebody has begun to annotate."
    if report.duplicates:
        yield (
            f"{pluralise(report.duplicates, 'task')} {verb}removed: another holds the same document, "
            "and nobody had begun."
        )
    if report.hidden:
        yield (
            f"warning: suggestions of another model, on {pluralise(report.hidden, 'other task')}, are "
            "no longer seen by annotators; push these documents anew as well"
        )
    yield from _problems(report.refused)


def renamed(report: "Renamed", config: Path, folder: Path, *, dry_run: bool) -> Iterator[str]:
    """How much has the new name, where it was before, and what a person has to read over."""
    asked, found = report.asked, report.results
    would = "would be" if dry_run else "is now"
    yield f"{asked.old} {would} {asked.new} in {config / 'schema.toml'} and what is built from it."
    if report.link:
        verb = "would be renamed" if dry_run else "renamed"
        parts = [
            pluralise(found[kind], noun)
            for kind, noun in (("annotations", "annotation"), ("drafts", "draft"))
        ]
        parts.append(pluralise(found["predictions"], "suggestion"))
        yield f"{', '.join(parts)} {verb} in {report.project!r}: {report.link}"
        if not dry_run and asked.table == "relations":
            yield RELOAD
    else:
        yield f"Label Studio has no project {report.project!r}: nothing to rename there."
    if report.documents:
        verb = "would be renamed" if dry_run else "renamed"
        yield f"{pluralise(report.documents, 'document')} {verb} in {folder / 'next'}."
    if report.backup:
        yield f"All of it as it was: {report.backup}"
    if report.lines:
        where = ", ".join(map(str, report.lines))
        what = f"still says {asked.old} in words; read over: {where}"
        yield f"warning: {config / 'schema.toml'} {what if not dry_run else what.replace('still says', 'would still say')}"


def pulled(report: "PullReport", folder: Path, *, dry_run: bool) -> Iterator[str]:
    """What came, what is in gold/next now, and all that is wrong, with links."""
    verb = "would be" if dry_run else "now"
    changed = report.changed
    number = pluralise(sum(changed.values()), "annotation")
    what = f"{number} of {pluralise(len(changed), 'changed document')}"
    what = what if changed else "No annotation has changed"
    yield f"{what}; {pluralise(report.documents, 'document')} {verb} in {folder / 'next'}."
    if report.renamed:
        yield (
            "warning: annotators have new pseudonyms: .curate/, which knew the old ones, is lost; "
            "sealed versions keep the old ones"
        )
    trims = report.pulled.trimmed
    if trims:
        yield f"{pluralise(len(trims), 'span')} trimmed of white space or a stray mark:"
        yield from _each(trims)
    if edited := report.pulled.edited_by_others:
        were = "annotation was" if sum(edited.values()) == 1 else "annotations were"
        yield (
            f"{sum(edited.values())} {were} updated last by somebody other than the annotator "
            f"(edited_by in the dataset): {_first(sorted(edited))}; where both had one open at "
            "once, only the last update counts"
        )
    for renaming, came in sorted(report.pulled.former_names.items()):
        old, _, new = renaming.partition("=")
        yield (
            f"{pluralise(came, 'annotation')} under the former name {old}, read as {new}; to rename what "
            f"came late in Label Studio, too, once more: curate schema rename {renaming}"
        )
    if report.pulled.repetitions:
        yield f"{pluralise(report.pulled.repetitions, 'repetition')} merged."
    if report.pulled.skipped:
        yield f"{pluralise(report.pulled.skipped, 'skipped annotation')}: not gold."
    yield from _standing(report, folder)
    yield from _sent_back(report.sent_back, dry_run=dry_run)


def dropped(found: "Dropped", folder: Path) -> Iterator[str]:
    """How many are out of the gold, and how they come back."""
    documents = list(found.links)
    stay = "stays" if len(documents) == 1 else "stay"
    yield (
        f"{pluralise(len(documents), 'document')} dropped from {folder / 'next'}: {_first(documents)}; "
        f"{stay} out, whatever is pulled, until: curate restore {shlex.quote(documents[0])}"
    )


def restored(reasons: Mapping[str, str], folder: Path) -> Iterator[str]:
    """Which documents are back, and why some are no gold even so."""
    yield f"{pluralise(len(reasons), 'document')} restored in {folder / 'next'}."
    for document, reason in reasons.items():
        if reason:
            yield f"warning: {document} is no gold: {reason}"


def converted(found: "ConversionReport | None", folder: Path, home: Path) -> Iterator[str]:
    """That gold/next has a file a document now, and what was in doubt about the older files."""
    if found is None:
        return
    yield (
        f"{folder / 'next'} has a file for each document now: {pluralise(found.converted, 'document')} "
        f"converted; the two older files are in {home / 'backups'}."
    )
    yield from _named(
        "told different things in the two older files: the annotations count",
        found.contradictory,
    )
    yield from _named(
        "named annotations that were not there, and has no file: curate pull --full",
        found.without_annotations,
    )
    yield from _named(
        "had a file of its own already, which stays as it is", found.already_converted
    )


def _standing(report: "PullReport", folder: Path) -> Iterator[str]:
    """What somebody has to look at, document by document."""
    yield from _reopened(report)
    for document in report.dropped:
        yield (
            f"warning: {document} is dropped and stays out of the gold, though somebody worked on "
            f"it since the last pull; to take it in: curate restore {shlex.quote(document)}"
        )
        yield from _link(report, document)
    yield from _lost(report.outside.missing, folder / "next")
    if report.edited:
        files = "the file of" if len(report.edited) == 1 else "the files of"
        yield (
            f"{files} {pluralise(len(report.edited), 'document')} in {folder / 'next'} changed since the "
            f"last command (by git, or by hand): {_first(report.edited)}"
        )
    for document, names in report.gone.items():
        yield (
            f"warning: {document}: what {' and '.join(names)} did is there no more "
            "(deleted or skipped in Label Studio, or of another project)"
        )
        yield from _link(report, document)
    told = {*report.outside.disagreements, *report.outside.flagged}
    yield from _listed(
        "is out of the gold until mended", [one for one in report.left if one not in told]
    )
    for document, agreed in report.outside.flagged.items():
        yield f"warning: {document} is flagged {', '.join(agreed.flags)}: kept out of the gold"
        yield from _link(report, document)
    yield from _listed(
        "has no annotation any more, but stays in the gold (curate drop takes it out)",
        report.emptied,
    )
    yield from _listed(
        "has lost its task in Label Studio, but stays in the gold (curate drop takes it out)",
        report.deleted,
    )
    for document, agreed in report.outside.disagreements.items():
        yield f"warning: {document}: {' and '.join(agreed.annotators)} differ:"
        yield from _link(report, document)
        found = agreed.differences()
        yield from (f"  {line}" for line in found[:SHOWN])
        if len(found) > SHOWN:
            yield f"  … and {len(found) - SHOWN} more"
    cursor = report.pulled.cursor
    yield from _remarks(cursor.remarks_on(report.pulled.delivered))
    yield from _to_mend(cursor, report.sent_back)


def _to_mend(cursor: "PullCursor", sent: "ReturnReport") -> Iterator[str]:
    """What is wrong, and whether it waits for us or for its annotators."""
    standing = cursor.all_problems(sent.still_returned)
    if standing:
        yield f"warning: {pluralise(len(standing), 'problem')} to mend in Label Studio, then pull again:"
        yield from _problems(standing)
        left = cursor.problems.keys() - {*sent.still_returned}
        if left and not (sent.returned or sent.link):
            yield "Return what is wrong to its annotators with: curate pull --send-back"


def _reopened(report: "PullReport") -> Iterator[str]:
    """Verdicts that rest on annotations that are others now."""
    for document, (places, agreed) in report.reopened.items():
        what = f"its verdict doesn't hold any more at {pluralise(places, 'place')}, where annotations changed"
        gold = (
            "all annotations agree now, and are the gold"
            if agreed
            else "it stays out of the gold"
        )
        yield f"warning: {document}: {what}; {gold}"
        yield from _link(report, document)


def _sent_back(done: "ReturnReport", *, dry_run: bool) -> Iterator[str]:
    """Which tasks went back to their annotators, and which are mended."""
    verb = "would be returned" if dry_run else "returned"
    if done.returned and (done.link or dry_run):
        yield f"{pluralise(len(done.returned), 'document')} {verb}: {', '.join(done.returned[:SHOWN])}"
    elif done.returned:
        yield (
            f"{pluralise(len(done.returned), 'returned document')} with something else wrong now, as stands on the task: "
            f"{', '.join(done.returned[:SHOWN])}"
        )
    if done.link:
        yield f"Annotators find what was returned to them in a view of its own: {done.link}"
    if done.config_too_old:
        yield (
            "warning: the project's config is too old to show the reasons; "
            "bring it up to date with: curate push"
        )
    if done.mended:
        yield (
            f"{pluralise(len(done.mended), 'returned document')} with nothing wrong any more; what stood on the task is gone: "
            f"{', '.join(done.mended[:SHOWN])}"
        )
    yield from _listed(
        "can't be returned: its task holds another text than was pushed", done.refused
    )


def status(report: "Standing") -> Iterator[str]:
    """The project's numbers, its annotators, and what was wrong at the last pull."""
    one = report.status
    yield f"{one.project}: {one.link}"
    yield (
        f"{pluralise(one.tasks, 'task')}: {one.annotated} annotated, {one.begun} begun, "
        f"{one.skipped} skipped, {one.left} left"
    )
    for worker in one.workers:
        pace = "" if worker.seconds is None else f", {worker.seconds:.0f} s a document (median)"
        yield f"  {worker.pseudonym}: {worker.submitted} submitted, {worker.skipped} skipped{pace}"
    if one.unsubmitted:
        has = "has" if len(one.unsubmitted) == 1 else "have"
        what = pluralise(len(one.unsubmitted), "annotation")
        yield f"warning: {what} {has} changes that nobody submitted with Update:"
        yield from _problems(one.unsubmitted)
    if report.drift:
        step = (
            report.unfinished or "curate push brings it up to date, or says what is in the way"
        )
        yield f"warning: its config isn't schema.toml's ({step}): {'; '.join(report.drift)}"
    if not report.pulled:
        yield "Nothing was pulled yet: curate pull"
    elif report.problems:
        yield f"warning: {pluralise(len(report.problems), 'problem')} at the last pull:"
        yield from _problems(report.problems)
    else:
        yield "No problems at the last pull."
    if report.outside:
        stays = "stays" if len(report.outside) == 1 else "stay"
        yield f"warning: {pluralise(len(report.outside), 'document')} {stays} out of the gold:"
        yield from _problems(report.outside)
    yield from _withdrawn({one.place: one.what for one in report.withdrawn}, "the gold")
    yield from _remarks(report.remarks)
    if report.bad:
        yield f"warning: {pluralise(len(report.bad), 'problem')} with files of gold/next; mend them:"
        yield from _problems(report.bad)


def status_json(report: "Standing") -> Json:
    """The same for programs."""
    form = asdict(report.status)
    names = ("problems", "remarks", "outside", "withdrawn")
    said = {name: getattr(report, name) for name in names}
    said["unsubmitted"] = report.status.unsubmitted
    said["bad"] = report.bad.shown
    form |= {key: [problem.to_json() for problem in found] for key, found in said.items()}
    return form | {
        "returned": list(report.returned),
        "drift": list(report.drift),
        "unfinished": report.unfinished,
    }


def released(report: "ReleaseReport") -> Iterator[str]:
    """Which version has what gold/next has."""
    if report.is_new:
        yield f"{report.path} is sealed, digest {report.digest[:12]}."
    else:
        yield f"Nothing new: {report.path} has all that is in next, digest {report.digest[:12]}."
    yield from _absent(report.excluded)
    yield from _withdrawn(report.orphaned, "it")
    said = [
        f"{pluralise(number, 'document')} flagged {flag}"
        for flag, number in report.flags.items()
    ]
    if report.overlapping:
        said.append(f"{pluralise(report.overlapping, 'document')} with overlapping spans")
    if said:
        yield f"warning: it has {', '.join(said)} (curate status links to what was pulled)"
    yield f'Load it with: load_dataset("{report.path.parent}", "{report.version}")'


def _lost(documents: Sequence[str], folder: Path) -> Iterator[str]:
    if documents:
        yield (
            f"warning: {pluralise(len(documents), 'document')} pulled before, and no longer in {folder}: {_first(documents)}; what is "
            "still annotated comes again with: curate pull --full (curate drop ends this warning)"
        )


def _first(documents: Sequence[str]) -> str:
    """The names, as many as are shown."""
    more = f" and {len(documents) - SHOWN:,} more" if len(documents) > SHOWN else ""
    return f"{', '.join(documents[:SHOWN])}{more}"


def _absent(why: Mapping[str, str]) -> Iterator[str]:
    """How many documents are known and are not there."""
    if why:
        stays = "stays" if len(why) == 1 else "stay"
        yield f"{pluralise(len(why), 'document')} {stays} out: {count_reasons(why, why)}."


def _withdrawn(why: Mapping[str, str], gold: str) -> Iterator[str]:
    """Which documents are in the *gold* though nobody's work any more."""
    if why:
        has = f"warning: {gold} still has {pluralise(len(why), 'document')}: {count_reasons(why, why)}"
        yield f"{has} ({_first([*why])}); curate drop takes one out"


def _link(report: "PullReport", document: str) -> Iterator[str]:
    if link := report.links.get(document):
        yield f"    {link}"


def _named(what: str, documents: Sequence[str]) -> Iterator[str]:
    """A warning for several documents at once, named."""
    if documents:
        yield f"warning: {_first(documents)}: {what}"


def _listed(what: str, documents: Iterable[str]) -> Iterator[str]:
    for document in documents:
        yield f"warning: {document} {what}"


def _remarks(found: tuple[Problem, ...]) -> Iterator[str]:
    """What is worth a look, though nothing is wrong with it."""
    if found:
        keeps = "it keeps" if len(found) == 1 else "they keep"
        yield f"warning: {pluralise(len(found), 'remark')} ({keeps} nothing out of the gold):"
        yield from _problems(found)


def _problems(found: Iterable[Problem] | Problems) -> Iterator[str]:
    found = found if isinstance(found, Problems) else Problems(found)
    yield from _each(found.shown)
    if found.omitted:
        yield f"  … and {found.omitted:,} more"


def _each(found: Iterable[Problem]) -> Iterator[str]:
    for problem in found:
        whose = f" ({problem.annotator})" if problem.annotator else ""
        yield f"  {replace(problem, place=f'{problem.place}{whose}')}"
        if problem.link:
            yield f"    {problem.link}"
