"""The file of a document: what is written is read again, and what is wrong with it is told."""

import json

import msgspec
import pytest
from annotations.drawn import pulled_annotation, pulled_document, records
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT, SCHEMA

from curation.annotations.merge import merge_pulled
from curation.annotations.record_file import read_record, read_trusted_record, record_bytes
from curation.annotations.withdrawal import is_emptied, withdraw_record
from curation.documents.document import Document, Entity, Layer, Relation

TEXT = "Bob met Al.\nAl left 😀.\n"


def record():
    bob, al = Entity(0, 3, "PERSON"), Entity(8, 10, "PERSON")
    model = Layer("model", "m", "1", "w", "r")
    suggestion = Document("d1", TEXT, (Entity(0, 3, "ORG", score=0.25),), (), {}, model)
    mine = Document("d1", TEXT, (bob, al), (Relation(bob, al, "meets_with"),), {"title": "Met"})
    found = pulled_annotation(mine, suggestion=suggestion)
    first = merge_pulled(None, pulled_document(mine, found)).record
    less = Document("d1", TEXT, (bob,), (), {"title": "Met"})
    again = pulled_annotation(less, suggestion=suggestion, updated="2026-11-03T11:00:00Z")
    return merge_pulled(first, pulled_document(less, again)).record


@given(records(), st.text(alphabet="ab c", min_size=1))
def test_of_a_withdrawn_document_nothing_is_left_but_what_keeps_it_out(one, reason):
    withdrawn = withdraw_record(one, reason=reason, at="2026-11-03T10:02:00Z")

    raw = record_bytes(withdrawn)

    assert read_record(raw, "x") == (withdrawn, [])
    assert read_trusted_record(raw) == withdrawn
    assert is_emptied(withdrawn)
    kept = {"format", "id", "text_sha256", "group", "state", "state_reason", "state_at"}
    assert {key for key, value in json.loads(raw).items() if value} == kept


@given(records())
def test_what_is_written_is_read_again(one):
    raw = record_bytes(one)

    assert read_record(raw, "x") == (one, [])
    assert read_trusted_record(raw) == one
    assert record_bytes(read_trusted_record(raw)) == raw


@given(records())
def test_in_another_order_it_is_the_same_record(one):
    """Which the strict reader reads, and not the quick one."""
    form = json.loads(record_bytes(one))

    turned = json.dumps(dict(reversed(form.items()))).encode()

    assert read_record(turned, "x") == (one, [])


def test_what_is_written_is_read_quickly():
    """Bytes that aren't msgspec's own, but for white space, are read strictly, which takes long."""
    shipped = [path.read_bytes() for path in (ROOT / "gold" / "next").glob("*.json")]
    withdrawn = withdraw_record(record(), reason="asked", at="2026-11-03T10:02:00Z")

    for raw in (record_bytes(record()), record_bytes(withdrawn), *shipped):
        again = msgspec.json.encode(read_trusted_record(raw))
        assert again == msgspec.json.format(raw, indent=-1)


@given(records())
def test_other_programs_read_it_as_plain_json(one):
    form = json.loads(record_bytes(one))

    assert "".join(form["text"]) == one.whole_text
    for annotation in form["annotations"]:
        for span in annotation["entities"] or ():
            assert one.whole_text[span["start"] : span["end"]] == span["text"]


@given(records())
def test_each_entity_has_a_line_of_its_own(one):
    lines = record_bytes(one).decode().split("\n")

    entities = [line for line in lines if line.lstrip().startswith('{"start"')]
    there = [span for a in one.annotations for span in a.entities or ()]
    assert len(entities) >= len(there)


def test_one_entity_more_is_one_line_more():
    before = record_bytes(record()).decode().splitlines()
    form = json.loads(record_bytes(record()))
    form["annotations"][0]["entities"].append(
        {"start": 12, "end": 14, "label": "PERSON", "text": "Al"}
    )
    one, problems = read_record(json.dumps(form).encode(), "x")
    assert problems == []

    after = record_bytes(one).decode().splitlines()

    added = [line for line in after if line not in before]
    assert [line.strip() for line in added] == [
        # The line before it has a comma now.
        '{"start": 0, "end": 3, "label": "PERSON", "text": "Bob"},',
        '{"start": 12, "end": 14, "label": "PERSON", "text": "Al"}',
    ]


