"""The log says of each version when it was sealed, what is in it, and how far to trust it."""

from dataclasses import replace

import pytest
from gold_samples import PROVENANCE, many, sealed, working

from curation.cli import main
from curation.gold.sealed.log import log_to_json, read_version_log
from curation.gold.sealed.manifest import (
    AgreementEntry,
    BaselineEntry,
    BaselineScoreEntry,
    FigureEntry,
    LayerEntry,
)

F1 = FigureEntry(value=0.8125, lower=0.75, upper=0.9)
SCORE = BaselineScoreEntry(documents=4, gold=8, predicted=8, correct=4, f1=F1)
NOTHING = BaselineScoreEntry(documents=4, gold=0, predicted=0, correct=0)
MEASURED = replace(
    PROVENANCE,
    released="2026-11-29",
    agreement_figures={"entities": AgreementEntry(f1=F1, documents=3)},
    baseline=BaselineEntry(
        model=LayerEntry(kind="model", name="m", version="3"),
        scores={"all": {"entities": {"strict": SCORE}, "relations": {"strict": NOTHING}}},
    ),
)


def test_the_newest_version_comes_first_and_unknown_figures_are_null(tmp_path):
    gold = tmp_path / "gold"
    first = sealed(gold, working(*many(3)))
    second = sealed(gold, working(*many(4)), provenance=MEASURED)

    found = log_to_json(read_version_log(gold))

    after, before = found["versions"]
    assert (after["version"], before["version"]) == (second.version, first.version)
    assert (after["released"], before["released"]) == ("2026-11-29", None)
    assert (after["documents"], after["entities"], after["relations"]) == (4, 12, 4)
    assert sum(after["splits"].values()) == 4
    assert after["agreement"] == {
        "entities": {"f1": 0.8125, "f1_interval": [0.75, 0.9], "documents": 3}
    }
    assert after["baseline"] == {
        "model": "m@3+.",
        "entities": {"f1": 0.8125, "f1_interval": [0.75, 0.9]},
        "relations": {"f1": None, "f1_interval": None},
    }
    assert (before["agreement"], before["baseline"]) == (None, None)
    assert found["interrupted"] is None


def test_a_version_whose_release_was_interrupted_is_told_and_not_listed(tmp_path):
    gold = tmp_path / "gold"
    sealed(gold, working(*many(3)))
    before = (gold / "CHANGELOG.md").read_bytes()
    sealed(gold, working(*many(4)))
    (gold / "CHANGELOG.md").write_bytes(before)

    found = read_version_log(gold)

    assert [one.version for one in found.manifests] == ["0.1.0"]
    assert found.interrupted == "0.2.0"


def test_the_table_has_a_line_a_version(tmp_path, monkeypatch, capsys):
    sealed(tmp_path / "gold", working(*many(3)))
    sealed(tmp_path / "gold", working(*many(4)), provenance=MEASURED)
    monkeypatch.chdir(tmp_path)

    with pytest.raises(SystemExit, match="0"):
        main(["log"])

    out = capsys.readouterr().out.splitlines()
    assert out[0].startswith("Versions of gold; agreement and baseline: strict F1 of entities")
    assert [line.split() for line in out[2:]] == [
        ["0.2.0", "2026-11-29", "4", "12", "4", "81.2", "/", "–", "81.2", "/", "–"],
        ["0.1.0", "–", "3", "9", "3", "–", "–"],
    ]
