"""
Where a project's config in Label Studio and ours have come apart, and how far it may be mended.

What adds or only looks different is safe. What is gone from ours is safe only
while nothing uses it: Label Studio itself takes a used label away without a word, and
whoever opens that annotation then sees a name that can't be chosen any more.
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree as Tree

from curation.errors import Problem, StudioError, pluralise, raise_problems
from curation.labelstudio.port import Project, Studio, studio_link
from curation.labelstudio.results import (
    CONTROL,
    ENTITY_TYPE,
    FLAG,
    RELATION,
    ConfigName,
    all_results,
    control_name,
    names_used,
)
from curation.schema.guidelines import guidelines_html
from curation.schema.labeling import FLAGS_TAG, LABELS_TAG, TEXT_TAG, labeling_xml
from curation.schema.model import Schema

# How many tasks of a name in use are told.
SHOWN_TASKS = 100


@dataclass(frozen=True)
class LabelConfig:
    """
    A label config as values.

    *looks* holds each name's colour and key, in the order of the config;
    *text* is the key of a task's data that is annotated.
    """

    looks: Mapping[ConfigName, tuple[str, str]]
    text: str = ""


@dataclass(frozen=True)
class ConfigDrift:
    """
    What has to change for the live config to be ours.

    *safe* are changes in words; *gone* are the names that ours doesn't have;
    *text* says what the live one annotates, if that is something else.
    """

    safe: tuple[str, ...] = ()
    gone: tuple[ConfigName, ...] = ()
    text: str = ""


@dataclass
class NameUse:
    """How much uses a name, on which tasks, and on which of these it is people's work."""

    counts: Counter[str] = field(default_factory=Counter)
    tasks: set[int] = field(default_factory=set)
    worked: set[int] = field(default_factory=set)

    def __str__(self) -> str:
        kinds = (
            ("annotations", "annotation"),
            ("drafts", "draft"),
            ("predictions", "suggestion"),
        )
        said = [pluralise(n, noun) for kind, noun in kinds if (n := self.counts[kind])]
        return " and ".join((", ".join(said[:-1]), said[-1]) if len(said) > 1 else said)


def parse_config(xml: str) -> LabelConfig:
    """Raises ValueError where it isn't XML."""
    try:
        root = Tree.fromstring(xml)
    except Tree.ParseError as error:
        raise ValueError(str(error)) from None
    looks: dict[ConfigName, tuple[str, str]] = {}
    texts = {one.get("name"): one.get("value", "") for one in root.iter() if one.get("value")}
    for one in root.iter():
        name, to = one.get("name"), one.get("toName")
        if name and to:
            looks[CONTROL, control_name(name, one.tag, to)] = ("", "")
    inside = (
        (ENTITY_TYPE, f".//Labels[@name='{LABELS_TAG}']/Label"),
        (RELATION, ".//Relations/Relation"),
    )
    for what, path in (*inside, (FLAG, f".//Choices[@name='{FLAGS_TAG}']/Choice")):
        for one in root.iterfind(path):
            shown = one.get("background", "").lower(), one.get("hotkey", "")
            looks[what, one.get("value", "")] = shown
    return LabelConfig(looks, texts.get(TEXT_TAG, ""))


def compare_configs(live: LabelConfig, ours: LabelConfig) -> ConfigDrift:
    """How *live* differs from *ours*."""
    both = [name for name in ours.looks if name in live.looks]
    gone = tuple(name for name in live.looks if name not in ours.looks)
    return ConfigDrift(
        tuple(_safe(live, ours, both)), gone, live.text if live.text != ours.text else ""
    )


def _safe(live: LabelConfig, ours: LabelConfig, both: list[ConfigName]) -> Iterator[str]:
    for what, name in ours.looks:
        if (what, name) not in live.looks:
            yield f"new {what} {name}"
    for what, name in both:
        (color, key), (wanted, wanted_key) = live.looks[what, name], ours.looks[what, name]
        if color != wanted:
            yield f"colour of {name}: {color or 'none'} → {wanted}"
        if key != wanted_key:
            yield f"key of {name}: {key or 'none'} → {wanted_key or 'none'}"
    if both != [name for name in live.looks if name in ours.looks]:
        yield "order"


