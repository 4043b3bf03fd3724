"""The difference between two states of the gold adds up, and the changelog tells it."""

from dataclasses import replace

from gold_samples import annotated, sealed, working
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import golds

from curation.documents.document import Document, Entity, Relation
from curation.gold.changes.changelog import parse_seals, read_changelog
from curation.gold.changes.diff import GoldState, TypeTally, find_differences
from curation.gold.changes.diff_words import changelog_lines, describe_marks
from curation.gold.dataset import GoldDocument
from curation.gold.sealed.manifest import SchemaEntry
from curation.gold.sealed.versions import read_version
from curation.gold.tables.rows import gold_document_order
from curation.gold.working.excluded import DROPPED

TEXT = "Iran's minister met Assad in Damascus on Monday"
IRAN = Entity(0, 4, "GPE")
ASSAD = Entity(20, 25, "PERSON")


def state(name: str, *documents: GoldDocument, schema=SCHEMA) -> GoldState:
    ordered = sorted(documents, key=gold_document_order)
    return GoldState(name=name, gold_documents=ordered, types=SchemaEntry.of(schema))


def gold(identity: str, *marks: Entity | Relation, **known: object) -> GoldDocument:
    entities = tuple(one for one in marks if isinstance(one, Entity))
    relations = tuple(one for one in marks if isinstance(one, Relation))
    return GoldDocument(Document(identity, TEXT, entities, relations), **known)


ids = st.sampled_from(["a", "b", "c", "d"])
states = st.lists(golds(SCHEMA, ids), max_size=4, unique_by=lambda one: one.id)


@given(states, states)
def test_the_numbers_by_type_add_up(old, new):
    """What was, with what came and without what went, is what is."""
    difference = find_differences(state("old", *old), state("new", *new))

    for tallies in (difference.entities, difference.relations):
        for name, tally in tallies.items():
            joined = sum(other.relabelled[name] for other in tallies.values())
            after = tally.before + tally.came + tally.added + joined
            after -= tally.went + tally.removed + sum(tally.relabelled.values())
            assert tally.after == after
    counts = (difference.added, difference.removed, difference.changed)
    assert all(len(ids) <= 4 for ids in counts)


def test_the_difference_counts_by_type():
    org = replace(ASSAD, label="ORG")
    old = state(
        "old", gold("a", IRAN, ASSAD, Relation(ASSAD, IRAN, "opposes")), gold("b", IRAN)
    )
    new = state("new", gold("a", IRAN, org, Relation(org, IRAN, "opposes")), gold("c", ASSAD))

    difference = find_differences(old, new, {"b": DROPPED, "x": DROPPED})

    assert (difference.added, difference.removed) == (("c",), ("b",))
    assert difference.reasons == {"b": DROPPED}
    assert difference.entities == {
        "GPE": TypeTally(before=2, after=1, went=1),
        "ORG": TypeTally(before=0, after=1),
        "PERSON": TypeTally(before=1, after=1, came=1, relabelled={"ORG": 1}),
    }
    assert difference.relations == {"opposes": TypeTally(before=1, after=1, moved=1)}


def test_the_changelogs_entry_names_documents_and_counts_types():
    longer = replace(ASSAD, end=28)
    old = state("1.0.0", gold("a", IRAN, ASSAD), gold("b", IRAN), gold("e"))
    new = state(
        "1.1.0",
        gold("a", replace(IRAN, label="NORP"), longer, Relation(longer, IRAN, "opposes")),
        gold("c"),
        gold("d*\n## 9.9.9"),
        gold("e", flags=("flag",)),
    )

    lines = list(changelog_lines(find_differences(old, new, {"b": DROPPED})))

    assert lines == [
        "Against 1.0.0: 2 documents added, 1 removed (1 dropped), 2 changed.",
        "",
        "- documents added: c, d\\* \\#\\# 9.9.9",
        "- documents removed: b (dropped)",
        "- documents changed: a (1 entity relabelled, 1 moved; 1 relation added), e (flags)",
        "- entities in documents that changed: GPE 1 now NORP; PERSON 1 moved",
        "- relations in documents that changed: opposes 1 added",
    ]


def test_a_long_list_is_shortened_with_a_count():
    old = state("1.0.0")
    new = state("1.1.0", *(gold(f"d{n:02}") for n in range(33)))

    added = list(changelog_lines(find_differences(old, new)))[2]

    assert added.startswith("- documents added: d00, d01, ")
    assert added.endswith(", d19 and 13 more")


def test_each_change_is_told_with_its_words():
    longer = replace(ASSAD, end=28)
    old = gold("a", IRAN, ASSAD, Relation(ASSAD, IRAN, "opposes"))
    new = gold("a", replace(IRAN, label="NORP"), longer, group="story")
    difference = find_differences(state("old", old), state("new", new))

    lines = list(describe_marks(difference.changed[0]))

    assert lines == [
        "relabelled 0..4 GPE 'Iran', now 0..4 NORP 'Iran'",
        "moved 20..25 PERSON 'Assad', now 20..28 PERSON 'Assad in'",
        "removed 'Assad' opposes 'Iran'",
        'group "a", now "story"',
    ]


def test_a_release_writes_the_difference_into_the_changelog(tmp_path):
    """Exactly what ``curate diff --markdown`` of the two versions says."""
    first = annotated("d1")
    sealed(tmp_path / "gold", working(first, annotated("d2")))
    sealed(tmp_path / "gold", working(annotated("d1", labels=("GPE", "ORG", "GPE"))))

    gold = tmp_path / "gold"
    versions = [GoldState.of_version(read_version(gold, v)) for v in ("0.1.0", "0.2.0")]
    entry = "\n".join(changelog_lines(find_differences(*versions)))
    assert f"## 0.2.0\n\n{entry}\n\n" in read_changelog(gold)
    assert "- documents changed: d1 (1 entity relabelled; 1 relation moved)" in entry
    assert list(parse_seals(read_changelog(gold))) == ["0.2.0", "0.1.0"]


def test_types_that_came_or_went_are_told():
    fewer = {name: one for name, one in SCHEMA.relations.items() if name != "opposes"}
    wider = replace(SCHEMA.relations["supports"], head=("PERSON",))
    visits = replace(wider, name="visits")
    schema = replace(SCHEMA, relations={**fewer, "supports": wider, "visits": visits})

    difference = find_differences(state("old"), state("new", schema=schema))

    assert list(changelog_lines(difference)) == [
        "Against old: 0 documents added, 0 removed, 0 changed. The schema changed.",
        "",
        "- types added: visits",
        "- types removed: opposes",
        "- relations with another signature: supports",
    ]
