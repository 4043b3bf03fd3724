"""What a push may change in a project's config, and what it must not."""

from dataclasses import replace

import pytest
from labelstudio.push.test_push import document, pushed
from samples import SCHEMA

from curation.commands.push import push_lines
from curation.commands.status_json import status_json
from curation.commands.status_lines import status_lines
from curation.errors import StudioError
from curation.flows.status import status
from curation.labelstudio.config import compare_configs, config_drift, parse_config
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.list_limit import list_everything
from curation.schema import EntityType, Flag
from curation.schema.labeling import labeling_xml
from curation.workspace import Workspace

CITY = EntityType("CITY", "A city.", ("[A]", "[B]"), ("[c]", "[d]"), "#123456", "c")


def without(table, name):
    kept = {key: kind for key, kind in getattr(SCHEMA, table).items() if key != name}
    return replace(SCHEMA, **{table: kept})


def having(table, kind):
    return replace(SCHEMA, **{table: getattr(SCHEMA, table) | {kind.name: kind}})


PERSON = SCHEMA.entities["PERSON"]
SAFE = {
    "a type": (having("entities", CITY), ["new entity type CITY"]),
    "a relation": (
        having("relations", replace(SCHEMA.relations["supports"], name="backs")),
        ["new relation backs"],
    ),
    "a flag": (having("flags", Flag("odd", "Odd.", "alt+z", False)), ["new flag odd"]),
    "a colour": (
        having("entities", replace(PERSON, color="#7d01fe")),
        ["colour of PERSON: #7d01fd → #7d01fe"],
    ),
    "a key": (having("entities", replace(PERSON, hotkey="p")), ["key of PERSON: 1 → p"]),
    "an order": (
        replace(SCHEMA, entities=dict(reversed(SCHEMA.entities.items()))),
        ["order"],
    ),
    "wording": (having("entities", replace(PERSON, definition="A human.")), []),
    "a type that nothing uses": (
        without("entities", "LAW"),
        ["entity type LAW is removed: nothing uses it"],
    ),
    "a relation that nothing uses": (
        without("relations", "opposes"),
        ["relation opposes is removed: nothing uses it"],
    ),
}


def started(label="PERSON"):
    """A project of four tasks, each with suggestions."""
    studio = MemoryStudio()
    pushed(studio, [document(n, label=label) for n in range(4)])
    tasks = {task.doc_id: task.id for task in studio.tasks(1)}
    return studio, tasks


def pushed_with(studio, schema, documents=(), **options):
    options = PushOptions(wait=lambda _: None, **options)
    return push_documents(studio, documents, schema, title="p", options=options)


@pytest.mark.parametrize("change", SAFE)
def test_what_orphans_nothing_is_changed_and_said(change):
    schema, said = SAFE[change]
    studio, tasks = started()
    studio.submit(tasks["doc-0"], to_result(document(0), SCHEMA))
    before = studio.find_project("p")

    looked = pushed_with(studio, schema, dry_run=True)
    assert studio.find_project("p") == before
    report = pushed_with(studio, schema)

    changed = list(report.config_changes)
    guideline = ["guideline"] if change not in ("a colour",) else []
    assert looked.config_changes == report.config_changes
    assert changed == said + guideline
    assert config_drift(studio.find_project("p"), labeling_xml(schema).strip()) is None
    assert pushed_with(studio, schema).config_changes == ()
    assert f"config in Label Studio changed: {'; '.join(changed)}." in "\n".join(
        push_lines(report, dry_run=False)
    )


def test_a_layout_that_changed_is_said():
    studio, _ = started()
    live = studio.find_project("p").label_config.replace("max-width: 52em", "max-width: 5em")
    studio.update_project(1, label_config=live)

    assert pushed_with(studio, SCHEMA).config_changes == ("layout",)


def refused(studio, schema, documents=()):
    before = studio.find_project("p")
    for dry_run in (True, False):
        with pytest.raises(StudioError) as caught:
            pushed_with(studio, schema, documents, dry_run=dry_run)
    assert studio.find_project("p") == before
    return str(caught.value), caught.value.hint


