"""``curate release`` with near copies: one split for all of them, and leaks only by permission."""

import json
import shutil
from pathlib import Path

import pytest
from command_line import run
from gold_samples import write_dataset_facts
from samples import ROOT

from curation.gold.sealed.versions import read_manifest, read_version

CASES = Path(__file__).parents[1] / "cases" / "near-copies.jsonl"

# In train and in test, by the hash of its id.
IN_TRAIN, IN_TEST = "wikinews-784626", "d8"

NO_GROUPS: dict[str, str] = {}


@pytest.fixture
def desk(tmp_path, monkeypatch):
    """A folder with a schema, and with what the publisher knows."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    (tmp_path / "gold").mkdir()
    write_dataset_facts(tmp_path / "gold")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def add(capsys, desk, groups=NO_GROUPS, **texts):
    """Bring these texts into gold/next, as annotated by somebody who found nothing in them."""
    path = desk / "new.jsonl"
    articles = (
        {
            "id": name,
            "text": text,
            "meta": {"group": groups[name]} if name in groups else {},
            "layer": {"kind": "gold"},
        }
        for name, text in texts.items()
    )
    path.write_text("".join(f"{json.dumps(article)}\n" for article in articles))
    given = ("--format", "jsonl", "--as-annotations", "--annotator", "anna")
    code, _, err = run(capsys, "import", str(path), *given)
    assert code == 0, err


def six_copies():
    articles = map(json.loads, CASES.read_text("utf-8").splitlines())
    return {one["id"]: one["text"] for one in articles}


def release(capsys, *arguments):
    return run(capsys, "release", "--no-baseline", *arguments)


def splits(desk, number="0.1.0"):
    """The split of each document, by id, and the group."""
    version = read_version(desk / "gold", number)
    return {
        gold.id: (version.split_plan.split_of(gold.group), gold.group)
        for gold in version.gold_documents
    }


def story(letter, words=20):
    return " ".join(f"{letter}{number}" for number in range(words))


def test_six_copies_of_one_article_are_in_one_split(capsys, desk):
    add(capsys, desk, **six_copies())

    code, _, err = release(capsys)

    assert code == 0, err
    found = splits(desk)
    assert len({found[name] for name in found if name.startswith("copy-")}) == 1
    assert found["other-1"][1] == "other-1"
    manifest = read_manifest(desk / "gold", "0.1.0")
    (members,) = manifest.groups.several.values()
    assert len(members) == 6
    assert "1 group has several documents, near copies or of one story" in err
    assert f"  copy-0: {', '.join(members)}" in err


def test_a_copy_that_comes_later_joins_the_split_of_the_first(capsys, desk):
    add(capsys, desk, **{IN_TEST: story("a")})
    release(capsys)

    add(capsys, desk, new=f"{story('a')} and some more")
    code, _, err = release(capsys)

    assert code == 0, err
    assert splits(desk, "0.2.0") == {IN_TEST: ("test", IN_TEST), "new": ("test", IN_TEST)}


def test_one_story_stays_in_one_split_however_its_first_article_was_grouped(capsys, desk):
    """What a sealed document said counts, also where near copies brought it to another group."""
    add(capsys, desk, **{IN_TEST: story("a")})
    release(capsys)
    said = {"n-test": "story-T", "p-a": "story-A", "p-b": "story-B"}
    copies = {"copy": f"more {story('a')}", "p-a": story("b"), "p-b": f"{story('b')} more"}
    add(capsys, desk, said, **{"n-test": f"{story('a')} more", **copies})
    release(capsys)

    said = {"s-t": "story-T", "s-b": "story-B", "s-id": "copy"}
    add(capsys, desk, said, **{"s-t": story("c"), "s-b": story("d"), "s-id": story("e")})
    code, _, err = release(capsys)

    assert code == 0, err
    assert {name: group for name, (_, group) in splits(desk, "0.3.0").items()} == {
        **dict.fromkeys((IN_TEST, "copy", "n-test", "s-t", "s-id"), IN_TEST),
        **dict.fromkeys(("p-a", "p-b", "s-b"), "story-A"),
    }


def test_other_shares_move_no_sealed_document(capsys, desk):
    add(capsys, desk, **{IN_TEST: story("a")})
    release(capsys)
    facts = desk / "gold" / "dataset.toml"
    facts.write_text(
        f"{facts.read_text()}\n[splits]\ntrain = 1.0\nvalidation = 0.0\ntest = 0.0\n"
    )

    add(capsys, desk, d1=story("b"))
    code, _, err = release(capsys)

    assert code == 0, err
    assert splits(desk, "0.2.0") == {IN_TEST: ("test", IN_TEST), "d1": ("train", "d1")}
    assert read_manifest(desk / "gold", "0.2.0").fractions["train"] == 1.0


def test_a_leak_is_refused_until_it_is_allowed_and_then_told_for_ever(capsys, desk):
    add(capsys, desk, **{IN_TRAIN: story("a"), IN_TEST: story("b")})
    release(capsys)
    add(capsys, desk, both=f"{story('a')} {story('b')}")

    code, _, refused = release(capsys)

    leak = (
        "both: is in train, and a near copy of d8 in test (they share 100% of the shorter text)"
    )
    assert (code, leak in refused) == (1, True)
    assert "curate drop both, or curate release --allow-leak both" in refused
    code, _, err = release(capsys, "--allow-leak", "d9")
    assert "--allow-leak d9: no document of this id" in err
    code, _, err = release(capsys, "--allow-leak", "both")
    assert code == 0, err
    assert "both in train and d8 in test are near copies, as allowed" in err
    assert f"it joined the oldest, {IN_TRAIN}, and not {IN_TEST}" in err
    (entry,) = read_manifest(desk / "gold", "0.2.0").leaks
    assert entry.documents == {"both", "d8"}
    assert "Allowed leak" in (desk / "gold" / "README.md").read_text()
    add(capsys, desk, d1=story("c"))
    code, _, err = release(capsys)
    assert code == 0, err
    bridges = {"both": [IN_TRAIN, IN_TEST]}
    assert read_manifest(desk / "gold", "0.3.0").groups.bridges == bridges
    assert f"it joined `{IN_TRAIN}`, not `{IN_TEST}`" in (desk / "gold/README.md").read_text()
    assert [one.documents for one in read_manifest(desk / "gold", "0.3.0").leaks] == [
        entry.documents
    ]


def test_a_leak_that_is_dropped_is_none(capsys, desk):
    add(capsys, desk, **{IN_TRAIN: story("a"), IN_TEST: story("b")})
    release(capsys)
    add(capsys, desk, both=f"{story('a')} {story('b')}", d1=story("c"))
    run(capsys, "drop", "both")

    code, _, err = release(capsys)

    assert code == 0, err
    assert "both" not in splits(desk, "0.2.0")


def test_small_splits_are_told(capsys, desk):
    add(capsys, desk, **{IN_TRAIN: story("a"), IN_TEST: story("b")})

    _, _, err = release(capsys)

    said = "splits with fewer than 10 documents (min_documents in gold/dataset.toml): train 1, validation 0, test 1"
    assert f"warning: {said}" in err


def test_a_release_again_has_nothing_new(capsys, desk):
    """Also with near copies, whose groups are sealed by then."""
    add(capsys, desk, **six_copies())
    release(capsys)

    code, _, err = release(capsys)

    assert (code, "Nothing new: gold/0.1.0" in err) == (0, True)
