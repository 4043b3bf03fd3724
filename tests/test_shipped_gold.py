"""The gold that the project ships: sealed, sound, complete, and plain about where it comes from."""

import re
import shutil
from dataclasses import replace

import pytest
from datasets import load_dataset
from gold_samples import read_next
from samples import ROOT, SCHEMA

from curation.articles import read_articles
from curation.checks.against_schema import check_document
from curation.documents.document import is_program_pseudonym
from curation.gold.card.files import outdated_published_files, write_published_files
from curation.gold.sealed.versions import list_versions, read_version

GOLD = ROOT / "gold"
SHIPPED = "0.1.0"
ARTICLE = "000_c0b9d572aaf7d729"

# Occurrences of an annotated name that are no mention of it, with the reason.
EXPLAINED: dict[tuple[int, int], str] = {}


@pytest.fixture(scope="module")
def version():
    return read_version(GOLD, SHIPPED)


@pytest.fixture(scope="module")
def document(version):
    return next(one.document for one in version.gold_documents if one.id == ARTICLE)


def test_the_text_is_what_ingest_makes_of_the_seed(document):
    (article,) = read_articles([ROOT / "seeds" / f"{ARTICLE}.txt"])

    later = {"baseline_saw", "pilot"}  # which 0.1.0 didn't know yet
    known = {key: value for key, value in article.meta.items() if key not in later}

    assert document.without_annotations() == replace(article, meta=known)


def test_everything_in_it_is_sound(version):
    layers = [one.document for one in version.gold_documents]
    layers += [note.document for note in version.annotations]

    assert [check_document(layer, SCHEMA) for layer in layers] == [()] * len(layers)


def test_every_recurrence_of_an_annotated_name_is_annotated_or_explained(document):
    """As whole words; inside a longer annotated name it is part of that one."""
    covered = [entity.span for entity in document.entities]
    open_ends = [
        (match.span(), name)
        for name in {document.words(entity) for entity in document.entities}
        for match in re.finditer(rf"(?<!\w){re.escape(name)}(?!\w)", document.text)
        if not any(start <= match.start() and match.end() <= end for start, end in covered)
    ]

    assert [found for found in open_ends if found[0] not in EXPLAINED] == []


def test_it_was_annotated_twice_blind_and_settled(version):
    (one,) = [one for one in version.gold_documents if one.id == ARTICLE]
    passes = [note for note in version.annotations if note.document.id == ARTICLE]

    assert (one.arm, one.adjudicated, one.n_annotations) == ("blind", True, 2)
    assert len({note.annotator for note in passes}) == 2
    assert [note.suggestion for note in passes] == [None, None]


def test_it_is_declared_as_made_by_a_machine(version, tmp_path):
    only = tmp_path / "gold"
    shutil.copytree(GOLD / SHIPPED, only / SHIPPED)
    entry = re.search(
        rf"^## {SHIPPED}\n.*?(?=^## |\Z)", (GOLD / "CHANGELOG.md").read_text(), re.M | re.S
    )
    (only / "CHANGELOG.md").write_text(f"# Changes\n\n{entry[0]}")
    shutil.copy(GOLD / "dataset.toml", only)
    write_published_files(only)
    card = (only / "README.md").read_text()

    assert all(
        is_program_pseudonym(name) for one in version.gold_documents for name in one.annotators
    )
    assert "- machine-generated" in card
    assert "not by people" in card


def test_the_card_and_what_lies_beside_it_are_what_the_versions_say():
    """If this fails, one was edited by hand, or the code that makes it has changed: curate release."""
    assert list(outdated_published_files(GOLD)) == []


def test_the_working_state_and_every_version_can_be_read():
    """So they are sound, and no sealed one was altered."""
    read_next(GOLD)
    for name in list_versions(GOLD):
        read_version(GOLD, name)


def test_load_dataset_gives_what_was_annotated(document, tmp_path):
    rows = load_dataset(str(GOLD), SHIPPED, cache_dir=str(tmp_path))
    (row,) = [row for split in rows.values() for row in split if row["id"] == ARTICLE]

    assert row["text"] == document.text
    assert [(e["start"], e["end"], e["label"]) for e in row["entities"]] == [
        (*entity.span, entity.label) for entity in document.entities
    ]
    assert all(row["text"][e["start"] : e["end"]] == e["text"] for e in row["entities"])
    assert len(row["relations"]) == len(document.relations)
    assert row["license"] == "unknown"
