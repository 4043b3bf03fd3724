"""Texts come back into a published dataset for those who hold them, and only the very texts that were annotated."""

import json
import shutil

import datasets
import pytest
from gold_samples import annotated, files, many, sealed, working
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import golds

from curation.commands.hydrate import hydrate_lines
from curation.documents.document import Document
from curation.errors import GoldError
from curation.files import write_lines
from curation.flows.hydrate import hydrate
from curation.gold.edition.outgoing import outgoing_files
from curation.gold.edition.rows import with_words, without_words
from curation.gold.sealed.log import log_to_json, read_version_log
from curation.gold.sealed.verification import verify_gold
from curation.gold.sealed.versions import read_version
from curation.gold.sealed.withdrawn import WITHDRAWN_FILE
from curation.gold.tables.rows import gold_row

KNOWN = {"title": "Peculiar", "src": "Gazette", "license": "unknown", "topic": "war"}


def state():
    """Two documents without a licence among free ones."""
    return working(
        *many(2, license="CC-BY-2.5"), annotated("s1", **KNOWN), annotated("s2", **KNOWN)
    )


@pytest.fixture
def gold(tmp_path):
    sealed(tmp_path / "gold", state())
    return tmp_path / "gold"


@pytest.fixture
def download(gold, tmp_path):
    """The dataset as it is on the Hub."""
    return downloaded(gold, tmp_path / "download")


def downloaded(gold, folder, version="0.1.0", **options):
    for path, raw in outgoing_files(gold, version, **options).files.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(raw)
    return folder


def articles(path, *ids, change=lambda one: one):
    """A file with the articles of these documents, as they were ingested."""
    found = {one.id: one.document.without_annotations() for one in state().gold_documents}
    chosen = [change(found[one]) for one in ids or found]
    write_lines(path, (one.to_line() for one in chosen))
    return path


def said(done):
    return list(hydrate_lines(done))


def test_with_every_article_the_version_is_the_sealed_one_again(gold, download, tmp_path):
    """To the byte, its views too; other files of the dataset are copied."""
    done = hydrate(download, [articles(tmp_path / "a.jsonl")], tmp_path / "out")

    assert files(tmp_path / "out" / "0.1.0") == files(gold / "0.1.0")
    assert done.restored == ("s1", "s2")
    assert said(done)[1] == "0.1.0 is as it was sealed, to the byte."
    assert (tmp_path / "out" / "LICENSE.md").read_bytes() == (
        download / "LICENSE.md"
    ).read_bytes()


def test_what_comes_out_can_be_loaded(gold, download, tmp_path):
    hydrate(download, [articles(tmp_path / "a.jsonl", "s2")], tmp_path / "out")

    loaded = datasets.load_dataset(
        str(tmp_path / "out"), "0.1.0", cache_dir=str(tmp_path / "cache")
    )
    tokens = datasets.load_dataset(
        str(tmp_path / "out"), "0.1.0-tokens", cache_dir=str(tmp_path / "cache")
    )

    texts = {row["id"]: row["text"] for split in loaded.values() for row in split}
    assert texts == {
        one.id: None if one.id == "s1" else one.document.text for one in state().gold_documents
    }
    assert {row["id"] for split in tokens.values() for row in split} == {"d0", "d1", "s2"}
    card = (tmp_path / "out" / "README.md").read_text()
    assert "**1 text was put back into this copy**" in card


def test_what_is_missing_is_named_and_can_be_put_back_later(gold, download, tmp_path):
    first = hydrate(download, [articles(tmp_path / "a.jsonl", "s1")], tmp_path / "one")
    again = hydrate(tmp_path / "one", [articles(tmp_path / "b.jsonl", "s2")], tmp_path / "two")

    assert (first.missing, first.is_complete) == (("s2",), False)
    assert "1 document, no text of these documents was given: s2" in said(first)
    assert again.is_complete
    assert files(tmp_path / "two" / "0.1.0") == files(gold / "0.1.0")
    card = (tmp_path / "two" / "README.md").read_text()
    assert card.count("put back into this copy") == 1


def test_another_text_is_never_put_back(download, tmp_path):
    """Neither under the right id nor under another; by its hash a text is known under any."""

    def change(one):
        if one.id == "s1":
            return Document("elsewhere", one.text)
        return Document(one.id, one.text + ".")

    path = articles(tmp_path / "a.jsonl", "s1", "s2", change=change)

    done = hydrate(download, [path], tmp_path / "out")

    assert (done.restored, done.different, done.missing) == (("s1",), ("s2",), ())
    assert "1 document, the text given isn't the one that was annotated: s2" in said(done)


def test_other_metadata_than_the_sealed_ones_are_told(gold, download, tmp_path):
    """The texts are right, and whoever loads them has no title; the manifest says that something differs."""
    path = articles(
        tmp_path / "a.jsonl", "s1", "s2", change=lambda one: Document(one.id, one.text)
    )

    done = hydrate(download, [path], tmp_path / "out")

    assert done.is_complete
    assert not done.versions["0.1.0"].has_digest
    assert "0.1.0 has every text, and not the digest" in said(done)[1]
    manifest = json.loads((tmp_path / "out" / "0.1.0" / "manifest.json").read_text())
    assert manifest["edition"]["texts_omitted"] == {}