@pytest.mark.parametrize(
    ("what", "schema", "region"),
    [
        ("entity type 'LAW'", without("entities", "LAW"), {"type": "labels", "from_name": "label", "to_name": "text", "value": {"labels": ["LAW"]}}),
        ("relation 'opposes'", without("relations", "opposes"), {"type": "relation", "labels": ["opposes"]}),
        ("flag 'not_news'", without("flags", "not_news"), {"type": "choices", "from_name": "doc_flag", "to_name": "text", "value": {"choices": ["not_news"]}}),
    ],
    ids=["type", "relation", "flag"],
)  # fmt: skip
def test_what_somebody_uses_stays_and_is_shown(what, schema, region):
    """In an annotation, in a skipped one, in a draft, in a suggestion."""
    studio, tasks = started()
    studio.submit(tasks["doc-0"], [region])
    studio.submit(tasks["doc-1"], [region], skipped=True)
    studio.draft(tasks["doc-2"], [region])
    studio.import_predictions(1, [(tasks["doc-3"], {"model_version": "x", "result": [region]})])

    said, hint = refused(studio, schema)

    assert said.startswith(f"{what}: not in schema.toml, but used in 'p' by ")
    on = ", ".join(str(tasks[f"doc-{n}"]) for n in range(4))
    first = f"http://127.0.0.1:1/projects/1/data?task={tasks['doc-0']}"
    use = "2 annotations, 1 draft and 1 suggestion"
    assert said.endswith(f"{use} ({first}), on tasks {on}")
    assert "put the name back" in hint or "curate schema rename" in hint


def test_tasks_with_work_of_people_are_told_before_those_with_suggestions(monkeypatch):
    monkeypatch.setattr("curation.list_limit.SHOWN", 2)
    list_everything(False)
    studio, tasks = started(label="LAW")
    studio.submit(tasks["doc-2"], [LABEL | {"value": {"labels": ["LAW"]}}])

    said, _ = refused(studio, without("entities", "LAW"))

    told = f"on tasks {tasks['doc-2']}, {tasks['doc-0']} and 2 more: --all"
    assert said.partition("by 1 annotation and 4 suggestions (http")[2].endswith(told)


def test_suggestions_that_this_push_replaces_hold_nothing_up():
    """A type that only the old suggestions use is gone once they are."""
    studio = MemoryStudio()
    pushed(studio, [document(0, label="ORG")])

    said, _ = refused(studio, without("entities", "ORG"))
    assert "by 1 suggestion (http" in said

    report = pushed_with(studio, without("entities", "ORG"), [document(0)])
    assert report.config_changes[0] == "entity type ORG is removed: nothing uses it"


def by_hand(studio, old, new):
    live = studio.find_project("p").label_config
    assert old in live
    studio.update_project(1, label_config=live.replace(old, new))


LABEL = {"type": "labels", "from_name": "label", "to_name": "text", "value": {"labels": ["X"]}}


@pytest.mark.parametrize(
    ("old", "new", "region", "what"),
    [
        ('<Label value="PERSON"', '<Label value="X" /><Label value="PERSON"', LABEL, "entity type 'X'"),
        ('<TextArea', '<Rating name="stars" toName="text" /><TextArea', {"type": "rating", "from_name": "stars", "to_name": "text", "value": {"rating": 3}}, "control 'stars (rating on text)'"),
        ('name="label"', 'name="names"', LABEL | {"from_name": "names"}, "control 'names (labels on text)'"),
        ('value="$text"', 'value="$body"', LABEL, "the annotated text, '$body'"),
    ],
    ids=["a label", "a control", "a renamed control", "another text"],
)  # fmt: skip
def test_what_a_person_changed_in_label_studio_is_never_silently_undone(old, new, region, what):
    studio, tasks = started()
    by_hand(studio, old, new)
    studio.submit(tasks["doc-0"], [region])

    said, _ = refused(studio, SCHEMA)

    assert said.startswith(f"{what}: not in schema.toml, but used in 'p'")
    assert "by 1 annotation (http" in said or "and 4 suggestions (http" in said
    studio.clear(tasks["doc-0"])
    if "$body" not in new:
        assert pushed_with(studio, SCHEMA).config_changes[-1].endswith("nothing uses it")


def test_a_config_that_is_no_xml_is_told():
    studio, _ = started()
    studio.update_project(1, label_config="<View")

    with pytest.raises(StudioError, match="config of 'p' can't be read"):
        pushed_with(studio, SCHEMA)


def test_a_config_has_not_drifted_from_itself():
    config = parse_config(labeling_xml(SCHEMA))

    found = compare_configs(config, config)
    assert (found.safe_changes, found.removed, found.text) == ((), (), "")
    assert len([name for what, name in config.styles if what == "entity type"]) == 11
    assert config.text == "$text"


def test_status_tells_of_drift(tmp_path):
    studio, _ = started()
    place = Workspace(tmp_path / "gold", tmp_path / ".curate")

    assert status(studio, place, SCHEMA, title="p").config_differences == ()
    changed = without("entities", "LAW")
    assert status(studio, place, having("entities", CITY), title="p").config_differences == (
        "new entity type CITY",
        "guideline",
    )
    standing = status(studio, place, changed, title="p")
    assert standing.config_differences == ("entity type LAW is not in schema.toml", "guideline")
    assert status_json(standing)["drift"] == list(standing.config_differences)
    assert "LAW is not in schema.toml" in "\n".join(status_lines(standing))
