"""``curate publish``: what it says before, and that nothing is said or sent that may not be."""

import json
import re
import shutil

import pytest
from command_line import run
from gold_samples import annotated, sealed, working
from published import parquet_rows, readable
from samples import ROOT

from curation.gold.edition.outgoing import outgoing_files
from curation.gold.sealed.versions import read_version

SHIPPED = "0.1.0"


@pytest.fixture(name="desk")
def _desk(tmp_path, monkeypatch):
    """A folder to stand in, for somebody without a login on the Hub."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("huggingface_hub.get_token", lambda: None)
    return tmp_path


@pytest.fixture(name="shipped")
def _shipped(desk):
    shutil.copytree(ROOT / "gold", desk / "gold")
    return desk


def test_a_dry_run_prints_each_file_of_the_shipped_gold(capsys, shipped):
    """Whose article has no licence: no line of it is printed, and its text would stay here."""
    code, out, err = run(capsys, "publish", SHIPPED, "--repo", "org/news", "--dry-run")

    assert code == 0
    paths = [line.split()[-1] for line in out.splitlines()]
    assert {"README.md", "CHANGELOG.md", "LICENSE.md", "0.1.0/manifest.json"} <= {*paths}
    assert "tag v0.1.0" in err
    assert "1 article without text (no licence is known)" in err
    assert "the Hub wasn't asked what is there: no token was found" in err
    article = (ROOT / "seeds" / "000_c0b9d572aaf7d729.txt").read_text()
    said = [line.strip() for line in article.splitlines() if line.strip()]
    assert [line for line in said if line in out + err] == []


@pytest.mark.parametrize("omit_all", [False, True])
def test_of_the_shipped_article_nothing_goes_out(omit_all):
    """No sentence and no title in any file; no name that it has in any column."""
    files = outgoing_files(ROOT / "gold", SHIPPED, omit_all=omit_all).files
    (gold,) = read_version(ROOT / "gold", SHIPPED).gold_documents
    document = gold.document
    sentences = [one for one in re.split(r"(?<=[.!?])\s+|\n", document.text) if len(one) > 20]
    names = {document.words(one) for one in document.entities}

    found = readable(files)

    assert len(sentences) > 5
    assert [one for one in sentences for text in found.values() if one in text] == []
    columns = "".join(
        json.dumps(parquet_rows(raw), ensure_ascii=False)
        for path, raw in files.items()
        if path.endswith(".parquet")
    )
    assert [one for one in names if f'"{one}"' in columns] == []


def test_a_dry_run_for_programs_has_hashes_and_writes_nothing(capsys, shipped):
    before = {path: path.read_bytes() for path in shipped.rglob("*") if path.is_file()}

    code, out, _ = run(
        capsys, "publish", SHIPPED, "--repo", "org/news", "--dry-run", "--public", "--json"
    )

    assert code == 0
    found = json.loads(out)
    assert (found["private"], found["hub_asked"], found["refused"]) == (False, False, None)
    assert all(len(one["sha256"]) == 64 for one in found["files"])
    assert {path: path.read_bytes() for path in shipped.rglob("*") if path.is_file()} == before


def test_nobody_publishes_without_a_token(capsys, shipped):
    code, _, err = run(capsys, "publish", SHIPPED, "--repo", "org/news")

    assert code == 1
    assert "error: no token was found" in err
    assert "hint: hf auth login" in err


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--repo", "org/news")])
def test_a_missing_version_is_told_before_anything_else_that_is_missing(capsys, shipped, more):
    code, _, err = run(capsys, "publish", "9.9.9", *more)

    assert code == 1
    assert "error: gold/9.9.9: no such version\nhint: the sealed versions are 0.1.0" in err


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "--repo is missing"),
        (("--repo", "news"), 2, "--repo is 'news'"),
        (("--repo", "org/news", "--text", "keep"), 2, "--text"),
    ],
)
def test_what_cant_be_meant_is_refused(capsys, shipped, arguments, code, said):
    found, _, err = run(capsys, "publish", SHIPPED, "--dry-run", *arguments)

    assert found == code
    assert said in err


def test_a_version_that_isnt_sealed_is_refused(capsys, desk):
    sealed(desk / "gold", working(annotated("d0")))

    code, _, err = run(capsys, "publish", "9.9.9", "--repo", "org/news", "--dry-run")

    assert code == 1
    assert "no such version" in err
