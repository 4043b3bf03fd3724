"""The quick way of reading a line gives what the gate gives, or leaves the line to the gate."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from samples import SCHEMA
from strategies import documents

from curation.documents.document import Document, Entity, Layer, Relation
from curation.documents.interchange import Reading, parse_document
from curation.documents.plain_document import plain_content, read_plain_document
from curation.documents.stream import DocumentLine
from curation.strict_json import parse_object

BOB, ALICE = Entity(0, 3, "PERSON", "a"), Entity(8, 13, "PERSON", "b", 0.5)
PLAIN = Document(
    "d",
    'Bob met Alice, "née" Z.\n',
    (BOB, ALICE),
    (Relation(BOB, ALICE, "meets_with", 0.25, "rules"),),
    {"title": 'So "it" was', "n": 7, "names": ["x", '"y"'], "nothing": None},
    Layer("model", "m", "1", "w", "r"),
)
LINE = PLAIN.to_line().encode()

# What goes into a line in the middle of everything: keys that are there already, keys that nobody
# knows, values of other kinds, halves of characters, numbers that are read in several ways.
PARTS = (
    b'"id":"a",', b'"id":"",', b'"id":7,', b'"text":"Bob",', b'"start":0,', b'"end":3,', b'"label":"ORG",', b'"x":"y",',
    b'"score":null,', b'"score":1,', b'"score":-0,', b'"score":1e308,', b'"score":1.7976931348623157e308,', b'"made_by":"",',
    b'"made_by":"both",', b'"head":"a",', b'"tail":"a",', b'"meta":{},', b'"entities":[],', b'"relations":[],',
    b'"layer":null,', b'"kind":"gold",', b'"name":"",', b'"n":1e5,', b'"text_sha256":"0",', b'"title":"t",', b'"meta":null,',
    b"{}", b"[]", b"null", b"true", b"1.0", b"-0", b"-1", b"1e400", b"NaN", b"9" * 26, b"9" * 4100, b"0." + b"1" * 400,
    b'""', b'"', b",", b":", b"\\", b'\\"', b"\\\\", b" ", b"\n", b"\x0b", b"\x00", b"\x1f", b"\xff", b"\xed\xa0\x80",
    b"\\u0022", b"\\u0000", b"\\ud800", b"\\udc00", b"\\ud83d\\ude00", b"\\u00e9", b"\xef\xbb\xbf", b"[" * 2000,
)  # fmt: skip

# Where (in thousandths), how many bytes give way, and to what.
changes = st.lists(
    st.tuples(st.integers(0, 1000), st.integers(0, 12), st.sampled_from(PARTS)), max_size=3
)


def by_gate(raw, reading):
    """What the gate alone makes of a line: the document to the last id, and what is wrong."""
    try:
        document, problems = parse_document(parse_object(raw), "x:1", reading)
    except ValueError as error:
        return "None", [f"x:1: {error}"]
    return repr(document), [str(one) for one in problems]


def by_both(raw, reading):
    document, problems = DocumentLine("x:1", raw, reading).read()
    return repr(document), [str(one) for one in problems]


def changed(raw, changes):
    """The line with parts put in, mostly where a key may stand."""
    for where, length, part in changes:
        keys = [at + 1 for at, byte in enumerate(raw) if byte in b"{,"] or [0]
        at = (
            keys[where * len(keys) // 1001] if part.endswith(b",") else where * len(raw) // 1000
        )
        raw = raw[:at] + part + raw[at + length * (not part.endswith(b",")) :]
    return raw


@given(documents(SCHEMA), changes, st.booleans(), st.sampled_from(Reading))
def test_every_line_is_read_as_by_the_gate_alone(document, changes, is_ascii, reading):
    line = json.dumps(document.to_json(), ensure_ascii=is_ascii).encode()
    raw = changed(line, changes)

    assert by_both(raw, reading) == by_gate(raw, reading)


@given(changes, st.sampled_from(Reading))
@example([(0, 0, b'"id":"",'), (999, 0, b'"made_by":"",')], Reading.AS_GIVEN)
def test_a_spoilt_line_is_read_as_by_the_gate_alone(changes, reading):
    raw = changed(LINE, changes)

    assert by_both(raw, reading) == by_gate(raw, reading)


@given(st.binary(max_size=40), st.sampled_from(Reading))
def test_junk_is_refused_as_by_the_gate_alone(raw, reading):
    assert by_both(raw, reading) == by_gate(raw, reading)


@pytest.mark.parametrize(
    "value", [0, 1, -1, 10**30, True, 1.0, 1e308, "", "a", "b", "é", [], {}]
)
@pytest.mark.parametrize(
    ("part", "key"),
    [
        *(("entities", key) for key in ("id", "start", "end", "label", "score")),
        *(("relations", key) for key in ("head", "tail", "label")),
    ],
)
def test_what_a_row_marks_is_taken_as_by_the_gate_alone(part, key, value):
    form = json.loads(LINE)
    form[part][0][key] = value
    document, _ = parse_document(form, "x:1", Reading.STORED)

    content = plain_content(form["text"], form["entities"], form["relations"])

    assert content is None or repr(content) == repr((document.entities, document.relations))


@pytest.mark.parametrize("reading", Reading)
@pytest.mark.parametrize(
    "line",
    [
        pytest.param(LINE, id="as we write it"),
        pytest.param(json.dumps(PLAIN.to_json()).encode(), id="as json.dumps writes it"),
        pytest.param(json.dumps(PLAIN.to_json(), sort_keys=True).encode(), id="sorted keys"),
        pytest.param(b'{"id":"d","text":"Bob"}', id="nothing but a text"),
    ],
)
def test_what_is_sound_is_read_without_the_gate(line, reading):
    assert repr(read_plain_document(line, reading)) == by_gate(line, reading)[0]


def test_entities_without_ids_are_numbered_without_the_gate():
    line = b'{"id":"d","text":"Bob","entities":[{"start":0,"end":3,"label":"PERSON"}]}'

    document = read_plain_document(line, Reading.AS_GIVEN)

    assert repr(document) == by_gate(line, Reading.AS_GIVEN)[0]
    assert document.entities[0].id == "e1"
    assert read_plain_document(line, Reading.BY_FORMAT) is None


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        pytest.param('"id":"d"', '"id":"d","id":"e"', "duplicate key 'id'", id="key twice"),
        pytest.param(
            '"score":0.5', '"score":0.5,"score":1', "duplicate key 'score'", id="score twice"
        ),
        pytest.param('"n":7', '"n":7,"n":8', "duplicate key 'n'", id="meta twice"),
        pytest.param('"name":"m"', '"name":"m","name":"m"', "duplicate key", id="layer twice"),
        pytest.param(
            '"id":"a",',
            '"label":"ORG",',
            "duplicate key 'label'",
            id="an id that is missing doesn't hide a key twice",
        ),
        pytest.param(
            '\\"née\\"',
            '\\u0022née\\u0022","text":"x',
            "duplicate key 'text'",
            id="quotation marks that are spelled don't hide a key twice",
        ),
        pytest.param('"start":0', '"start":0,"x":1', "unknown key 'x'", id="entity's key"),
        pytest.param('"kind"', '"x":"y","kind"', "unknown key 'x'", id="layer's key"),
        pytest.param('"start":0', '"start":0.0', "must be an integer", id="float"),
        pytest.param('"start":0', '"start":false', "must be an integer", id="bool"),
        pytest.param('"start":0', f'"start":{"9" * 26}', "outside the text", id="26 digits"),
        pytest.param(
            '"n":7', f'"n":{"9" * 4100}', "4100 digits is too large", id="4100 digits"
        ),
        pytest.param('"n":7', '"n":NaN', "NaN is not a JSON number", id="NaN"),
        pytest.param('"n":7', '"n":1e400', "the number 1e400 is too large", id="infinite"),
        pytest.param('"score":0.5', '"score":null', "must be a number", id="no score"),
        pytest.param(
            '"score":0.5', f'"score":{2**1024 - 2**970}', "must be a number", id="score"
        ),
        pytest.param("Z.", "\\ud800", "half a character", id="half a character"),
        pytest.param("Z.", "\\u0000", "a NUL character", id="NUL"),
        pytest.param('"title"', '"\\u0000"', "contains a NUL character", id="NUL in meta"),
        pytest.param('"id":"b"', '"id":"a"', "duplicate entity id 'a'", id="id twice"),
        pytest.param('"tail":"b"', '"tail":"a"', "with itself", id="to itself"),
        pytest.param('"end":3', '"end":4', "white space", id="white space"),
        pytest.param('"made_by":"rules"', '"made_by":""', "must be one of", id="maker"),
        pytest.param('"m"', '""', "a string that isn't empty", id="layer without a name"),
    ],
)
def test_what_msgspec_would_take_is_refused_by_the_gate(old, new, what):
    raw = LINE.decode().replace(old, new, 1).encode()

    _, (first, *_) = by_both(raw, Reading.BY_FORMAT)

    assert read_plain_document(raw, Reading.BY_FORMAT) is None
    assert what in first
