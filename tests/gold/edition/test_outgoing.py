"""What goes out when a version is published: texts that may go out, and of others no word."""

import hashlib

import pyarrow
import pyarrow.parquet
import pytest
from gold_samples import TEXT, annotated, files, many, sealed, working
from published import parquet_rows, readable

from curation.errors import GoldError
from curation.gold.card.own_words import BEGIN
from curation.gold.edition.edition import write_edition
from curation.gold.edition.outgoing import OutgoingArticles, outgoing_files
from curation.gold.sealed.manifest import parse_manifest
from curation.gold.sealed.versions import read_manifest
from curation.gold.tables.names import RELATIONS, TOKENS, Table

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


@pytest.mark.parametrize("license_", [FREE, "unknown"])
def test_an_address_of_somebodys_house_stays_there(gold, license_):
    """With the text and without it, on the card too; public addresses go out."""
    private = {
        "url": "https://user:hunter2@10.0.0.5/secret",
        "feed": "http://cms.internal/secret",
    }
    sealed(
        gold,
        working(
            annotated("d0", license=license_, **private),
            annotated("d1", license=license_, url="file:///secret"),
            annotated("d2", license=license_, url="https://example.org/1"),
        ),
    )

    found = outgoing_files(gold, "0.1.0")

    assert [
        word for word in ("hunter2", "10.0.0.5", "secret", "internal") if word in said(found)
    ] == []
    addresses = {row["id"]: row["url"] for row in rows_of(found, "")}
    assert addresses == {"d0": None, "d1": None, "d2": "https://example.org/1"}
    assert found.manifest.edition.addresses_omitted == ["d0", "d1"]
    assert found.files == outgoing_files(gold, "0.1.0").files


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


TITLE = "Ministers talk of bread and salt"
QUOTED = "The minister said on Monday that nobody had asked him about bread"


@pytest.mark.parametrize(
    ("file", "words", "place"),
    [
        ("dataset.toml", f"About “{QUOTED}”, and more.", "dataset.toml"),
        ("dataset.toml", f"Such as: {TITLE.upper()}.", "dataset.toml"),
        ("README.md", QUOTED, "README.md"),
        ("CHANGELOG.md", f"We corrected *{QUOTED}*.", "CHANGELOG.md"),
    ],
)
def test_a_publisher_who_quotes_a_text_that_stays_is_told(gold, file, words, place):
    """Before anything goes out."""
    quoted = annotated("d0", text=f"{TEXT}. {QUOTED}.", title=TITLE, license="unknown")
    sealed(gold, working(quoted))
    write_by_hand(gold / file, words)

    with pytest.raises(GoldError, match=f"{place}: (quotes|has the title of) d0"):
        outgoing_files(gold, "0.1.0")


def test_a_publisher_may_quote_a_text_that_goes_out_and_use_a_few_words_of_any(gold):
    free = annotated("d0", text=f"{TEXT}. {QUOTED}.", title=TITLE, license=FREE)
    sealed(gold, working(free, annotated("d1", text=f"{TEXT} of Monday.", license="unknown")))
    write_by_hand(gold / "dataset.toml", f"{TITLE}. {QUOTED}. Russia backs Assad in Syria.")

    assert outgoing_files(gold, "0.1.0").articles[1].without_text == 1


def write_by_hand(path, words):
    """The publisher adds words of their own."""
    before = {
        "dataset.toml": "Articles with the names",
        "README.md": BEGIN,
        "CHANGELOG.md": "The first version.",
    }[path.name]
    text = path.read_text()
    assert before in text
    between = " " if path.suffix == ".toml" else "\n\n"
    path.write_text(text.replace(before, f"{before}{between}{words}{between}"))


def test_notes_that_an_older_curate_sealed_stay_here(gold, tmp_path):
    """All else goes out as it was sealed."""
    sealed(gold, working(*many(3, license=FREE)))
    folder = gold / "0.1.0"
    manifest = read_manifest(gold, "0.1.0")
    (name,) = (file for file in manifest.files if file.startswith("annotations-"))
    table = pyarrow.parquet.read_table(folder / name)
    noted = table.append_column("note", pyarrow.array(["whispered", None, "said aloud"]))
    (folder / name).chmod(0o644)
    pyarrow.parquet.write_table(noted, folder / name)
    out = tmp_path / "out"
    out.mkdir()

    edition = write_edition(folder, manifest, {}, out)

    assert edition.edition.notes_omitted == 2
    assert edition.texts_omitted == {}
    (new,) = (file for file in edition.files if file.startswith("annotations-"))
    assert pyarrow.parquet.read_table(out / new).equals(table)
    assert {file for file in edition.files if file != new} == manifest.files.keys() - {name}
