"""What ``load_dataset`` gets from the Hub is what was sealed, in every configuration, for any reader."""

from gold_samples import annotated, sealed, working
from hub.stub import READER, WRITER, stub_hub
from loading import load

from curation.gold.edition.outgoing import outgoing_files
from curation.hub.client import HubClient
from curation.hub.plan import VersionToPublish
from curation.hub.publish import publish_files
from curation.hub.state import look_at_hub

NAME = "org/news"


def loaded_from_hub(files):
    """What a reader gets by the tag."""
    wanted = VersionToPublish(version="0.1.0", files=files)
    with stub_hub() as server:
        hub = HubClient(server.url, WRITER)
        publish_files(hub, look_at_hub(hub, NAME, tag=wanted.tag), wanted)
        return load(NAME, revision="v0.1.0", HF_ENDPOINT=server.url, HF_TOKEN=READER)


def test_a_version_of_licensed_articles_loads_as_it_was_sealed(tmp_path):
    gold = tmp_path / "gold"
    sealed(gold, working(*(annotated(f"d{n}", license="CC-BY-4.0") for n in range(30))))

    there = loaded_from_hub(outgoing_files(gold, "0.1.0").files)

    assert there == load(gold)
    assert len(there["configs"]) > 1


def test_an_edition_without_some_texts_loads_as_its_files_do(tmp_path):
    gold = tmp_path / "gold"
    some = [annotated(f"d{n}", license="CC-BY-4.0") for n in range(26)]
    others = [annotated(f"n{n}", license="unknown") for n in range(4)]
    sealed(gold, working(*some, *others))
    files = outgoing_files(gold, "0.1.0").files
    for path, content in files.items():
        (tmp_path / "here" / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "here" / path).write_bytes(content)

    there = loaded_from_hub(files)

    assert there == load(tmp_path / "here")
    rows = [row for split in there["rows"]["0.1.0"].values() for row in split]
    assert sum(bool(row["text"]) for row in rows) == 26
    assert len(rows) == 30
