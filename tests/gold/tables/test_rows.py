"""A row says all that a document is, and says it one way only."""

import hashlib
import json
from dataclasses import replace

import pytest
from gold_samples import Working, digest, layer_rows
from hypothesis import given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import annotations, documents, golds

from curation.annotations.independence import VERDICT
from curation.documents.document import AnnotatedDocument, Document, Entity, Layer, Relation
from curation.files import json_line
from curation.gold.dataset import (
    AdjudicatedDocument,
    GoldDocument,
    PublishedDecision,
    PublishedReading,
)
from curation.gold.tables.read_rows import read_annotation_row, read_gold_row, read_verdict_row
from curation.gold.tables.rows import (
    annotation_row,
    gold_document_order,
    gold_row,
    rows_digest,
    verdict_row,
)
from curation.strict_json import parse_object

FIELDS = (
    "id text title src url published license attribution lang text_sha256 ingest_version group"
    " entities relations flags annotators n_annotations adjudicated arm preannotated_by meta"
)
RUSSIA, ASSAD = Entity(0, 6, "GPE", "x"), Entity(13, 18, "PERSON", "y")
BACKS = Document(
    "d1",
    "Russia backs Assad",
    (RUSSIA, ASSAD),
    (Relation(RUSSIA, ASSAD, "supports"),),
    {"title": "T", "n": 1},
)
ROW = gold_row(GoldDocument(BACKS))
DECISION = PublishedDecision(
    kind="entities",
    place=((0, 6),),
    offered=(
        PublishedReading(annotators=("person-1",), reading='{"entities":[[0,6,"GPE"]]}'),
        PublishedReading(annotators=("person-2", "person-3"), reading='{"entities":[]}'),
    ),
    chosen='{"entities":[[0,6,"GPE"]]}',
    own=False,
    preselected="",
)
places = st.lists(st.tuples(st.integers(0, 90), st.integers(0, 90)), min_size=1, max_size=2)
decisions = st.builds(
    replace,
    st.just(DECISION),
    kind=st.sampled_from(["entities", "relations", "flags"]),
    place=places.map(tuple),
    own=st.booleans(),
    preselected=st.sampled_from(["", "untouched", "changed"]),
)


@given(golds(SCHEMA))
def test_a_gold_document_survives_its_json_line(gold):
    """Its meta too, whatever it holds."""
    again, problems = read_gold_row(parse_object(json_line(gold_row(gold))), "here")

    assert problems == []
    assert again == gold
    assert gold_row(again) == gold_row(gold)


@given(annotations(SCHEMA))
def test_an_annotation_survives_its_json_line(annotation):
    """What it started from too: nothing, a suggestion of nothing, or scored entities; but no note."""
    again, problems = read_annotation_row(
        parse_object(json_line(annotation_row(annotation))), "x"
    )

    assert problems == []
    assert again == replace(annotation, note="")
    assert _scores(again) == _scores(annotation)


@pytest.mark.parametrize("not_offered", [None, (), ("LAW", "supports")], ids=str)
def test_what_was_not_offered_survives_and_is_left_out_where_nobody_knows(not_offered):
    """So that the digests of versions sealed before stay what they are."""
    gold = GoldDocument(BACKS, not_offered=not_offered)
    work = AnnotatedDocument(
        replace(BACKS, layer=Layer("annotator", "person-1a2b")), not_offered=not_offered
    )

    assert read_gold_row(parse_object(json_line(gold_row(gold))), "x") == (gold, [])
    assert read_annotation_row(parse_object(json_line(annotation_row(work))), "x") == (work, [])
    has_key = {"not_offered" in gold_row(gold), "not_offered" in annotation_row(work)}
    assert has_key == {not_offered is not None}


def _scores(annotation):
    return annotation.suggestion and [e.score for e in annotation.suggestion.entities]


def test_the_record_has_the_promised_fields_in_order():
    """Their names are a contract with whoever loads the dataset."""
    assert list(ROW) == FIELDS.split()
    assert ROW["entities"][0] == {
        "id": "e1", "start": 0, "end": 6, "label": "GPE", "text": "Russia",
    }  # fmt: skip
    assert ROW["relations"] == [{"head": "e1", "tail": "e2", "label": "supports"}]
    assert ROW["title"] == "T"
    assert ROW["url"] is None
    assert ROW["meta"] == '{"n":1}'


