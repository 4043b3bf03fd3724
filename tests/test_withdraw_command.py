"""``curate withdraw`` and ``curate hydrate`` as they are typed: exit codes, what is data and what is talk."""

import json
import shutil

import pytest
from command_line import run
from samples import ROOT

ARTICLE = "000_c0b9d572aaf7d729"


@pytest.fixture(name="desk")
def _desk(tmp_path, monkeypatch):
    """The shipped gold."""
    monkeypatch.chdir(tmp_path)
    for name in ("gold", "label_config"):
        shutil.copytree(ROOT / name, tmp_path / name)
    return tmp_path


def edition(desk):
    """The shipped version as it is published, without its article."""
    from curation.gold.edition.outgoing import outgoing_files

    for path, raw in outgoing_files(desk / "gold", "0.1.0").files.items():
        (desk / "download" / path).parent.mkdir(parents=True, exist_ok=True)
        (desk / "download" / path).write_bytes(raw)


def test_what_holds_the_text_is_data_with_json(capsys, desk):
    code, out, _ = run(capsys, "withdraw", ARTICLE, "--reason", "asked", "--json")

    assert code == 0
    holders = json.loads(out)["holders"][ARTICLE]
    assert holders["versions"] == ["0.1.0", "1.0.0"]
    assert "git" in holders


def test_its_article_is_refused_by_ingest_then(capsys, desk):
    run(capsys, "withdraw", ARTICLE, "--reason", "asked")

    code, out, err = run(capsys, "ingest", str(ROOT / "seeds" / f"{ARTICLE}.txt"))

    assert (code, out) == (1, "")
    assert f"{ARTICLE}: is withdrawn (asked)" in err


def test_a_reason_is_asked_for(capsys, desk):
    assert run(capsys, "withdraw", ARTICLE)[0] == 2
    assert run(capsys, "withdraw", ARTICLE, "--reason", "  ")[0] == 2


def test_hydrate_names_what_is_missing_and_exits_with_1(capsys, desk):
    edition(desk)

    code, _, err = run(
        capsys,
        "hydrate",
        "download",
        "--texts",
        str(ROOT / "seeds" / "unseen.jsonl"),
        "-o",
        "news",
    )

    assert code == 1
    assert f"no text of these documents was given: {ARTICLE}" in err
    assert (desk / "news" / "0.1.0" / "manifest.json").exists()


def test_hydrate_needs_a_new_folder(capsys, desk):
    edition(desk)
    articles = str(ROOT / "seeds" / f"{ARTICLE}.txt")

    first = run(capsys, "hydrate", "download", "--texts", articles, "-o", "news", "--json")
    second = run(capsys, "hydrate", "download", "--texts", articles, "-o", "news")

    assert json.loads(first[1])["restored"] == [ARTICLE]
    assert second[0] == 1
    assert "news is there already" in second[2]


def test_a_folder_that_hydrate_made_has_versions_to_list_and_verify(capsys, desk, monkeypatch):
    edition(desk)
    run(capsys, "hydrate", "download", "--texts", str(ROOT / "seeds"), "-o", "news")
    monkeypatch.chdir(desk / "news")

    listed = run(capsys, "log", "--json")
    verified = run(capsys, "verify")

    assert [one["version"] for one in json.loads(listed[1])["versions"]] == ["0.1.0"]
    assert verified[0] == 0
    assert "0.1.0 has the files that its manifest lists" in verified[2]
