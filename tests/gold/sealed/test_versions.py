"""A sealed version is what it was, or it isn't read."""

import hashlib
import json
import random
import shutil
from dataclasses import replace
from itertools import islice

import pyarrow
import pyarrow.parquet as parquet
import pytest
from datasets import Features
from gold_samples import (
    PROVENANCE,
    Working,
    alter,
    annotated,
    layer_rows,
    many,
    sealed,
    working,
)
from samples import SCHEMA

from curation.documents.document import Layer
from curation.errors import GoldError
from curation.gold.dataset import (
    AdjudicatedDocument,
    GoldDocument,
    PublishedDecision,
    PublishedReading,
)
from curation.gold.release.seal import seal_version
from curation.gold.release.totals import compute_totals
from curation.gold.sealed.versions import (
    list_versions,
    newest_version,
    read_unannounced,
    read_version,
)
from curation.gold.tables.features import arrow_schema
from curation.gold.tables.rows import annotation_row, gold_row, rows_digest

ALTERED = "was altered after it was sealed"


@pytest.fixture(scope="module", name="original")
def _original(tmp_path_factory):
    gold = tmp_path_factory.mktemp("sealed") / "gold"
    sealed(gold, working(*many(30)))
    return gold


@pytest.fixture(name="gold")
def _gold(original, tmp_path):
    return shutil.copytree(original, tmp_path / "gold")


def test_an_untouched_version_is_read(gold):
    version = read_version(gold, "0.1.0")

    assert tuple(version.gold_documents) == working(*many(30)).gold_documents
    assert version.manifest.version == "0.1.0"


def test_a_flipped_bit_anywhere_is_seen(gold):
    """In every file, at its ends and at 50 places between."""
    choose = random.Random(7)
    places = 0
    for path in sorted((gold / "0.1.0").iterdir()):
        whole = path.read_bytes()
        ends = {0, 1, 2, 3, len(whole) - 1, len(whole) - 4, len(whole) - 8}
        for at in sorted(ends | set(choose.choices(range(len(whole)), k=50))):
            broken = bytearray(whole)
            broken[at] ^= 1 << choose.randrange(8)
            alter(path, broken)

            with pytest.raises(GoldError, match=f"{path.name} differs from its hash in"):
                read_version(gold, "0.1.0")
            places += 1
        alter(path, whole)
    assert places > 250
    assert read_version(gold, "0.1.0")


def test_the_message_says_what_and_what_to_do(gold):
    path = next((gold / "0.1.0").glob("train-*"))
    alter(path, path.read_bytes()[:-1])

    with pytest.raises(GoldError) as error:
        read_version(gold, "0.1.0")

    folder = gold / "0.1.0"
    assert (
        str(error.value)
        == f"{folder} {ALTERED}: {path.name} differs from its hash in manifest.json"
    )
    assert error.value.hint == f"git checkout {folder}"


def test_a_file_more_or_less_is_seen(gold):
    """Listed and missing; there and not listed, though it be empty. git brings no extra file away."""
    extra = gold / "0.1.0" / "extra"
    extra.touch()
    with pytest.raises(GoldError, match=f"{ALTERED}: extra is not in manifest.json") as error:
        read_version(gold, "0.1.0")
    assert error.value.hint == f"rm {extra}"
    extra.unlink()

    gone = next((gold / "0.1.0").glob("test-*"))
    gone.unlink()

    with pytest.raises(GoldError, match=f"{ALTERED}: {gone.name} is missing"):
        read_version(gold, "0.1.0")


def test_a_missing_manifest_is_seen(gold):
    (gold / "0.1.0" / "manifest.json").unlink()

    with pytest.raises(GoldError, match=r"manifest\.json is missing"):
        read_version(gold, "0.1.0")


