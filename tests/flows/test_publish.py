"""A version goes to the Hub by each article's licence, once, beside what others put there."""

from dataclasses import replace

import pytest
import yaml
from gold_samples import annotated, many, sealed, working, write_next
from samples import SCHEMA

from curation.commands.publish import before_lines
from curation.errors import GoldError, HubError, UsageError
from curation.flows.publish import PublishOptions, look_before, prepare_publication, publish
from curation.flows.withdraw import withdraw
from curation.gold.card.own_words import BEGIN, END
from curation.hub.twin import MemoryHub

NAME = "org/news"
FREE = "CC-BY-2.5"


def prepared(place, hub, version="0.1.0", **asked):
    options = PublishOptions(version=version, repository=NAME, **asked)
    found = look_before(place, options, hub) if hub else None
    return prepare_publication(place, options, found)


def published(place, hub, version="0.1.0", **asked):
    return publish(hub, prepared(place, hub, version, **asked))


def on_hub(hub):
    """The files of the head, by path."""
    head = hub.repository(NAME).head
    return {file.path: hub.read(NAME, file.path, head) for file in hub.tree(NAME, head)}


def card(hub):
    """The head of the card, parsed, and the whole text."""
    text = on_hub(hub)["README.md"].decode()
    return yaml.safe_load(text.split("---\n")[1]), text


def edit_card(hub, edit):
    """Somebody edits the card on the Hub."""
    text = on_hub(hub)["README.md"].decode()
    changed = edit(text)
    assert changed != text
    head = hub.repository(NAME).head
    hub.commit(NAME, {"README.md": changed.encode()}, message="edit", parent=head)


def configs(hub):
    head, _ = card(hub)
    return {
        one["config_name"]: [file["path"] for file in one["data_files"]]
        for one in head["configs"]
    }


def test_a_version_goes_out_as_a_private_dataset_with_its_tag(place):
    sealed(place.gold, working(*many(3, license=FREE)))
    hub = MemoryHub()

    done = published(place, hub)

    assert done.is_private
    assert hub.tags(NAME) == {"v0.1.0": done.commit}
    for path in (place.gold / "0.1.0").iterdir():
        assert on_hub(hub)[f"0.1.0/{path.name}"] == path.read_bytes()


def test_a_second_run_has_nothing_to_do(place):
    sealed(place.gold, working(*many(3, license=FREE), annotated("secret", license="unknown")))
    hub = MemoryHub()
    first = published(place, hub)

    again = published(place, hub)

    assert (again.sent, again.tagged, again.commit) == ((), False, first.commit)


@pytest.mark.slow
def test_the_card_declares_the_versions_that_are_there(place):
    """Not one that is sealed and wasn't published; each with the files that it has there."""
    sealed(place.gold, working(annotated("d0", license="unknown")))
    sealed(place.gold, working(annotated("d0", license="unknown"), annotated("d1")))
    sealed(place.gold, working(annotated("d1")))
    hub = MemoryHub()
    published(place, hub, "0.1.0")
    published(place, hub, "0.3.0")

    found = configs(hub)

    assert {name.split("-")[0] for name in found} == {"0.3.0", "0.1.0"}
    assert {path for paths in found.values() for path in paths} <= on_hub(hub).keys()
    head, text = card(hub)
    assert [one["config_name"] for one in head["configs"] if one.get("default")] == ["0.3.0"]
    assert {one["config_name"] for one in head["dataset_info"]} == found.keys()
    assert "| 0.3.0 |" in text
    assert "| 0.2.0 |" not in text


@pytest.mark.slow
def test_an_older_version_that_comes_later_leaves_the_newer_ones_card(place):
    sealed(place.gold, working(annotated("d0")))
    sealed(place.gold, working(annotated("d0"), annotated("d1")))
    hub = MemoryHub()
    published(place, hub, "0.2.0")
    before = on_hub(hub)

    done = published(place, hub, "0.1.0")
    again = published(place, hub, "0.1.0")
    newest = published(place, hub, "0.2.0")

    changed = {path for path, raw in before.items() if on_hub(hub)[path] != raw}
    assert changed == {"README.md"}
    assert {"0.1.0", "0.2.0"} <= configs(hub).keys()
    assert "# Names in the news" in card(hub)[1]
    assert "Version 0.2.0 has 2 documents" in card(hub)[1]
    assert (again.sent, again.commit) == ((), done.commit)
    assert "0.2.0/manifest.json" not in newest.sent


