"""The gold that the project ships: sealed, sound, complete, and plain about where it comes from."""

import re
from collections import Counter, defaultdict
from dataclasses import replace

import pytest
from datasets import load_dataset
from gold_samples import read_next
from samples import ROOT, SCHEMA

from curation.articles import read_articles
from curation.checks.against_schema import check_document
from curation.documents.document import is_program_pseudonym
from curation.flows.consistency import consistency
from curation.gold.audit.judgements import judged_audits, judged_rates
from curation.gold.card.files import outdated_published_files
from curation.gold.sealed.manifest import UNSEEN
from curation.gold.sealed.versions import list_versions, read_version
from curation.workspace import Workspace

GOLD = ROOT / "gold"
VERSIONS = ("0.1.0", "1.0.0")
NEWEST = VERSIONS[-1]
SEEDS = ("000_c0b9d572aaf7d729.txt", "wikinews.jsonl", "unseen.jsonl")
ARTICLE = "000_c0b9d572aaf7d729"

# Who annotated the first article for 0.1.0.
OLDER = ("machine-7d41c09e", "machine-b2f5368a")

# Occurrences of an annotated name that are no mention of it, with the reason.
EXPLAINED: dict[tuple[int, int], str] = {}


@pytest.fixture(scope="module", params=VERSIONS, name="version")
def _version(request):
    return read_version(GOLD, request.param)


@pytest.fixture(scope="module", name="newest")
def _newest():
    return read_version(GOLD, NEWEST)


@pytest.fixture(name="document")
def _document(version):
    return next(one.document for one in version.gold_documents if one.id == ARTICLE)


def test_the_texts_are_what_ingest_makes_of_the_seeds(version):
    """Also what is known of the articles, but for what 0.1.0 didn't know yet."""
    articles = {one.id: one for one in read_articles([ROOT / "seeds" / name for name in SEEDS])}

    for one in version.gold_documents:
        article = articles[one.id]
        known = {key: value for key, value in article.meta.items() if key in one.document.meta}
        assert one.document.without_annotations() == replace(article, meta=known)
    assert version.manifest.version != NEWEST or {*articles} == {
        one.id for one in version.gold_documents
    }


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


def test_the_first_article_was_annotated_twice_blind_and_settled():
    version = read_version(GOLD, "0.1.0")
    (one,) = [one for one in version.gold_documents if one.id == ARTICLE]
    passes = [note for note in version.annotations if note.document.id == ARTICLE]

    assert (one.arm, one.adjudicated, one.n_annotations) == ("blind", True, 2)
    assert len({note.annotator for note in passes}) == 2
    assert [note.suggestion for note in passes] == [None, None]


def test_each_article_was_annotated_by_two_once_blind_and_once_from_suggestions(newest):
    """Half and half for each of the two; the first article has its two older annotations besides."""
    works = [note for note in newest.annotations if note.annotator not in OLDER]
    by_document = defaultdict(set)
    for note in works:
        by_document[note.document.id].add((note.annotator, note.suggestion is None))
    blind = Counter(note.annotator for note in works if note.suggestion is None)

    assert len({one.id for one in newest.gold_documents}) == len(by_document) == 80
    assert all(
        len({by for by, _ in one}) == 2 and {blind for _, blind in one} == {True, False}
        for one in by_document.values()
    )
    assert len(blind) == 2
    assert min(blind.values()) >= 30


def test_the_rules_never_saw_forty_four_of_them(newest):
    saw = Counter(one.document.meta["baseline_saw"] for one in newest.gold_documents)

    assert saw == {True: 36, False: 44}


def test_it_says_everything_in_one_way_but_for_what_is_right():
    found = consistency(Workspace(GOLD, ROOT / ".curate"), SCHEMA, gold=NEWEST)

    assert [(one.document, one.what) for one in found.findings] == []


def test_two_audits_are_judged_in_full_and_on_the_card_the_second_first():
    names = [one.audit.name for one in judged_audits(GOLD)]
    card = (GOLD / "README.md").read_text()

    assert names == ["second", "first"]
    assert 0 < card.index("| second |") < card.index("| first |")
    drawn = [{*one.audit.documents} for one in judged_audits(GOLD)]
    assert [len(one) for one in drawn] == [20, 20]
    assert drawn[0].isdisjoint(drawn[1])


def test_the_table_of_the_readme_is_what_the_newest_version_says(newest):
    manifest = newest.manifest
    card = (GOLD / "README.md").read_text()
    differences = re.search(r"^- (\d+) differences decided", card, re.M)[1]
    against_all = re.search(r"^- (\d+) decisions against", card, re.M)[1]
    audit = judged_rates(judged_audits(GOLD)[0].judgements)
    splits = ", ".join(f"{n} {split}" for split, n in manifest.counts.splits.items())
    agreed = {kind: in_percent(one.f1) for kind, one in manifest.agreement_figures.items()}
    unseen = {
        kind: in_percent(one["strict"].f1)
        for kind, one in manifest.baseline.scores[UNSEEN].items()
    }
    counts = manifest.counts

    table = [
        ("documents", f"{counts.documents}: {splits}"),
        (
            "marked",
            f"{sum(counts.entities.values())} entities of 11 types,"
            f" {sum(counts.relations.values())} relations of 10",
        ),
        (
            "agreement of the two passes, first submissions, strict F1 on 74 documents",
            f"entities {agreed['entities']}, relations {agreed['relations']}",
        ),
        (
            "settled",
            f"{differences} differences, and {against_all} decisions against what both passes had",
        ),
        (
            "errors that the second audit found in 20 documents, mended since",
            f"{audit.entities.percent} in 100 entities, {audit.relations.percent} in 100 relations",
        ),
        (
            "the baseline at the release, strict F1 on the 44 articles that its rules never saw ([today's](docs/benchmarks.md))",
            f"entities {unseen['entities']}, relations {unseen['relations']}",
        ),
    ]
    shown = "".join(f"| {name} | {what} |\n" for name, what in table)
    assert f"| {NEWEST} | |\n|---|---|\n{shown}" in (ROOT / "README.md").read_text()


def in_percent(figure):
    return f"{figure.value:.1%} [{figure.lower:.1%}, {figure.upper:.1%}]".replace("%", "")


def test_it_is_declared_as_made_by_a_machine(version):
    card = (GOLD / "README.md").read_text()

    assert all(
        is_program_pseudonym(name) for one in version.gold_documents for name in one.annotators
    )
    assert "- machine-generated" in card
    assert "not by people" in card
    assert "No person has checked them" in card


def test_the_card_and_what_lies_beside_it_are_what_the_versions_say():
    """If this fails, one was edited by hand, or the code that makes it has changed: curate release."""
    assert list(outdated_published_files(GOLD)) == []


def test_the_working_state_and_every_version_can_be_read():
    """So they are sound, and no sealed one was altered."""
    read_next(GOLD)
    for name in list_versions(GOLD):
        read_version(GOLD, name)


def test_load_dataset_gives_what_was_annotated(version, document, tmp_path):
    rows = load_dataset(str(GOLD), version.manifest.version, cache_dir=str(tmp_path))
    (row,) = [row for split in rows.values() for row in split if row["id"] == ARTICLE]

    assert row["text"] == document.text
    assert [(e["start"], e["end"], e["label"]) for e in row["entities"]] == [
        (*entity.span, entity.label) for entity in document.entities
    ]
    assert all(row["text"][e["start"] : e["end"]] == e["text"] for e in row["entities"])
    assert len(row["relations"]) == len(document.relations)
    assert row["license"] == "unknown"