def test_manifest_and_file_altered_together_are_seen(gold):
    """The changelog has the hash of the manifest."""
    path = gold / "0.1.0" / "manifest.json"
    form = json.loads(path.read_text())
    form["counts"]["documents"] = 31
    alter(path, json.dumps(form))

    with pytest.raises(
        GoldError, match=r"manifest\.json differs from its hash in CHANGELOG\.md"
    ):
        read_version(gold, "0.1.0")


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda text: "", id="emptied"),
        pytest.param(lambda text: text.replace("## 0.1.0", "## 0.1.1"), id="renamed"),
        pytest.param(lambda text: text + text, id="told twice"),
        pytest.param(lambda text: text.replace("- digest `", "- digest `0"), id="digest"),
    ],
)
def test_a_version_without_its_entry_is_not_read(gold, change):
    path = gold / "CHANGELOG.md"
    path.write_text(change(path.read_text()))

    with pytest.raises(GoldError, match="has no valid entry in"):
        read_version(gold, "0.1.0")


def test_another_digest_in_the_changelog_is_seen(gold):
    path = gold / "CHANGELOG.md"
    there = read_version(gold, "0.1.0").manifest.digest
    path.write_text(path.read_text().replace(there, "0" * 64))

    with pytest.raises(GoldError, match=r"its digest differs from the one in CHANGELOG\.md"):
        read_version(gold, "0.1.0")


def test_words_of_people_in_the_changelog_are_allowed(gold):
    path = gold / "CHANGELOG.md"
    path.write_text(path.read_text().replace("The first version.", "Our first, with love."))

    assert read_version(gold, "0.1.0")


def test_an_unknown_version_is_told_those_there_are(gold):
    with pytest.raises(GoldError, match=r"9\.9\.9: no such version") as error:
        read_version(gold, "9.9.9")

    assert error.value.hint == "the sealed versions are 0.1.0"


def test_versions_come_in_their_order(tmp_path):
    """By number; what isn't a version isn't one."""
    for name in (
        "0.10.0",
        "0.9.0",
        "1.0.0",
        "next",
        ".sealing-2.0.0",
        "1.0",
        "01.0.0",
        "v2.0.0",
    ):
        (tmp_path / name).mkdir()
    (tmp_path / "3.0.0").touch()

    assert list_versions(tmp_path) == ("0.9.0", "0.10.0", "1.0.0")
    assert newest_version(tmp_path) == "1.0.0"
    assert newest_version(tmp_path / "nowhere") is None


def test_files_are_named_by_what_is_in_them(gold):
    """A cache that goes by names never shows an older version's rows."""
    tables = dict(read_version(gold, "0.1.0").manifest.files)
    del tables["guidelines.md"]

    assert {name: name.rsplit("-", 1)[1] for name in tables} == {
        name: f"{sha256[:8]}.parquet" for name, sha256 in tables.items()
    }


def test_an_empty_split_has_no_file(tmp_path):
    """A configuration that names one would not load."""
    sealed(tmp_path / "gold", working(annotated("d0")))

    names = read_version(tmp_path / "gold", "0.1.0").manifest.files
    assert [name.rsplit("-", 1)[0] for name in names] == [
        "train", "annotations", "tokens-train", "relations-train", "guidelines.md",
    ]  # fmt: skip


def test_rows_changed_with_all_their_hashes_are_seen(gold, tmp_path):
    """The digest is worked out anew from the rows."""
    other = tmp_path / "other"
    sealed(other, working(*many(29), annotated("d29", labels=("NORP",))))
    digest = read_version(gold, "0.1.0").manifest.digest
    for name in (f"{folder}.md" for folder in ("README", "CHANGELOG")):
        shutil.copy(other / name, gold / name)
    shutil.rmtree(gold / "0.1.0")
    shutil.copytree(other / "0.1.0", gold / "0.1.0")
    manifest, changelog = gold / "0.1.0" / "manifest.json", gold / "CHANGELOG.md"
    theirs = read_version(gold, "0.1.0").manifest.digest
    before = hashlib.sha256(manifest.read_bytes()).hexdigest()
    alter(manifest, manifest.read_text().replace(theirs, digest))
    after = hashlib.sha256(manifest.read_bytes()).hexdigest()
    text = changelog.read_text().replace(theirs, digest).replace(before, after)
    changelog.write_text(text)

    with pytest.raises(GoldError, match=r"its rows don't have the digest that manifest\.json"):
        read_version(gold, "0.1.0")


