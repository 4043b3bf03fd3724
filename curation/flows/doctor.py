"""All that the other commands need, looked at one by one."""

import shlex
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from curation.errors import CurateError, GoldError, StudioError, pluralise, raise_problems
from curation.files import explain_os_error
from curation.flows import steps
from curation.gold.versions import list_versions, read_version
from curation.gold.working_version import MEND_FILES, NEXT
from curation.labelstudio.config import config_differences
from curation.progress import Watch, unwatched
from curation.schema.build import GENERATED_FILES
from curation.schema.folder import read_built_schema_in, read_schema_in
from curation.workspace import Workspace


@dataclass(frozen=True, slots=True)
class Finding:
    """One line of the doctor's: what was looked at, and what was seen."""

    what: str
    seen: str
    sound: bool = True
    hint: str = ""

    def __str__(self) -> str:
        if self.sound:
            return f"OK    {self.what}: {self.seen}"
        line = f"WRONG {self.what}: {self.seen}"
        return f"{line}\n      → {self.hint}" if self.hint else line


def examine(  # noqa: PLR0913 - each is looked at
    config: Path,
    folder: Path,
    home: Path,
    settings: Mapping[str, str],
    *,
    title: str,
    model: str | None = None,
    watch: Watch = unwatched,
) -> Iterator[Finding]:
    """
    Every check, none of which stops another but what it stands on; nothing is written.

    *watch* shows how far the gold is gone through.
    """
    yield _look("model", lambda: _model(model))
    yield (schema := _look("schema", lambda: _schema(config)))
    if schema.sound:
        yield _look("generated files", lambda: _generated(config))
    yield (studio := _look("Label Studio", lambda: _studio(home, settings)))
    if schema.sound and studio.sound:
        yield _look("project", lambda: _project(config, home, settings, title))
    yield _look("gold", lambda: _gold(folder, watch))
    if schema.sound and (folder / NEXT).is_dir():
        yield _look("gold/next", lambda: _next(config, folder, home, watch))


def counted(findings: Iterable[Finding]) -> Iterator[Finding]:
    """The same; raises CurateError at the end if any of them isn't sound."""
    looked = wrong = 0
    for finding in findings:
        yield finding
        looked, wrong = looked + 1, wrong + (not finding.sound)
    if wrong:
        what = f"{wrong} of {pluralise(looked, 'check')} failed"
        raise CurateError(what, hint="see the lines above")


def _look(what: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(what, look())
    except (CurateError, OSError) as caught:
        error = caught if isinstance(caught, CurateError) else explain_os_error(caught)
        return Finding(what, str(error), sound=False, hint=error.hint)


def _model(name: str | None) -> str:
    from curation.preannotate.pipeline import load

    return str(load(name).layer)


def _schema(config: Path) -> str:
    schema = read_schema_in(config)
    return f"{schema.size_summary}, fingerprint {schema.fingerprint}"


def _generated(config: Path) -> str:
    read_built_schema_in(config)
    return " and ".join(GENERATED_FILES)


def _studio(home: Path, settings: Mapping[str, str]) -> str:
    studio = steps.connect(home, settings)
    return f"{studio.url} knows us as {studio.whoami()}"


def _project(config: Path, home: Path, settings: Mapping[str, str], title: str) -> str:
    """Whether annotators see what the schema says."""
    project = steps.connect(home, settings).find_project(title)
    if project is None:
        return f"{title!r} is not there yet; curate push makes it"
    if found := config_differences(project, read_schema_in(config)):
        what = f"{title!r} is not what schema.toml says: {'; '.join(found)}"
        raise StudioError(what, hint=f"curate push --dry-run --project {shlex.quote(title)}")
    return f"{title!r} is what schema.toml says"


def _gold(folder: Path, watch: Watch) -> str:
    """Reads, and so verifies, every sealed version."""
    sealed = list_versions(folder)
    if not sealed:
        return "no version is sealed yet; curate pull, then curate release, make the first"
    for version in sealed:
        read_version(folder, version, watch)
    return f"{len(sealed)} sealed, none altered; the newest is {sealed[-1]}"


def _next(config: Path, folder: Path, home: Path, watch: Watch) -> str:
    """Reads every file of the working version."""
    place = Workspace(folder, home, writing=False)
    with place.amended(read_schema_in(config), watch) as working:
        if working.file_problems:
            raise_problems(working.problems(), GoldError, hint=MEND_FILES.format(place.next))
        known, there = len(working.known), len(working.documents)
    return f"{pluralise(known, 'document')}, {there} of them gold"
