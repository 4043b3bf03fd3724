"""Whatever was altered in the gold folder is told, all at once; what wasn't is sound."""

import hashlib
import json
import shutil

import pyarrow
import pyarrow.parquet
import pytest
from gold_samples import alter, annotated, many, sealed, working
from samples import ROOT

from curation.cli import main
from curation.errors import GoldError
from curation.gold.card.files import write_published_files
from curation.gold.card.own_words import BEGIN
from curation.gold.sealed.verification import verify_gold


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


@pytest.mark.parametrize(
    ("made", "written", "lacks", "has"),
    [
        ("documents added: d30", "documents removed: none; invented: d30", True, True),
        ("documents added: d30", "documents added: d31", True, True),
        ("1 document added,", "2 documents added,", True, True),
        ("- documents added: d30\n", "", True, False),
        ("added, 0 removed,", "added, 0 removed (it is true),", True, True),
        ("- documents added: d30", "- documents added: d30\n- documents removed: d9", False, True),
        ("- documents added: d30", "- documents added: d30\n- 500 entities", False, True),
        ("- documents added: d30", "We thank Ada.\n\n- documents added: d30", False, False),
    ],
)  # fmt: skip
def test_an_entry_says_of_the_change_what_the_two_versions_do(gold, made, written, lacks, has):
    changelog = gold / "CHANGELOG.md"
    text = changelog.read_text()
    assert made in text
    changelog.write_text(text.replace(made, written, 1))
    write_published_files(gold)

    found = faults(gold)

    assert {place for place, _ in found} <= {"CHANGELOG.md"}
    assert any("0.2.0 lacks this line" in what for _, what in found) is lacks
    assert any("0.2.0 has this line" in what for _, what in found) is has


def test_why_documents_were_removed_is_taken_from_the_entry(gold):
    """No version knows it."""
    sealed(gold, working(*many(28)))
    changelog = gold / "CHANGELOG.md"
    text = changelog.read_text()
    told = text.replace(" 3 removed,", " 3 removed (2 dropped, 1 withdrawn),").replace(
        "removed: d28, d29", "removed: d28 (annotators differ), d29 (its task was deleted in Label Studio)"
    )  # fmt: skip
    assert told.count("(") == text.count("(") + 3
    changelog.write_text(told)
    write_published_files(gold)
    assert faults(gold) == []

    changelog.write_text(told.replace("(annotators differ)", "(they were bad)"))

    assert "lacks this line" in faults(gold, "0.3.0")[0][1]


def rewrite_rows(gold, kind, change):
    """Seal 0.2.0 with other rows in the view's training data, as a faulty program may have."""
    folder = gold / "0.2.0"
    (path,) = folder.glob(f"{kind}train-*")
    table = pyarrow.parquet.read_table(path)
    rows = change(table.to_pylist())
    path.unlink()
    pyarrow.parquet.write_table(
        pyarrow.Table.from_pylist(rows, schema=table.schema), path, store_schema=False
    )
    replace_hash(gold, path)


def replace_hash(gold, path=None, **replaced):
    """Make manifest and changelog agree with the file, and with other words in the manifest."""
    manifest = gold / "0.2.0" / "manifest.json"
    before = hashlib.sha256(manifest.read_bytes()).hexdigest()
    form = json.loads(manifest.read_text())
    if path:
        form["files"][path.name] = hashlib.sha256(path.read_bytes()).hexdigest()
    for view, counts in replaced.items():
        form["views"][view] |= counts
    alter(manifest, json.dumps(form))
    after = hashlib.sha256(manifest.read_bytes()).hexdigest()
    changelog = gold / "CHANGELOG.md"
    changelog.write_text(changelog.read_text().replace(before, after))
    write_published_files(gold)


def other_tag(rows):
    rows[3]["ner_tags"][0] = "O"
    return rows


def other_label(rows):
    rows[2]["label"] = "opposes"
    return rows


@pytest.mark.parametrize(
    ("kind", "change", "said"),
    [
        ("tokens-", other_tag, "row 4 isn't what the gold makes of d"),
        ("tokens-", lambda rows: rows[1:] + rows[:1], "row 1 isn't what the gold makes of d0"),
        ("tokens-", lambda rows: rows[:-1], " lacks rows of d"),
        ("tokens-", lambda rows: rows + rows[-1:], "has more rows than the gold makes"),
        ("relations-", other_label, "row 3 isn't what the gold makes of d"),
        ("relations-", lambda rows: rows[:-1], " lacks rows of d"),
    ],
)
def test_views_show_what_the_gold_makes(gold, kind, change, said):
    rewrite_rows(gold, kind, change)

    ((place, what),) = faults(gold)

    assert place == "0.2.0"
    assert what.startswith(f"{kind}train-")
    assert said in what