def test_a_version_whose_rows_are_sorted_by_id_alone_is_read(tmp_path):
    """As older programs sealed them: with ids like these, that is another order than the digest's."""
    gold, state = (
        tmp_path / "gold",
        working(annotated("a", group="g"), annotated("a!", group="g")),
    )
    sealed(gold, state)
    folder = gold / "0.1.0"
    replaced = {}
    for path in folder.glob("*.parquet"):
        table = parquet.read_table(path)
        ids = table.column("id").to_pylist()
        assert ids == sorted(ids, reverse=True)
        assert {*ids} == {"a", "a!"}
        path.chmod(0o644)
        parquet.write_table(table.sort_by("id"), path)
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        name = path.name.rsplit("-", 1)[0]
        old = json.loads((folder / "manifest.json").read_text())["files"][path.name]
        replaced |= {old: sha256, path.name: f"{name}-{sha256[:8]}.parquet"}
        path.rename(folder / replaced[path.name])
    manifest = folder / "manifest.json"
    before = hashlib.sha256(manifest.read_bytes()).hexdigest()
    text = manifest.read_text()
    for old, new in replaced.items():
        text = text.replace(old, new)
    alter(manifest, text)
    after = hashlib.sha256(manifest.read_bytes()).hexdigest()
    changelog = gold / "CHANGELOG.md"
    changelog.write_text(changelog.read_text().replace(before, after))

    version = read_version(gold, "0.1.0")

    assert [one.id for one in version.gold_documents] == ["a", "a!"]
    assert len(list(version.annotations)) == 2


def test_a_version_with_notes_that_an_older_curate_sealed_stays_valid(gold):
    """Its column, the metadata that only some versions of datasets read, and its digest with notes."""
    version = read_version(gold, "0.1.0")
    noted = annotation_row(next(iter(version.annotations))) | {"note": "who is this?"}
    rows = [noted, *islice(layer_rows(version), 1, None)]
    (path,) = (gold / "0.1.0").glob("annotations-*")
    columns = arrow_schema("annotations").append(pyarrow.field("note", pyarrow.string()))
    schema = Features.from_arrow_schema(columns).arrow_schema
    path.chmod(0o644)
    parquet.write_table(pyarrow.Table.from_pylist(rows, schema=schema), path)
    manifest = json.loads((gold / "0.1.0/manifest.json").read_text())
    manifest["files"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest["digest"] = rows_digest(map(gold_row, version.gold_documents), rows)
    alter(gold / "0.1.0/manifest.json", json.dumps(manifest))

    older, _ = read_unannounced(gold, "0.1.0")

    assert b"huggingface" in parquet.read_schema(path).metadata
    assert [one.note for one in older.annotations][:2] == ["who is this?", ""]


def test_a_decision_of_another_adjudicator_than_the_verdicts_is_sealed_with_the_name(tmp_path):
    reading = PublishedReading(annotators=("person-1",), reading="{}")
    decision = PublishedDecision(
        kind="entities", place=((0, 6),), offered=(reading,), chosen="{}", own=False, preselected="",
        adjudicator="person-4",
    )  # fmt: skip
    work = annotated("d1", annotator="person-1")
    verdict = AdjudicatedDocument(
        document=replace(work.document, layer=Layer("annotator", "person-3")),
        adjudicator="person-3",
        decisions=(decision, replace(decision, adjudicator="")),
    )
    state = Working((GoldDocument(work.document, adjudicated=True),), (work,), (verdict,))

    seal_version(tmp_path / "0.1.0", compute_totals(state, SCHEMA), PROVENANCE)

    version, _ = read_unannounced(tmp_path, "0.1.0")
    assert list(version.verdicts) == [verdict]
