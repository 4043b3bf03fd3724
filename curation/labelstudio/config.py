"""
Where a project's config in Label Studio differs from the schema's, and how far that may be mended.

What adds a name or only looks different is safe. A name that the schema doesn't have may go only
while nothing uses it: Label Studio itself removes a used label without a word, and whoever opens
that annotation then sees a name that can't be chosen any more.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as Tree

from curation.default_project import in_project
from curation.errors import Problem, StudioError, pluralise, raise_problems
from curation.labelstudio.new_guideline import stamp_new_guideline
from curation.labelstudio.server.port import Project, ResultKind, Studio, studio_link
from curation.labelstudio.server.stored_results import (
    CONTROL,
    ENTITY_TYPE,
    FLAG,
    RELATION,
    ConfigName,
    all_results,
    control_name,
    names_used,
)
from curation.list_limit import join_first
from curation.progress import Watch, unwatched
from curation.schema.guidelines import guideline_sha256, guidelines_html
from curation.schema.labeling import FLAGS_TAG, LABELS_TAG, TEXT_TAG, labeling_xml
from curation.schema.model import Schema
from curation.schema.type_change import TypeTable

_NOUNS: Mapping[ResultKind, str] = {
    "annotations": "annotation",
    "drafts": "draft",
    "predictions": "suggestion",
}


@dataclass(frozen=True, kw_only=True)
class LabelConfig:
    """
    A labelling config as values.

    *styles* gives each name's colour and key, in the order of the config; *text* is the key of a
    task's data that is annotated.
    """

    styles: Mapping[ConfigName, tuple[str, str]]
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class ConfigDrift:
    """
    What has to change for the live config to be the schema's.

    *safe_changes* are in words; *removed* are names that the schema doesn't have; *text* is what
    the live config annotates, empty where that is the same.
    """

    safe_changes: tuple[str, ...] = ()
    removed: tuple[ConfigName, ...] = ()
    text: str = ""


@dataclass
class NameUse:
    """How many results use a name, on which tasks, and on which of these people's work does."""

    counts: Counter[ResultKind] = field(default_factory=Counter)
    tasks: set[int] = field(default_factory=set)
    annotated_tasks: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        *first, last = [
            pluralise(count, noun)
            for kind, noun in _NOUNS.items()
            if (count := self.counts[kind])
        ]
        return f"{', '.join(first)} and {last}" if first else last


def parse_config(xml: str) -> LabelConfig:
    """The config that is written as *xml*; ValueError where that isn't XML."""
    try:
        root = Tree.fromstring(xml)
    except Tree.ParseError as error:
        raise ValueError(str(error)) from None
    styles: dict[ConfigName, tuple[str, str]] = {}
    texts: dict[str | None, str] = {}
    for element in root.iter():
        name = element.get("name")
        control_of = element.get("toName")
        if element.get("value"):
            texts[name] = element.get("value", "")
        if name and control_of:
            styles[CONTROL, control_name(name, element.tag, control_of)] = ("", "")
    paths = {
        ENTITY_TYPE: f".//Labels[@name='{LABELS_TAG}']/Label",
        RELATION: ".//Relations/Relation",
        FLAG: f".//Choices[@name='{FLAGS_TAG}']/Choice",
    }
    for kind, path in paths.items():
        for element in root.iterfind(path):
            color = element.get("background", "").lower()
            styles[kind, element.get("value", "")] = (color, element.get("hotkey", ""))
    return LabelConfig(styles=styles, text=texts.get(TEXT_TAG, ""))


def compare_configs(live: LabelConfig, wanted: LabelConfig) -> ConfigDrift:
    """How the *live* config differs from the *wanted* one."""
    return ConfigDrift(
        safe_changes=tuple(_safe_changes(live, wanted)),
        removed=tuple(name for name in live.styles if name not in wanted.styles),
        text=live.text if live.text != wanted.text else "",
    )


def _safe_changes(live: LabelConfig, wanted: LabelConfig) -> Iterator[str]:
    in_both = [name for name in wanted.styles if name in live.styles]
    for kind, name in wanted.styles:
        if (kind, name) not in live.styles:
            yield f"new {kind} {name}"
    for kind, name in in_both:
        color, key = live.styles[kind, name]
        wanted_color, wanted_key = wanted.styles[kind, name]
        if color != wanted_color:
            yield f"colour of {name}: {color or 'none'} → {wanted_color}"
        if key != wanted_key:
            yield f"key of {name}: {key or 'none'} → {wanted_key or 'none'}"
    if in_both != [name for name in live.styles if name in wanted.styles]:
        yield "order"


def config_drift(project: Project, config: str) -> ConfigDrift | None:
    """What keeps the project's config from being *config*; None where it is the same."""
    if project.label_config == config:
        return None
    try:
        return compare_configs(parse_config(project.label_config), parse_config(config))
    except ValueError as error:
        raise StudioError(
            f"the labelling config of {project.title!r} can't be read: {error}",
            hint="mend it in Label Studio, under the project's settings",
        ) from None


