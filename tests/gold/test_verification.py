"""Whatever was altered in the gold folder is told, all at once; what wasn't is sound."""

import hashlib
import json
import shutil

import pytest
from gold_samples import alter, annotated, many, sealed, working
from samples import ROOT

from curation.cli import main
from curation.errors import GoldError
from curation.gold.verification import verify_gold


@pytest.fixture(scope="module")
def two_versions(tmp_path_factory):
    gold = tmp_path_factory.mktemp("sound") / "gold"
    sealed(gold, working(*many(30)))
    twice = annotated("d1", annotator="person-1")
    sealed(gold, working(*many(31), twice))
    return gold


@pytest.fixture
def gold(two_versions, tmp_path):
    return shutil.copytree(two_versions, tmp_path / "gold")


def faults(gold, version=None):
    """What is wrong, as place and sentence, with places below the gold folder."""
    return [
        (fault.place.removeprefix(f"{gold}").strip("/"), fault.what)
        for fault in verify_gold(gold, version).all_faults
    ]


def test_what_was_sealed_and_left_alone_is_sound(gold):
    found = verify_gold(gold)

    assert found.all_faults == ()
    assert [one.version for one in found.versions] == ["0.1.0", "0.2.0"]
    assert found.to_json()["sound"] is True


def test_the_shipped_gold_is_sound():
    assert verify_gold(ROOT / "gold").all_faults == ()


def test_before_the_first_version_nothing_is_wrong(tmp_path):
    assert verify_gold(tmp_path / "gold").all_faults == ()


def test_every_fault_is_told_at_once(gold):
    """In both versions, in the changelog and in the card."""
    (train,) = (gold / "0.1.0").glob("train-*")
    alter(train, b"rubbish")
    next((gold / "0.1.0").glob("test-*")).unlink()
    (gold / "0.1.0" / "notes.txt").write_text("mine")
    manifest = gold / "0.2.0" / "manifest.json"
    alter(manifest, manifest.read_text().replace('"documents": 31', '"documents": 32', 1))
    (gold / "README.md").write_text("My gold.")

    found = faults(gold)

    said = [(place, what.split(" ")[0]) for place, what in found]
    test, _ = next(one for one in said if one[1].startswith("test-")), None
    assert said[:3] == [
        ("0.1.0", test[1]),
        ("0.1.0", "notes.txt"),
        ("0.1.0", train.name),
    ]
    assert ("CHANGELOG.md", "the") in said
    changelog = [what for place, what in found if place == "CHANGELOG.md"]
    assert any("- 32 documents (" in what for what in changelog)
    assert any("- manifest.json `" in what for what in changelog)
    assert any(place in ("", "README.md") for place, _ in found)


@pytest.mark.parametrize(
    "name", ["README.md", "croissant.json", "CITATION.cff", ".zenodo.json"]
)
def test_what_lies_beside_the_versions_is_compared_with_them(gold, name):
    path = gold / name
    path.write_text(path.read_text() + " ")

    ((place, what),) = faults(gold)

    assert place == name
    assert "curate release" in what


def test_other_words_of_the_publisher_make_the_card_old(gold):
    facts = gold / "dataset.toml"
    facts.write_text(facts.read_text().replace("title = ", 'title = "Other " # ', 1))

    assert "README.md" in [place for place, _ in faults(gold)]


def test_an_entry_that_was_altered_is_told(gold):
    changelog = gold / "CHANGELOG.md"
    changelog.write_text(changelog.read_text().replace("- 31 documents (", "- 3 documents ("))

    found = faults(gold, "0.2.0")

    assert found[0][0] == "CHANGELOG.md"
    assert found[0][1].startswith(
        "the entry of 0.2.0 lacks this line, which manifest.json makes"
    )


def test_counts_that_the_rows_dont_have_are_told(gold):
    """Though manifest and changelog agree: a program may have counted wrongly."""
    manifest = gold / "0.2.0" / "manifest.json"
    before = hashlib.sha256(manifest.read_bytes()).hexdigest()
    alter(manifest, manifest.read_text().replace('"supports": 31', '"supports": 30', 1))
    after = hashlib.sha256(manifest.read_bytes()).hexdigest()
    changelog = gold / "CHANGELOG.md"
    text = changelog.read_text().replace(before, after)
    changelog.write_text(text.replace("31 relations", "30 relations"))

    found = faults(gold, "0.2.0")

    assert found[0] == (
        "0.2.0",
        "manifest.json counts relations {'supports': 30}, the rows have {'supports': 31}",
    )


def test_a_version_that_is_gone_is_missed(gold):
    shutil.rmtree(gold / "0.1.0")

    assert faults(gold)[0] == (
        "0.1.0",
        "the folder is missing, and CHANGELOG.md says that the version was sealed",
    )


def test_a_version_that_isnt_announced_is_told(gold):
    text = (gold / "CHANGELOG.md").read_text()
    (gold / "CHANGELOG.md").write_text(text[: text.index("## 0.2.0")])

    assert faults(gold)[0][0] == "CHANGELOG.md"


def test_a_version_that_never_was_is_refused(gold):
    with pytest.raises(GoldError, match=r"9\.9\.9: no such version") as error:
        verify_gold(gold, "9.9.9")
    assert error.value.hint == "the sealed versions are 0.1.0, 0.2.0"


def test_the_command_exits_with_1_and_json_has_all_faults(gold, monkeypatch, capsys):
    monkeypatch.chdir(gold.parent)
    with pytest.raises(SystemExit) as ended:
        main(["verify"])
    assert ended.value.code == 0
    assert "0.2.0 is sound: 31 documents, digest" in capsys.readouterr().err
    (gold / "0.1.0" / "notes.txt").write_text("mine")

    with pytest.raises(SystemExit) as ended:
        main(["verify", "--json"])

    said = capsys.readouterr()
    assert ended.value.code == 1
    assert (
        json.loads(said.out)["versions"][0]["faults"][0]["what"]
        == "notes.txt is not in manifest.json"
    )
    assert "error: gold/0.1.0: notes.txt is not in manifest.json" in said.err
