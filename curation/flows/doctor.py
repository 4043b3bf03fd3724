"""``curate doctor``: all that the other commands need, looked at one by one."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from curation.default_project import DEFAULT_PROJECT, in_project
from curation.errors import (
    CurateError,
    GoldError,
    ModelError,
    StudioError,
    pluralise,
    raise_problems,
)
from curation.files import explain_os_error
from curation.flows.connect import connect
from curation.flows.known_projects import find_known_projects
from curation.gold.sealed.load_path import unloadable_warning
from curation.gold.sealed.versions import list_versions, read_version
from curation.gold.working.version import MEND_FILES
from curation.labelstudio.adjudication.project import refuse_adjudication
from curation.labelstudio.config import config_differences
from curation.labelstudio.hidden_suggestions import find_hidden_suggestions
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.schema.build import GENERATED_FILES
from curation.schema.folder import read_built_schema_in, read_schema_in
from curation.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What was looked at, what was seen, and what to type where it isn't sound."""

    what: str
    seen: str
    is_sound: bool = True
    hint: str = ""

    def __str__(self) -> str:
        if self.is_sound:
            return f"OK    {self.what}: {self.seen}"
        line = f"WRONG {self.what}: {self.seen}"
        return f"{line}\n      → {self.hint}" if self.hint else line


def doctor(
    workspace: Workspace,
    environment: Mapping[str, str],
    *,
    title: str | None = None,
    model: str | None = None,
    watch: Watch = unwatched,
) -> Iterator[Finding]:
    """
    Each check as it is made; nothing is written.

    A check that fails stops only those that stand on it. Without a *title*, all known projects are
    looked at, the default one where none is known. *watch* shows how far the gold is read.
    """
    yield _look("model", partial(_model, workspace.config, model))
    schema = _look("schema", partial(_schema, workspace.config))
    yield schema
    if schema.is_sound:
        yield _look("generated files", partial(_generated_files, workspace.config))
    studio = _look("Label Studio", partial(_label_studio, workspace, environment))
    yield studio
    if schema.is_sound and studio.is_sound:
        yield from _look_at_projects(workspace, environment, title)
    yield _look("gold", partial(_sealed_versions, workspace.gold, watch))
    if schema.is_sound and workspace.next.is_dir():
        yield _look("gold/next", partial(_working_version, workspace, watch))


def refuse_unsound_findings(findings: Sequence[Finding]) -> None:
    """Raises CurateError if any finding isn't sound."""
    unsound = sum(not finding.is_sound for finding in findings)
    if unsound:
        raise CurateError(
            f"{unsound} of {pluralise(len(findings), 'check')} failed",
            hint="see the lines above",
        )


def _look(what: str, check: Callable[[], str]) -> Finding:
    try:
        return Finding(what=what, seen=check())
    except (CurateError, OSError) as caught:
        error = caught if isinstance(caught, CurateError) else explain_os_error(caught)
        return Finding(what=what, seen=str(error), is_sound=False, hint=error.hint)


def _model(config: Path, name: str | None) -> str:
    """Loads the model, which shows whether it works, too; what is wrong with the schema, its own check says."""
    from curation.preannotate.model_files import chosen_model
    from curation.preannotate.model_gaps import model_gaps
    from curation.preannotate.pipeline import load_located_model

    try:
        schema = read_schema_in(config)
    except CurateError:
        schema = Schema({}, {})
    model = chosen_model(schema, name)
    layer = load_located_model(model).layer
    recipe = model.recipe
    if recipe is None:
        return "; ".join([str(layer), *model_gaps(model, schema)])
    if schema.entities and recipe.schema != schema.fingerprint:
        raise ModelError(
            f"{layer} was trained under another schema, {recipe.schema}; what changed since isn't suggested",
            hint="train the model again: curate train",
        )
    return f"{layer}, trained on {pluralise(len(recipe.texts), 'document')} of {recipe.gold}"


def _schema(config: Path) -> str:
    schema = read_schema_in(config)
    return f"{schema.size_summary}, fingerprint {schema.fingerprint}"


def _generated_files(config: Path) -> str:
    read_built_schema_in(config)
    *names, last = GENERATED_FILES
    return f"{', '.join(names)} and {last}"


def _label_studio(workspace: Workspace, environment: Mapping[str, str]) -> str:
    studio = connect(workspace.home, environment)
    return f"{studio.url} knows us as {studio.whoami()}"


def _look_at_projects(
    workspace: Workspace, environment: Mapping[str, str], title: str | None
) -> Iterator[Finding]:
    """The project of this title, or each that is known."""
    try:
        titles = (title,) if title else _known_titles(workspace, environment)
    except CurateError as error:
        yield Finding(what="project", seen=str(error), is_sound=False, hint=error.hint)
        return
    for one in titles:
        yield _look("project", partial(_project, workspace, environment, one))


def _known_titles(workspace: Workspace, environment: Mapping[str, str]) -> tuple[str, ...]:
    """The annotators' projects that gold/next or .curate/ knows, the default one where neither knows any."""
    workspace = workspace.read_only()
    studio = connect(workspace.home, environment)
    with workspace.working_version(read_schema_in(workspace.config)) as working:
        known = find_known_projects(studio, workspace.state, working)
    return known.annotated or tuple(one.title for one in known.gone) or (DEFAULT_PROJECT,)


def _project(workspace: Workspace, environment: Mapping[str, str], title: str) -> str:
    """Whether annotators see what the schema says."""
    studio = connect(workspace.home, environment)
    project = studio.find_project(title)
    if project is None:
        return f"{title!r} is not there yet; {in_project('curate push', title)} makes it"
    refuse_adjudication(project)
    differences = config_differences(project, read_schema_in(workspace.config))
    if differences:
        raise StudioError(
            f"the config of {title!r} differs from schema.toml: {'; '.join(differences)}",
            hint=in_project("curate push --dry-run", title),
        )
    if hidden := find_hidden_suggestions(studio, project):
        raise StudioError(str(hidden), hint=hidden.hint)
    return f"{title!r} is what schema.toml says"


def _sealed_versions(gold: Path, watch: Watch) -> str:
    """Reads, and so verifies, every sealed version."""
    sealed = list_versions(gold)
    if not sealed:
        return "no version is sealed yet; curate pull, then curate release, make the first"
    for version in sealed:
        read_version(gold, version, watch)
    if warning := unloadable_warning(gold):
        raise GoldError(warning)
    return f"{len(sealed)} sealed, none altered; the newest is {sealed[-1]}"


def _working_version(workspace: Workspace, watch: Watch) -> str:
    """Reads every file of the working version."""
    schema = read_schema_in(workspace.config)
    with workspace.read_only().working_version(schema, watch) as working:
        if working.file_problems:
            raise_problems(
                working.problems(), GoldError, hint=MEND_FILES.format(workspace.next)
            )
        return f"{pluralise(len(working.known_ids), 'document')}, {len(working.gold_ids)} of them gold"