def test_what_others_wrote_into_the_card_stays(place):
    """Keys and tags that curate doesn't write, and words between its markers."""
    sealed(place.gold, working(annotated("d0")))
    hub = MemoryHub()
    published(place, hub)
    edit_card(
        hub,
        lambda text: (
            text.replace("tags:\n", "tags:\n- chosen\n", 1)
            .replace("---\n", "---\narxiv: 2601.00001\nviewer: false\n", 1)
            .replace(f"{BEGIN}\n{END}", f"{BEGIN}\nThanks to the **newsroom**.\n{END}")
        ),
    )
    sealed(place.gold, working(annotated("d0"), annotated("d1")))

    published(place, hub, "0.2.0")

    head, text = card(hub)
    assert (head["arxiv"], head["viewer"]) == (2601.00001, False)
    assert head["tags"] == ["relation-extraction", "news", "chosen"]
    assert "Thanks to the **newsroom**." in text


@pytest.mark.slow
def test_a_card_that_others_wrote_becomes_our_own_words(place):
    sealed(place.gold, working(annotated("d0")))
    hub = MemoryHub()
    hub.create(NAME, is_private=True)
    theirs = {"README.md": b"---\nviewer: false\n---\n\nComing soon.\n"}
    hub.commit(NAME, theirs, message="edit", parent=hub.repository(NAME).head)

    published(place, hub)
    published(place, hub)

    head, text = card(hub)
    assert head["viewer"] is False
    assert f"{BEGIN}\nComing soon.\n{END}" in text


def test_what_others_put_into_the_folder_of_the_version_is_told_and_stays(place):
    """No configuration of the card names it, so that load_dataset doesn't read it."""
    sealed(place.gold, working(annotated("d0")))
    hub = MemoryHub()
    published(place, hub)
    assert prepared(place, hub).foreign == ()
    theirs = {"0.1.0/train-more.parquet": b"PAR1", "0.1.0/sub/a.txt": b"a", "b.txt": b"b"}
    hub.commit(NAME, theirs, message="edit", parent=hub.repository(NAME).head)

    asked = prepared(place, hub)
    done = publish(hub, asked)

    assert asked.foreign == ("0.1.0/sub/a.txt", "0.1.0/train-more.parquet")
    assert asked.to_json()["foreign"] == [*asked.foreign]
    (told,) = [line for line in before_lines(asked, hub.url) if line.startswith("warning")]
    assert "0.1.0/sub/a.txt, 0.1.0/train-more.parquet" in told
    assert done.sent == ()
    assert theirs.items() <= on_hub(hub).items()
    assert not {*theirs} & {path for paths in configs(hub).values() for path in paths}
    assert not any("*" in path for paths in configs(hub).values() for path in paths)


def test_a_card_on_the_hub_that_nobody_can_read_is_left_alone(place):
    sealed(place.gold, working(annotated("d0")))
    hub = MemoryHub()
    published(place, hub)
    edit_card(hub, lambda text: text.replace("---\n", "---\nviewer: [\n", 1))
    before = on_hub(hub)

    with pytest.raises(HubError, match="on the Hub can't be read"):
        published(place, hub)

    assert on_hub(hub) == before


def test_nothing_goes_to_a_public_dataset_that_nobody_asked_for(place):
    sealed(place.gold, working(annotated("d0")))
    hub = MemoryHub()
    hub.create(NAME, is_private=False)

    with pytest.raises(HubError, match="org/news is public on the Hub"):
        published(place, hub)
    done = published(place, hub, is_private=False)

    assert not done.is_private


def test_nothing_goes_out_of_a_version_that_was_altered(place):
    sealed(place.gold, working(annotated("d0")))
    hub = MemoryHub()
    manifest = place.gold / "0.1.0" / "manifest.json"
    manifest.chmod(0o644)
    manifest.write_text(manifest.read_text().replace('"documents": 1', '"documents": 2'))

    with pytest.raises(GoldError, match=r"0\.1\.0"):
        published(place, hub)

    assert hub.repository(NAME) is None