def config_differences(project: Project, schema: Schema) -> tuple[str, ...]:
    """Where the project's config and guideline differ from the schema's, in words."""
    drift = config_drift(project, labeling_xml(schema).strip())
    differences: tuple[str, ...] = ()
    if drift:
        removed = [f"{kind} {name} is not in schema.toml" for kind, name in drift.removed]
        text = [f"the annotated text is {drift.text!r}"] if drift.text else []
        differences = (*drift.safe_changes, *removed, *text) or ("layout",)
    if project.instructions.strip() != guidelines_html(schema).strip():
        differences = (*differences, "guideline")
    return differences


def names_not_in_schema(project: Project, schema: Schema) -> dict[TypeTable, set[str]]:
    """The names of entity types and of relations that only the project's config has."""
    drift = config_drift(project, labeling_xml(schema).strip())
    removed = drift.removed if drift else ()
    return {
        "entities": {name for kind, name in removed if kind == ENTITY_TYPE},
        "relations": {name for kind, name in removed if kind == RELATION},
    }


def unfinished_rename(project: Project, schema: Schema) -> str:
    """How to finish a renaming that was broken off in the project; empty where there is none."""
    drift = config_drift(project, labeling_xml(schema).strip())
    return _unfinished_rename(project, schema, drift.removed) if drift else ""


def _unfinished_rename(
    project: Project, schema: Schema, removed: Collection[ConfigName]
) -> str:
    former = {ENTITY_TYPE: schema.former_entity_names, RELATION: schema.former_relation_names}
    for kind, name in removed:
        if new := former.get(kind, {}).get(name):
            step = in_project(f"curate schema rename {name}={new}", project.title)
            return f"the renaming isn't finished: {step}"
        if kind in former and name in schema.removed:
            step = in_project(f"curate schema remove {name}", project.title)
            return f"the removal isn't finished: {step}"
    return ""


def align_config(  # noqa: PLR0913
    studio: Studio,
    project: Project,
    schema: Schema,
    *,
    config: str = "",
    replaced_suggestions: Collection[int] = (),
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> tuple[str, ...]:
    """
    Make the project's config and guideline the schema's; returns in words what was changed.

    *config* takes the place of the schema's config during a renaming. *replaced_suggestions* are
    the numbers of suggestions that are about to be replaced, and don't count as a use of names.

    Raises StudioError, with every name, where names that are in use would be removed.
    """
    config = (config or labeling_xml(schema)).strip()
    drift = config_drift(project, config)
    changes: tuple[str, ...] = ()
    if drift:
        if drift.removed or drift.text:
            _refuse_used_names(studio, project, schema, drift, replaced_suggestions)
        removed = (f"{kind} {name} is removed: nothing uses it" for kind, name in drift.removed)
        changes = (*drift.safe_changes, *removed) or ("layout",)
        if not dry_run:
            studio.update_project(project.id, label_config=config)
    instructions = guidelines_html(schema).strip()
    if project.instructions.strip() != instructions:
        changes = (*changes, "guideline")
        if not dry_run:
            # A push that is cut short between the two is finished by the next one.
            stamp_new_guideline(studio, project, guideline_sha256(schema), watch)
            studio.update_project(project.id, instructions=instructions)
    return changes


def _refuse_used_names(
    studio: Studio,
    project: Project,
    schema: Schema,
    drift: ConfigDrift,
    replaced_suggestions: Collection[int],
) -> None:
    uses: dict[ConfigName, NameUse] = defaultdict(NameUse)
    any_region = (CONTROL, "any")
    for result in all_results(studio, project.id):
        if result.kind == "predictions" and result.number in replaced_suggestions:
            continue
        used = {name for region in result.regions for name in names_used(region)}
        if result.regions:
            used.add(any_region)
        for name in used:
            uses[name].counts[result.kind] += 1
            uses[name].tasks.add(result.task)
            if result.kind != "predictions":
                uses[name].annotated_tasks.add(result.task)
    problems = [
        Problem(f"{kind} {name!r}", _use(studio, project, uses[kind, name]))
        for kind, name in drift.removed
        if (kind, name) in uses
    ]
    if drift.text and any_region in uses:
        what = _use(studio, project, uses[any_region])
        problems.append(Problem(f"the annotated text, {drift.text!r}", what))
    if problems:
        raise_problems(problems, StudioError, hint=_hint(project, schema, drift))


def _use(studio: Studio, project: Project, use: NameUse) -> str:
    """Who uses a name, and where; tasks with people's work come first."""
    tasks = sorted(use.annotated_tasks) + sorted(use.tasks - use.annotated_tasks)
    listed = join_first([*map(str, tasks)])
    where = f"task {listed}" if len(tasks) == 1 else f"tasks {listed}"
    link = studio_link(studio.url, project.id, tasks[0])
    return f"not in schema.toml, but used in {project.title!r} by {use} ({link}), on {where}"


def _hint(project: Project, schema: Schema, drift: ConfigDrift) -> str:
    """The next step, for the first name that is removed."""
    if unfinished := _unfinished_rename(project, schema, drift.removed):
        return unfinished
    for kind, name in drift.removed:
        if kind in (ENTITY_TYPE, RELATION):
            rename = in_project(f"curate schema rename {name}=NEW", project.title)
            remove = in_project(f"curate schema remove {name}", project.title)
            return (
                f"nothing was sent; put {name} back into schema.toml; or, if its name changed there: "
                f"{rename}; or take the type off everywhere: {remove}"
            )
    return (
        "nothing was sent; put the name back, or take it off these tasks in Label Studio first"
    )