def test_one_version_can_be_given_alone(gold, download, tmp_path):
    done = hydrate(download / "0.1.0", [articles(tmp_path / "a.jsonl")], tmp_path / "out")

    assert done.versions["0.1.0"].is_sealed
    loaded = datasets.load_dataset(str(tmp_path / "out"), cache_dir=str(tmp_path / "cache"))
    assert sum(map(len, loaded.values())) == 4


def test_a_text_that_was_withdrawn_stays_out(download, tmp_path):
    one = state().gold_documents[-1].document
    withdrawn = {"id": "s2", "text_sha256": one.text_sha256, "at": "2026", "reason": "asked"}
    (download / "0.1.0" / WITHDRAWN_FILE).write_text(
        json.dumps({"format": 1, "withdrawn": [withdrawn]})
    )

    done = hydrate(download, [articles(tmp_path / "a.jsonl")], tmp_path / "out")

    assert (done.restored, done.withdrawn, done.is_complete) == (("s1",), ("s2",), True)


@pytest.mark.parametrize("what", ["altered", "no dataset", "nothing to do"])
def test_what_is_no_published_dataset_is_refused(gold, download, tmp_path, what):
    dataset = download
    if what == "altered":
        next((download / "0.1.0").glob("train*")).write_bytes(b"x")
    if what == "no dataset":
        dataset = tmp_path / "empty"
        dataset.mkdir()
    if what == "nothing to do":
        dataset = gold

    with pytest.raises(GoldError):
        hydrate(dataset, [articles(tmp_path / "a.jsonl")], tmp_path / "out")

    assert not (tmp_path / "out").exists()


def test_a_version_without_any_text_comes_back_whole(gold, tmp_path):
    download = downloaded(gold, tmp_path / "download", omit_all=True)

    done = hydrate(download, [articles(tmp_path / "a.jsonl")], tmp_path / "out")

    assert done.versions["0.1.0"].is_sealed
    assert read_version(gold, "0.1.0").manifest == done.versions["0.1.0"].manifest


@given(st.data())
def test_words_put_back_make_the_row_that_was_sealed(data):
    row = gold_row(data.draw(golds(SCHEMA)))
    article = Document(row["id"], row["text"], (), (), metadata_of(row))

    assert with_words(without_words(row), article) == row


def metadata_of(row):
    columns = ("title", "src", "url", "published", "license", "attribution", "lang")
    known = {name: row[name] for name in columns if row[name] is not None}
    ingest = {"ingest": row["ingest_version"]} if row["ingest_version"] is not None else {}
    return known | ingest | json.loads(row["meta"])


def test_a_download_is_sound_for_its_readers(download, tmp_path):
    """Without what only the publisher has; before and after texts are put back."""
    hydrate(download, [articles(tmp_path / "a.jsonl", "s2")], tmp_path / "some")
    hydrate(download, [articles(tmp_path / "b.jsonl")], tmp_path / "all")

    for folder in (download, tmp_path / "some", tmp_path / "all"):
        assert verify_gold(folder).all_faults == ()
    (train,) = (download / "0.1.0").glob("train-*")
    train.write_bytes(b"rubbish")

    ((fault),) = verify_gold(download).all_faults

    assert "differs from its hash" in fault.what


def test_the_log_lists_a_download_with_and_without_its_texts(download, tmp_path):
    hydrate(download, [articles(tmp_path / "b.jsonl")], tmp_path / "all")

    logs = [log_to_json(read_version_log(folder)) for folder in (download, tmp_path / "all")]

    for log in logs:
        assert [(one["version"], one["documents"]) for one in log["versions"]] == [("0.1.0", 4)]
        assert log["interrupted"] is None


def test_a_publisher_has_no_edition_in_the_place_of_a_version(gold, download):
    """Whatever its manifest says of the one that was sealed."""
    shutil.rmtree(gold / "0.1.0")
    shutil.copytree(download / "0.1.0", gold / "0.1.0")

    assert any("manifest.json" in fault.what for fault in verify_gold(gold).all_faults)
    with pytest.raises(GoldError, match="an edition of it"):
        read_version(gold, "0.1.0")


def test_an_address_that_was_left_out_comes_back_with_the_text_alone(tmp_path):
    """Where the text was published, nobody puts the address back, and that is said."""
    private = {"url": "http://cms.internal/1"}
    texts = tmp_path / "texts.jsonl"
    for license_, said in (
        ("unknown", "0.1.0 is as it was sealed, to the byte."),
        (
            "CC-BY-2.5",
            "0.1.0 lacks addresses that its digest counts, and that aren't published.",
        ),
    ):
        place = tmp_path / license_
        known = working(
            annotated("d0", license=license_, **private), annotated("s1", license="unknown")
        )
        sealed(place / "gold", known)
        write_lines(
            texts,
            (one.document.without_annotations().to_line() for one in known.gold_documents),
        )
        download = downloaded(place / "gold", place / "download")

        done = hydrate(download, [texts], place / "out")

        assert said in [*hydrate_lines(done)]