@pytest.mark.slow
def test_withdrawn_documents_go_out_only_where_somebody_allows_it(place):
    """What is there already is marked, whoever allows what."""
    sealed(place.gold, working(annotated("d0"), annotated("d1")))
    other = MemoryHub()
    published(place, other)
    withdraw(place, SCHEMA, ["d0"], reason="asked by the publisher")
    hub = MemoryHub()

    with pytest.raises(GoldError, match=r"0\.1\.0 holds 1 document withdrawn .*: d0"):
        published(place, hub)
    published(place, hub, allow_withdrawn=True)
    marked = published(place, other)

    assert "0.1.0/withdrawn.json" in on_hub(hub)
    assert "0.1.0/withdrawn.json" in marked.sent
    assert hub.tags(NAME).keys() == {"v0.1.0"}


@pytest.mark.slow
def test_a_licence_that_a_later_version_corrects_holds_for_the_earlier_one(place):
    """What is on the Hub already stays, and is still found to be there."""
    sealed(place.gold, working(annotated("d0", license=FREE), annotated("d1", license=FREE)))
    other = MemoryHub()
    published(place, other)
    sealed(
        place.gold, working(annotated("d0", license=FREE), annotated("d1", license="unknown"))
    )
    hub = MemoryHub()

    with pytest.raises(GoldError, match=r"0\.1\.0 has 1 text whose licence .*: d1 \(unknown\)"):
        published(place, hub)
    published(place, hub, omit_texts=True)
    again = published(place, other)

    assert again.tagged is False
    assert hub.tags(NAME).keys() == {"v0.1.0"}


def test_a_licence_that_gold_next_corrects_holds_before_its_release(place):
    sealed(place.gold, working(annotated("d0", license=FREE), annotated("d1", license=FREE)))
    write_next(
        place.gold, working(annotated("d0", license=FREE), annotated("d1", license="unknown"))
    )
    hub = MemoryHub()

    with pytest.raises(GoldError, match=r"0\.1\.0 has 1 text whose licence .*: d1 \(unknown\)"):
        published(place, hub)

    assert hub.repository(NAME) is None


def test_what_gold_next_says_of_a_licence_must_be_readable(place):
    """A licence that was corrected by hand counts, however the file was left."""
    sealed(place.gold, working(annotated("d0", license=FREE)))
    (path,) = (place.gold / "next").glob("*.json")
    path.write_text(path.read_text().replace(f'"{FREE}"', "unknown"))

    with pytest.raises(GoldError, match=path.name):
        published(place, MemoryHub())


@pytest.mark.slow
def test_without_texts_another_edition_isnt_put_in_the_place_of_one(place):
    """What is published stays: neither more nor less of it."""
    sealed(place.gold, working(annotated("d0", license=FREE)))
    hub = MemoryHub()
    published(place, hub)

    with pytest.raises(HubError, match=r"another 0\.1\.0"):
        published(place, hub, omit_texts=True)


def test_the_dataset_may_be_named_by_the_publisher(place):
    sealed(place.gold, working(annotated("d0")))
    facts = place.gold / "dataset.toml"
    options = PublishOptions(version="0.1.0")
    with pytest.raises(UsageError, match="--repo is missing"):
        look_before(place, options, MemoryHub())
    facts.write_text(f'repository = "{NAME}"\n{facts.read_text()}')

    found = prepare_publication(place, options, None)

    assert found.repository == NAME
    assert (
        f'load_dataset("{NAME}", "0.1.0", revision="v0.1.0")'
        in found.wanted.files["README.md"].decode()
    )


def test_without_the_hub_all_that_would_go_out_is_known(place):
    sealed(place.gold, working(annotated("d0")))
    hub = MemoryHub()

    asked = prepared(place, hub)
    unasked = prepared(replace(place, writing=False), None)

    assert unasked.wanted == asked.wanted
    assert {one["on_hub"] for one in unasked.to_json()["files"]} == {None}
    assert {one["on_hub"] for one in asked.to_json()["files"]} == {"new"}
    assert hub.repository(NAME) is None
