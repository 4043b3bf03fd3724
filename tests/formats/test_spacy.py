"""spaCy: what its trainer, spancat and rel_component read; accepted by spaCy itself."""

import subprocess
import sys

import pytest
import spacy
from hypothesis import given
from samples import SCHEMA
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab
from strategies import documents, texts

from curation.documents.document import Document, Entity, Relation
from curation.errors import InputError, Problems
from curation.formats.losses import NOT_ALIGNED, WITH_LOST_END, Losses
from curation.formats.spacy import IN_SPANS_ALONE, OUR_KEY, REL_KEY, read_spacy, write_spacy
from curation.formats.whole_tokens import whole_tokens

BLANK = spacy.blank("en")
TEXT = "Bob Smith of Rome met Al."
BOB, SMITH, ROME, AL = (
    Entity(0, 9, "PERSON", "b"), Entity(4, 9, "ORG", "s"), Entity(13, 17, "GPE", "r"),
    Entity(22, 24, "PERSON", "a"),
)  # fmt: skip
MEETS = Relation(BOB, AL, "meets_with")
FROM = Relation(BOB, ROME, "affiliated_with")


def docs_of(*some) -> tuple[list[Doc], Losses]:
    losses = Losses()
    (part,) = write_spacy(some, SCHEMA, losses)
    return list(DocBin().from_bytes(part.content).get_docs(Vocab())), losses


def read(path, problems=None):
    told = Problems()
    found = list(read_spacy(path, SCHEMA, Losses(), told))
    if problems is None:
        assert list(told.shown) == []
    else:
        problems += told.shown
    return found


def test_each_component_finds_what_it_trains_on():
    document = Document("d", TEXT, (BOB, SMITH, ROME, AL), (MEETS, FROM))

    (doc,), losses = docs_of(document)

    assert doc.text == TEXT
    assert [(one.text, one.label_) for one in doc.ents] == [
        ("Bob Smith", "PERSON"), ("Rome", "GPE"), ("Al", "PERSON"),
    ]  # fmt: skip
    assert [(one.text, one.label_, one.id_) for one in doc.spans["sc"]] == [
        ("Bob Smith", "PERSON", "b"), ("Smith", "ORG", "s"), ("Rome", "GPE", "r"), ("Al", "PERSON", "a"),
    ]  # fmt: skip
    pairs = doc.user_data[REL_KEY]
    assert len(pairs) == 3 * 2
    assert {one.keys() == SCHEMA.relations.keys() for one in pairs.values()} == {True}
    said = {
        (*pair, label)
        for pair, labels in pairs.items()
        for label, sure in labels.items()
        if sure
    }
    assert said == {(0, 5, "meets_with"), (5, 0, "meets_with"), (0, 3, "affiliated_with")}
    assert not losses.counts
    assert losses.remarks == {IN_SPANS_ALONE: 1}


def test_what_is_inside_of_a_token_is_counted():
    inside = Entity(1, 3, "ORG")
    document = Document("d", TEXT, (inside, AL), (Relation(inside, AL, "meets_with"),))

    (doc,), losses = docs_of(document)

    assert [one.text for one in doc.ents] == ["Al"]
    assert losses.counts == {NOT_ALIGNED: 1, WITH_LOST_END: 1}


@given(texts())
def test_tokens_and_white_space_are_those_of_spacys_own_doc(text):
    tokens = whole_tokens(Document("d", text))

    own = BLANK(text)
    assert tokens.words == [token.text for token in own]
    assert tokens.spaces == [bool(token.whitespace_) for token in own]


@given(documents(SCHEMA))
def test_spacy_trains_on_every_entity_that_isnt_counted(document):
    (doc,), losses = docs_of(document)

    lost = losses.counts.get(NOT_ALIGNED, 0) + losses.remarks.get(IN_SPANS_ALONE, 0)
    assert len(doc.ents) == len(document.entities) - lost
    words = {(one.start_char, one.end_char, one.label_) for one in doc.ents}
    assert words <= {(one.start, one.end, one.label) for one in document.entities}


def written(folder, *user_data):
    """A file of spaCy's in which each document has two entities and this data."""
    path = folder / "other.spacy"
    stored = DocBin(store_user_data=True)
    for held in user_data:
        doc = BLANK(TEXT)
        doc.ents = [Span(doc, 0, 2, "PERSON"), Span(doc, 3, 4, "GPE")]
        doc.user_data.update(held)
        stored.add(doc)
    stored.to_disk(path)
    return path


