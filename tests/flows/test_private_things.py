"""What belongs to the people who made the gold, and to their machines, is in nothing that is published."""

import json

import pytest
from adjudicated_project import ADA, BEN, AdjudicatedProject, TwinHands
from annotated_project import FLAG
from disputed import TEXT, annotations
from gold_samples import DATASET_TOML, released
from published import readable
from samples import SCHEMA

from curation.flows.import_annotations import import_annotations
from curation.flows.import_documents import ImportReader
from curation.flows.publish import PublishOptions, prepare_publication
from curation.gold.dataset_facts import DATASET_FILE
from curation.labelstudio.server.twin import MemoryStudio
from curation.labelstudio.tasks import to_result
from curation.schema.labeling import NOTE_TAG, TEXT_TAG

EMAILS = {
    1: "root.maintainer@newsroom.example",
    2: "ada.lovelace@private.example",
    3: "ben.franklin@private.example",
    4: "cy.twombly@private.example",
    5: "dee.brown@private.example",
}
NOTES = ("Ada isn't sure of this", "Ben left early", "Dee asked the editor")
PROJECT = "Operation Zeta"
IMPORTED = "Grace Hopper"
HOME = "folder-of-lovelace"


def note(words):
    """What somebody types below an article."""
    return {
        "id": "n", "type": "textarea", "from_name": NOTE_TAG, "to_name": TEXT_TAG,
        "value": {"text": [words]},
    }  # fmt: skip


@pytest.fixture(scope="module", name="project")
def _project(tmp_path_factory):
    """Two annotators and an adjudicator of three articles: all of them with notes, one of these a problem."""
    folder = tmp_path_factory.mktemp(HOME)
    hands = TwinHands(MemoryStudio())
    hands.studio.emails |= EMAILS
    project = AdjudicatedProject(folder, ("d1", "d2", "d3"), hands=hands, title=PROJECT)
    ada = annotations("d1")["ada"]
    for name, by, words in (("d1", ADA, NOTES[0]), ("d2", BEN, NOTES[1])):
        marks = to_result(annotations(name)[by], SCHEMA)
        hands.change(project.submitted[name, by], [*marks, note(words)], by=by)
    hands.change(
        project.submitted["d3", ADA], [*to_result(ada, SCHEMA), FLAG, note(NOTES[0])], by=ADA
    )
    project.pull_annotations()
    project.decide("d1", [*project.result("d1"), note(NOTES[2])])
    project.decide("d2", project.result("d2", BEN))
    project.pull()
    lines = folder / "mine.jsonl"
    lines.write_text(f"{annotations('d1')['ben'].to_line()}\n")
    reader = ImportReader(lines, "jsonl", SCHEMA)
    import_annotations(project.place, reader, annotator=IMPORTED)
    return project


@pytest.mark.slow
@pytest.mark.parametrize("license_", ["cc-by-4.0", "unknown"])
def test_nothing_of_the_people_or_their_machines_goes_out(project, license_):
    """Articles may hold addresses of their own, which are text like any other."""
    place = project.place
    place.gold.mkdir(exist_ok=True)
    toml = DATASET_TOML.replace('license = "unknown"', f'license = "{license_}"')
    (place.gold / DATASET_FILE).write_text(toml)
    version = released(place).version
    options = PublishOptions(version=version, repository="org/news")

    outgoing = prepare_publication(place, options, None).wanted.files

    found = readable(outgoing)
    remembered = b"".join(path.read_bytes() for path in place.home.iterdir())
    assert all(words.encode() in remembered for words in (*NOTES, PROJECT, EMAILS[2]))
    private = [
        *EMAILS.values(),
        *(address.split("@")[0] for address in EMAILS.values()),
        *(address.split("@")[1] for address in EMAILS.values()),
        *NOTES,
        PROJECT,
        IMPORTED,
        HOME,
        str(project.folder),
        project.studio.url,
        "127.0.0.1",
        *servers(place),
    ]
    assert [
        (secret, path)
        for secret in private
        for path, said in found.items()
        if secret.casefold() in said.casefold()
    ] == []
    rows = [path for path in outgoing if path.split("/")[-1].startswith("annotations-")]
    assert len(rows) == 1
    assert found[rows[0]].count("person-") > 3
    has_text = any(TEXT.splitlines()[0] in said for said in found.values())
    assert has_text == (license_ == "cc-by-4.0")


def servers(place):
    """The hashes of Label Studios' addresses, as gold/next has them."""
    files = [json.loads(path.read_bytes()) for path in place.next.glob("*.json")]
    known = {one["server"] for file in files for one in file["annotations"]}
    assert any(known)
    return filter(None, known)