def test_what_a_manifest_counts_of_views_is_what_they_have(gold):
    replace_hash(gold, tokens={"tagged": 1}, relations={"pairs": 7})

    said = [what for _, what in faults(gold)]

    assert said == [
        "manifest.json says tagged 1 of the view tokens, the gold makes 93",
        "manifest.json says pairs 7 of the view relations, the gold makes 31",
    ]


def test_tokens_of_another_spacy_are_no_fault(gold):
    """Other tokens may be right then; whose they are, and how many, is compared all the same."""
    rewrite_rows(gold, "tokens-", other_tag)
    replace_hash(gold, tokens={"tokenizer": "spaCy 1.0.0 (en)"})
    assert faults(gold) == []

    replace_hash(gold, tokens={"tokens": 3})

    assert "says tokens 3 of the view tokens" in faults(gold)[0][1]


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


def said_of(gold, monkeypatch, capsys):
    """The lines that the command says of what is wrong."""
    monkeypatch.chdir(gold.parent)
    with pytest.raises(SystemExit) as ended:
        main(["verify"])
    assert ended.value.code == 1
    said = capsys.readouterr().err
    return said[said.index("error: ") :].splitlines()


def test_each_mistake_in_the_publishers_facts_is_told_on_its_line(gold, monkeypatch, capsys):
    facts = gold / "dataset.toml"
    facts.write_text(facts.read_text().replace("contact", "contakt").replace("cc-by", "mine"))

    lines = said_of(gold, monkeypatch, capsys)

    assert [line.split(": ")[:2] for line in lines[:-1]] == [
        ["error", "gold/dataset.toml:1:1"],
        ["gold/dataset.toml:3:1", "has an unknown key 'contakt'"],
        ["gold/dataset.toml:4:22", "'annotation_license' is 'mine-4.0'; a licence that the Hub has a name for is expected, as in cc-by-4.0"],
    ]  # fmt: skip
    assert lines[-1] == "hint: mend gold/dataset.toml"


def test_a_marker_that_is_gone_from_the_card_is_told_once(gold, monkeypatch, capsys):
    """Beside mistakes in dataset.toml."""
    card = gold / "README.md"
    facts = gold / "dataset.toml"
    facts.write_text(facts.read_text().replace("cc-by", "mine"))
    card.write_text(card.read_text().replace(BEGIN, ""))

    _, marker, hint = said_of(gold, monkeypatch, capsys)

    assert marker.startswith("gold/README.md: has the marker")
    assert hint.startswith("hint: mend gold/dataset.toml; put both markers")


def test_a_release_that_was_interrupted_is_told_once_with_what_completes_it(
    gold, monkeypatch, capsys
):
    changelog = gold / "CHANGELOG.md"
    text = changelog.read_text()
    changelog.write_text(text[: text.index("## 0.2.0")] + text[text.index("## 0.1.0") :])

    assert said_of(gold, monkeypatch, capsys) == [
        "error: gold/CHANGELOG.md: has no entry for 0.2.0: its release was interrupted, or the entry was deleted",
        "hint: curate release (completes the release)",
    ]  # fmt: skip

    changelog.write_text(text[: text.index("## 0.1.0")])

    hint = said_of(gold, monkeypatch, capsys)[-1]
    assert hint.startswith("hint: git status, then git checkout")


@pytest.mark.parametrize("name", ["manifest.json", "guidelines.md", ""])
def test_a_link_in_place_of_a_file_is_told(gold, name):
    """Also where its content is right: it lies somewhere else, and may change there."""
    path = gold / "0.2.0" / name
    elsewhere = gold.parent / "elsewhere"
    path.rename(elsewhere)
    path.symlink_to(elsewhere)

    ((place, what),) = faults(gold)

    assert place == f"0.2.0/{name}".strip("/")
    assert what == f"is a link to {elsewhere}, and no file of the version"


def test_a_file_that_lost_its_write_protection_is_remarked_on(gold, monkeypatch, capsys):
    """Not where all have: git keeps no write protection."""
    monkeypatch.chdir(gold.parent)
    (gold / "0.2.0" / "guidelines.md").chmod(0o644)

    with pytest.raises(SystemExit) as ended:
        main(["verify"])

    assert ended.value.code == 0
    told = "remark: guidelines.md in gold/0.2.0 can be written to: chmod a-w gold/0.2.0/*\n"
    assert told in capsys.readouterr().err
    for path in (gold / "0.2.0").iterdir():
        path.chmod(0o644)
    assert [one.writable for one in verify_gold(gold).versions] == [(), ()]


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
