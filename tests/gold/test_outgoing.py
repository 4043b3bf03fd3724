"""What goes out when a version is published: texts that may go out, and of others no word."""

import hashlib

import pytest
from gold_samples import annotated, files, many, sealed, working
from published import parquet_rows, readable

from curation.gold.manifest import parse_manifest
from curation.gold.outgoing import OutgoingArticles, outgoing_files
from curation.gold.tables import RELATIONS, TOKENS, Table

FREE = "CC-BY-2.5"


@pytest.fixture(name="gold")
def _gold(tmp_path):
    return tmp_path / "gold"


def said(outgoing):
    """All that is in the files, as text."""
    return "\n".join(readable(outgoing.files).values())


def rows_of(outgoing, kind):
    """The rows of all tables of this kind, of any split."""
    tables = {path: Table.of_file(path.split("/")[-1]) for path in outgoing.files}
    return [
        row
        for path, table in tables.items()
        if table and table.kind == kind
        for row in parquet_rows(outgoing.files[path])
    ]


def test_texts_that_may_go_out_go_out_as_they_were_sealed(gold):
    sealed(gold, working(*many(3, license=FREE)))

    found = outgoing_files(gold, "0.1.0")

    version = {path: raw for path, raw in found.files.items() if path.startswith("0.1.0/")}
    assert version == {f"0.1.0/{name}": raw for name, raw in files(gold / "0.1.0").items()}
    assert found.articles == (
        OutgoingArticles(license="cc-by-2.5", with_text=3, without_text=0, why=""),
    )


@pytest.mark.parametrize(
    ("license_", "omit_all"),
    [
        ("unknown", False),
        ("", False),
        ("cc-by-nd-4.0", False),
        ("cc-by-nc-nd-4.0", False),
        (FREE, True),
    ],
)
def test_of_a_text_that_may_not_go_out_no_word_does(gold, license_, omit_all):
    """No name, title, author or token in any file, whatever column of it."""
    known = {"title": "Peculiarly", "src": "Gazette", "attribution": "Reporter"}
    state = working(annotated("d0", license=license_, **known, note="whispered"))
    sealed(gold, state)

    found = outgoing_files(gold, "0.1.0", omit_all=omit_all)

    words = (
        "Russia",
        "Assad",
        "Syria",
        "d0w",
        "Peculiarly",
        "Gazette",
        "Reporter",
        "whispered",
    )
    assert [word for word in words if word in said(found)] == []
    assert [one.without_text for one in found.articles] == [1]


def test_places_labels_hash_and_address_stay(gold):
    known = {"url": "https://example.org/1", "published": "2026-11-01", "license": "unknown"}
    state = working(annotated("d0", **known))
    sealed(gold, state)

    (row,) = rows_of(outgoing_files(gold, "0.1.0"), "")

    document = state.gold_documents[0].document
    assert [(one["start"], one["end"], one["label"]) for one in row["entities"]] == [
        (*one.span, one.label) for one in document.entities
    ]
    assert row["text_sha256"] == document.text_sha256
    assert {key: row[key] for key in known} == known
    assert (row["text"], row["title"], row["lang"]) == (None, None, "en")


def test_each_document_goes_out_by_its_own_licence(gold):
    """Of the others, views have no rows; the manifest names them, and counts what they lack."""
    state = working(*many(3, license=FREE), annotated("secret", license="unknown"))
    sealed(gold, state)

    found = outgoing_files(gold, "0.1.0")

    texts = {row["id"]: row["text"] for row in rows_of(found, "")}
    assert texts.pop("secret") is None
    assert texts == {
        one.id: one.document.text for one in state.gold_documents if one.id != "secret"
    }
    assert {row["id"] for row in rows_of(found, TOKENS)} == texts.keys()
    assert "secret" not in {row["id"] for row in rows_of(found, RELATIONS)}
    edition = found.manifest.edition
    assert edition.texts_omitted == {"secret": "no licence is known"}
    assert edition.rows_omitted["tokens"] == 1


def test_an_edition_says_of_which_version_it_is(gold):
    sealed(gold, working(annotated("d0", license="unknown")))
    raw = (gold / "0.1.0" / "manifest.json").read_bytes()

    found = outgoing_files(gold, "0.1.0")

    said = parse_manifest(found.files["0.1.0/manifest.json"], "manifest.json")
    original = parse_manifest(raw, "manifest.json")
    assert said == found.manifest
    assert said.edition.manifest_sha256 == hashlib.sha256(raw).hexdigest()
    assert said.model_copy(update={"edition": None, "files": original.files}) == original
    assert said.files == {
        path.removeprefix("0.1.0/"): hashlib.sha256(content).hexdigest()
        for path, content in found.files.items()
        if path.startswith("0.1.0/") and not path.endswith("manifest.json")
    }


def test_the_same_version_goes_out_as_the_same_bytes(gold):
    sealed(gold, working(*many(3), annotated("secret", license="unknown")))

    assert outgoing_files(gold, "0.1.0").files == outgoing_files(gold, "0.1.0").files