@pytest.mark.parametrize(
    ("change", "said"),
    [
        pytest.param(
            {"entities": [ROW["entities"][0] | {"text": "Rusia"}], "relations": []},
            "d1, 0..6: the text is 'Russia', not 'Rusia'",
            id="words that the text doesn't have",
        ),
        pytest.param(
            {"text": "Russia lacks Assad"}, "doesn't have the hash in 'text_sha256'", id="text"
        ),
        pytest.param(
            {"n_annotations": "1"}, "'n_annotations' is '1'", id="a number as a string"
        ),
        pytest.param({"extra": 1}, "unknown key 'extra'", id="an unknown key"),
        pytest.param({"meta": "[1]"}, "'meta': a list, not a JSON object", id="meta of a list"),
        pytest.param({"meta": '{"a":{}}'}, "'a' in 'meta' must be", id="meta too deep"),
        pytest.param({"arm": "both"}, "'arm' is 'both'", id="an unknown arm"),
        pytest.param(
            {"entities": [ROW["entities"][0] | {"end": 60}], "relations": []},
            "outside the text",
            id="a span outside the text",
        ),
        pytest.param(
            {"relations": [{"head": "e1", "tail": "e9", "label": "supports"}]},
            "joins 'e9'",
            id="an end that isn't there",
        ),
    ],
)
def test_a_bad_row_is_refused_with_its_place(change, said):
    """The gate says where and what, and lets nothing through."""
    gold, problems = read_gold_row(ROW | change, "next/gold.jsonl:7")

    assert gold is None
    assert all(problem.place == "next/gold.jsonl:7" for problem in problems)
    assert any(said in problem.what for problem in problems), problems


@pytest.mark.parametrize("field", FIELDS.split())
def test_a_row_without_a_field_is_refused(field):
    row = {name: value for name, value in ROW.items() if name != field}

    gold, problems = read_gold_row(row, "here")

    assert gold is None
    assert [problem.what for problem in problems] == [f"the record has no {field!r}"]


@given(
    st.lists(golds(SCHEMA), max_size=2), st.lists(annotations(SCHEMA), max_size=2), st.randoms()
)
def test_the_digest_is_blind_to_ids_and_order(some, layers, random):
    """The same annotations have the same digest."""
    before = digest(Working(tuple(some), tuple(layers)))
    random.shuffle(some)
    random.shuffle(layers)
    renamed = [replace(one, document=_renamed(one.document, random)) for one in some]
    relayed = [replace(one, document=_renamed(one.document, random)) for one in layers]

    assert digest(Working(tuple(renamed), tuple(relayed))) == before


def _renamed(document, random):
    """Other ids, the entities in another order."""
    other = {e: replace(e, id=f"z{random.random()}") for e in document.entities}
    relations = [Relation(other[r.head], other[r.tail], r.label) for r in document.relations]
    entities = list(other.values())
    random.shuffle(entities)
    return replace(document, entities=tuple(entities), relations=tuple(relations))


@pytest.mark.parametrize(
    "other",
    [
        replace(BACKS, entities=(RUSSIA,), relations=()),
        replace(BACKS, relations=()),
        replace(BACKS, meta={"title": "U"}),
        replace(BACKS, id="d2"),
    ],
    ids=["entities", "relations", "meta", "id"],
)
def test_another_meaning_has_another_digest(other):
    assert digest(Working((GoldDocument(other),))) != digest(Working((GoldDocument(BACKS),)))


def test_the_digest_never_changes_with_the_program():
    """Written down: a change of the canonical form would orphan every sealed version."""
    annotation = AnnotatedDocument(
        replace(BACKS, layer=Layer("annotator", "machine-1")),
        replace(BACKS, relations=(), layer=Layer("model", "m", "1", "w", "r")),
    )

    found = digest(Working((GoldDocument(BACKS, annotators=("machine-1",)),), (annotation,)))

    assert found == "5e8a9d94430c2ea76c890c87431ef2bc1248e86ee19d8d03eac005ee992c0fd5"