def changed(path, value):
    """The sample's bytes with one value changed."""
    form = json.loads(record_bytes(record()))
    inside = form
    for key in path[:-1]:
        inside = inside[key]
    if value is None and path[-1] in inside:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return json.dumps(form, ensure_ascii=False).encode("utf-8", "surrogatepass")


FIRST = ("annotations", 0, "entities", 0)


@pytest.mark.parametrize(
    ("raw", "said"),
    [
        (b'{"format": 1,\n "id": }', "x:2: not JSON: Expecting value, column 8"),
        (b"{\n<<<<<<< HEAD\n", "x:2: an unfinished merge: git left conflict markers here"),
        (b"\xff\xfe{\0", "x: UTF-16, not UTF-8; convert it: iconv -f UTF-16 -t UTF-8 < x > x.utf8 && mv x.utf8 x"),
        (b"[]", "x: a list, not a JSON object"),
        (b'{"format": 1, "format": 1}', "x: duplicate key 'format'"),
        (changed(["format"], 2), "x: 'format' is 2; this curate reads format 1"),
        (changed(["format"], None), "x: 'format' is null; this curate reads format 1"),
        (changed(["colour"], "red"), "x: object contains unknown field 'colour'"),
        (changed(["group"], ""), "x: 'group' is empty"),
        (changed(["text"], ["Bob met Al.\n"]), "x: the text doesn't have the hash in 'text_sha256'"),
        (changed((*FIRST, "end"), 4), "x: annotation 'u1': 0..4: the text is 'Bob ', not 'Bob'"),
        (changed((*FIRST, "end"), 99), "x: annotation 'u1': 0..99: the span is empty"),
        (changed((*FIRST, "end"), "3"), "x: $.annotations[0].entities[0].end: expected 'int', got 'str'"),
        (changed((*FIRST, "colour"), 1), "x: $.annotations[0].entities[0]: object contains unknown field 'colour'"),
        (changed(["annotations", 0, "started_from"], "zz"), "x: annotation 'u1': 'started_from' is 'zz', which is no key of 'suggestions'"),
        (changed(["annotations", 0, "status"], "done"), "x: $.annotations[0].status: invalid enum value 'done'"),
        (
            changed(["annotations", 0, "relations"], [{"head": [0, 3, "ORG"], "tail": [0, 3, "PERSON"], "label": "r"}]),
            "x: annotation 'u1': r joins ORG 0..3, which is none of its entities",
        ),
        (changed(["id"], "HALF").replace(b"HALF", rb"\ud800"), "x: half a character"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_with_its_place(raw, said):
    one, problems = read_record(raw, "x")

    assert one is None
    assert any(str(problem).startswith(said) for problem in problems), list(map(str, problems))


@given(st.binary(max_size=200))
def test_no_bytes_raise(raw):
    one, problems = read_record(raw, "x")

    assert (one is None) == bool(problems)


@given(records(), st.data())
def test_no_change_by_hand_raises_or_passes_unseen(one, data):
    """A record with some bytes changed is told, or is another sound record."""
    raw = bytearray(record_bytes(one))
    for _ in range(data.draw(st.integers(1, 3))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))

    after, problems = read_record(bytes(raw), "x")

    assert (after is None) == bool(problems)
    if after:
        assert read_record(record_bytes(after), "x") == (after, [])


assert SCHEMA.entities  # the drawn records keep to it


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"place": []}, "decision 'e0-3': 'place' has 0 spans, not 1"),
        ({"place": [[0, 99]]}, "decision 'e0-3': 0..99 is empty, reversed or outside the text"),
        ({"kind": "relations"}, "decision 'e0-3': 'place' has 1 span, not 2"),
    ],
)
def test_a_decision_that_cannot_be_is_told(change, told):
    form = json.loads(record_bytes(record()))
    decision = {
        "key": "e0-3", "kind": "entities", "place": [[0, 3]],
        "offered": [{"by": [], "reading": {}}], "chosen": {}, "own": False,
    }  # fmt: skip
    form["verdict"] = {
        "by": None, "kind": "person", "at": None, "schema": None, "guideline": None,
        "decisions": [decision | change], "entities": [], "relations": [], "flags": [],
    }  # fmt: skip

    _, problems = read_record(json.dumps(form).encode(), "x")

    assert [one.what for one in problems] == [told]