def test_other_peoples_files_are_read_with_rel_components_relations(tmp_path):
    sure = {(0, 3): {"affiliated_with": 0.9, "opposes": 0.1}, (3, 0): {}}

    (found,) = read(written(tmp_path, {REL_KEY: sure}))

    bob, rome = Entity(0, 9, "PERSON"), Entity(13, 17, "GPE")
    relation = Relation(bob, rome, "affiliated_with")
    assert found.document == Document("other-1", TEXT, (bob, rome), (relation,))


@pytest.mark.parametrize("content", [b"", b"no", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_what_spacy_didnt_write_is_a_sentence(tmp_path, content):
    path = tmp_path / "d.spacy"
    path.write_bytes(content)

    with pytest.raises(InputError, match=r"d\.spacy: not a file that spaCy wrote"):
        read(path)


@pytest.mark.parametrize(
    ("key", "held", "told"),
    [
        (OUR_KEY, "{", "user_data['curate']: not JSON"),
        (OUR_KEY, "[]", "user_data['curate']: a list, not a JSON object"),
        (OUR_KEY, 3, "user_data['curate']: 3, not a JSON object"),
        (OUR_KEY, '{"scores": [1.0]}', "user_data['curate']: 1 score for 2 entities"),
        (OUR_KEY, '{"scores": 3}', "user_data['curate']: 'scores' must be a list, not 3"),
        (OUR_KEY, '{"relations": {}}', "user_data['curate']: 'relations' must be a list, not {}"),
        (OUR_KEY, '{"relations": [[0, 2, "opposes"]]}', '[0,2,"opposes"], which joins no two'),
        (OUR_KEY, '{"relations": [[0, true, "x"]]}', '[0,true,"x"], which joins no two'),
        (OUR_KEY, '{"relations": [[-1, 0, "x"]]}', '[-1,0,"x"], which joins no two'),
        (OUR_KEY, '{"relations": [7]}', "7, which joins no two"),
        (OUR_KEY, '{"id": 3}', "'id'"),
        (REL_KEY, {(0, 3, 4): {}}, "doc._.rel: (0, 3, 4)"),
        (REL_KEY, {(0, 3): ["x"]}, "doc._.rel: (0, 3)"),
        (REL_KEY, {(0, 3): {"opposes": "sure"}}, "doc._.rel: (0, 3)"),
    ],
)  # fmt: skip
def test_what_others_put_in_place_of_our_data_is_a_problem_of_its_document(
    tmp_path, key, held, told
):
    """And no reason to say that spaCy didn't write the file; the other documents are read."""
    problems = Problems()

    found = read(written(tmp_path, {key: held}, {}), problems)

    (problem,) = problems.shown
    assert problem.place == f"{tmp_path / 'other.spacy'}, document 1"
    assert told in problem.what
    assert [one.document.id for one in found] == ["other-2"]


@pytest.mark.slow
def test_spacy_finds_nothing_wrong_and_trains(tmp_path):
    """``debug data``, and an epoch of ``train`` on a blank pipeline."""
    some = [
        Document(str(n), f"{TEXT} {n}", (BOB, SMITH, ROME, AL), (MEETS, FROM))
        for n in range(100)  # with fewer, spaCy finds something wrong
    ]
    (part,) = write_spacy(some, SCHEMA, Losses())
    path = tmp_path / "gold.spacy"
    path.write_bytes(part.content)
    config = tmp_path / "config.cfg"
    both = ["--paths.train", str(path), "--paths.dev", str(path)]

    def spacys(*arguments):
        command = [sys.executable, "-W", "ignore", "-m", "spacy", *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    spacys("init", "config", config, "--lang", "en", "--pipeline", "ner,spancat")
    checked = spacys("debug", "data", config, *both, "--no-format")
    trained = spacys(
        "train", config, *both, "-o", tmp_path / "model", "--training.max_epochs", 1
    )

    assert "✘" not in checked
    assert "100 training docs" in checked
    assert "Saved pipeline to output directory" in trained
    assert {one.label_ for one in spacy.load(tmp_path / "model" / "model-last")(TEXT).ents} <= {
        "PERSON", "GPE",
    }  # fmt: skip