def test_a_note_is_in_no_row_and_has_no_digest():
    """Notes are private; the same annotations with another note are the same version."""
    layer = AnnotatedDocument(replace(BACKS, layer=Layer("annotator", "person-1")))
    digests = {digest(Working((), (replace(layer, note=note),))) for note in ("", "a", "b")}

    assert len(digests) == 1
    assert annotation_row(replace(layer, note="a")) == annotation_row(layer)


def test_another_first_submission_has_another_digest_and_what_is_unsure_has_not():
    """Whether it is the first is known of it, like its time, and not said by it."""
    layer = AnnotatedDocument(replace(BACKS, layer=Layer("annotator", "person-1")))
    others = {
        "as now": {},
        "a first": {"first": BACKS.without_annotations()},
        "a copy": {"not_independent": "copy"},
        "unsure": {"first_sure": False},
    }

    found = {
        name: digest(Working((), (replace(layer, **given),))) for name, given in others.items()
    }

    assert len({found["as now"], found["a first"], found["a copy"]}) == 3
    assert found["unsure"] == found["as now"]


def test_no_row_says_more_than_it_should():
    """No times, no server's ids."""
    layer = AnnotatedDocument(replace(BACKS, layer=Layer("annotator", "person-1")))

    assert " ".join(annotation_row(layer)) == (
        "id text text_sha256 meta annotator edited_by entities relations flags suggested_by"
        " suggested_layer suggested_entities suggested_relations"
    )
    assert json.loads(annotation_row(layer)["meta"]) == {"title": "T", "n": 1}


@given(documents(SCHEMA), st.data())
def test_a_verdict_survives_its_json_line(document, data):
    """With who had which reading; it is no annotation, and says that it isn't independent."""
    verdict = AdjudicatedDocument(
        document=replace(document, layer=Layer("annotator", "person-1a2b")),
        adjudicator="person-1a2b",
        flags=data.draw(st.sampled_from([(), ("bad_text",)])),
        decisions=tuple(data.draw(st.lists(decisions, max_size=3))),
    )

    row = parse_object(json_line(verdict_row(verdict)))

    assert read_verdict_row(row, "x") == (verdict, [])
    assert row["not_independent"] == VERDICT
    assert read_annotation_row(row, "x")[0] is None


def test_another_decision_has_another_digest():
    verdict = AdjudicatedDocument(document=BACKS, adjudicator="person-1")
    others = [
        verdict,
        replace(verdict, adjudicator="person-2"),
        replace(verdict, decisions=(DECISION,)),
        replace(verdict, decisions=(replace(DECISION, own=True),)),
    ]

    assert len({digest(Working((), (), (one,))) for one in others}) == len(others)


def test_a_verdict_stands_behind_the_annotations_of_its_document():
    """The digest needs the rows of one document side by side."""
    layers = [
        AnnotatedDocument(replace(BACKS, id=name, layer=Layer("annotator", "person-1")))
        for name in ("d1", "d2", "d3")
    ]
    verdict = AdjudicatedDocument(document=replace(BACKS, id="d2"), adjudicator="person-2")
    rows = layer_rows(Working((), tuple(layers), (verdict,)))

    assert [(row["id"], "decisions" in row) for row in rows] == [
        ("d1", False), ("d2", False), ("d2", True), ("d3", False),
    ]  # fmt: skip


@given(st.lists(golds(SCHEMA), max_size=3, unique_by=lambda one: one.id), annotations(SCHEMA))
def test_the_digest_is_that_of_plain_json_lines(some, annotation):
    """Whichever program writes them, and with scores as without: sorted lines, one a row."""
    left_out = ("first_unsure", "arm_unknown", "guideline")
    golds_rows = [gold_row(one) for one in sorted(some, key=gold_document_order)]
    row = annotation_row(annotation)
    plain = {key: value for key, value in row.items() if key not in left_out}

    lines = "".join(f"{json_line(one)}\n" for one in (*golds_rows, plain))

    expected = hashlib.sha256(lines.encode()).hexdigest()
    assert rows_digest(golds_rows, [row]) == expected


def test_every_character_counts_for_the_digest_as_json_lines_have_it():
    characters = [chr(n) for n in range(0x3000) if not 0xD800 <= n < 0xE000]
    rows = [{"id": "d", "text": "".join(characters) + "\U0001f600\ufffd"}]

    lines = f"{json_line(rows[0])}\n".encode()

    assert rows_digest(rows, []) == hashlib.sha256(lines).hexdigest()