def config_drift(project: Project, config: str) -> ConfigDrift | None:
    """What keeps the project's config from being *config*; None where it is."""
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
    """What keeps the project's screen from being the schema's, in words; nothing where it is."""
    found = config_drift(project, labeling_xml(schema).strip())
    said: tuple[str, ...] = ()
    if found:
        gone = [f"{what} {name} is not in schema.toml" for what, name in found.gone]
        text = [f"the annotated text is {found.text!r}"] if found.text else []
        said = (*found.safe, *gone, *text) or ("layout",)
    old = project.instructions.strip() != guidelines_html(schema).strip()
    return (*said, "guideline") if old else said


def unfinished_rename(project: Project, schema: Schema) -> str:
    """How to finish a renaming that was broken off in the project; empty where none was."""
    found = config_drift(project, labeling_xml(schema).strip())
    return _unfinished(schema, found.gone) if found else ""


def _unfinished(schema: Schema, gone: Collection[ConfigName]) -> str:
    former = {ENTITY_TYPE: schema.former_entity_names, RELATION: schema.former_relation_names}
    for what, name in gone:
        if new := former.get(what, {}).get(name):
            return f"its renaming isn't finished: curate schema rename {name}={new}"
    return ""


def align_config(
    studio: Studio,
    project: Project,
    schema: Schema,
    *,
    config: str = "",
    replaced_suggestions: Collection[int] = (),
    dry_run: bool = False,
) -> tuple[str, ...]:
    """
    Make the project's config and guideline the schema's; what was changed.

    Where another *config* is given, it is that one for a while.

    Raises StudioError, with all that stands against it, where something that is in use
    would be orphaned. The numbers of suggestions that are about to be replaced anyway are *replaced_suggestions*.
    """
    config = (config or labeling_xml(schema)).strip()
    found = config_drift(project, config)
    said: tuple[str, ...] = ()
    if found:
        if found.gone or found.text:
            _refuse_used(studio, project, schema, found, replaced_suggestions)
        removed = (f"{what} {name} is removed: nothing uses it" for what, name in found.gone)
        said = (*found.safe, *removed) or ("layout",)
        if not dry_run:
            studio.update_project(project.id, label_config=config)
    instructions = guidelines_html(schema).strip()
    if project.instructions.strip() != instructions:
        said = (*said, "guideline")
        if not dry_run:
            studio.update_project(project.id, instructions=instructions)
    return said


def _refuse_used(
    studio: Studio,
    project: Project,
    schema: Schema,
    found: ConfigDrift,
    replaced_suggestions: Collection[int],
) -> None:
    uses: dict[ConfigName, NameUse] = defaultdict(NameUse)
    text = (CONTROL, "any")
    for result in all_results(studio, project.id):
        if result.kind == "predictions" and result.number in replaced_suggestions:
            continue
        used = {name for region in result.regions for name in names_used(region)}
        used |= {text} if result.regions else set()
        for name in used:
            uses[name].counts[result.kind] += 1
            uses[name].tasks.add(result.task)
            if result.kind != "predictions":
                uses[name].worked.add(result.task)
    problems = [
        Problem(f"{what} {name!r}", _said(studio, project, uses[what, name]))
        for what, name in found.gone
        if (what, name) in uses
    ]
    if found.text and text in uses:
        said = _said(studio, project, uses[text])
        problems.append(Problem(f"the annotated text, {found.text!r}", said))
    if problems:
        raise_problems(problems, StudioError, hint=_hint(schema, found))


def _said(studio: Studio, project: Project, use: NameUse) -> str:
    tasks = sorted(use.worked) + sorted(use.tasks - use.worked)
    first = studio_link(studio.url, project.id, tasks[0])
    told = ", ".join(map(str, tasks[:SHOWN_TASKS]))
    more = f" and {len(tasks) - SHOWN_TASKS} more" if len(tasks) > SHOWN_TASKS else ""
    on = f"task {told}" if len(tasks) == 1 else f"tasks {told}{more}"
    what = f"{project.title!r} has it and schema.toml doesn't, but {use}"
    verb = "uses" if sum(use.counts.values()) == 1 else "use"
    return f"{what} {verb} it, on {on}: {first}"


def _hint(schema: Schema, found: ConfigDrift) -> str:
    """The next step, for the first name that is gone."""
    if said := _unfinished(schema, found.gone):
        return said
    for what, name in found.gone:
        if what in (ENTITY_TYPE, RELATION):
            return (
                f"nothing was sent; put {name} back into schema.toml, and if it has another "
                f"name there now: curate schema rename {name}=NEW"
            )
    return "nothing was sent; put it back, or take it off these tasks in Label Studio first"
