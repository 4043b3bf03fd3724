"""What no database can hold is refused at the gate, wherever in a document it stands."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from samples import SCHEMA
from strategies import documents, metas

from curation.articles.read import read_articles
from curation.documents.document import Document, Entity, Layer
from curation.documents.interchange import Reading, parse_document
from curation.documents.storable import storage_problems
from curation.documents.stream import DocumentsFile
from curation.errors import InputError, SchemaError
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.server.twin import MemoryStudio

CASES = Path(__file__).parents[1] / "cases"

NUL = "a\0b"
HALF = "a\ud83d"


def form(text):
    """The form of a document, and of others of which each has *text* at another place."""
    bob = {"id": "e1", "start": 0, "end": 3, "label": "PERSON"}
    al = {"id": "e2", "start": 8, "end": 10, "label": "PERSON"}
    met = {"head": "e1", "tail": "e2", "label": "meets_with"}
    sound = {
        "id": "d", "text": "Bob met Al.", "entities": [bob, al], "relations": [met],
        "meta": {"title": "t"}, "layer": {"kind": "model", "name": "m"},
    }  # fmt: skip
    renamed = {"entities": [bob | {"id": text}, al], "relations": [met | {"head": text}]}
    return sound, {
        "id": sound | {"id": text},
        "entity id": sound | renamed,
        "label": sound | {"entities": [bob | {"label": text}, al]},
        "relation": sound | {"relations": [met | {"label": text}]},
        "key": sound | {"meta": {text: 1}},
        "value": sound | {"meta": {"title": text}},
        "list": sound | {"meta": {"captions": ["x", text]}},
        "model": sound | {"layer": {"kind": "model", "name": text}},
        "version": sound | {"layer": {"kind": "model", "name": "m", "version": text}},
    }


PLACES = tuple(form("")[1])


@pytest.mark.parametrize(
    ("text", "what"), [(NUL, "a NUL character"), (HALF, "half a character")]
)
@pytest.mark.parametrize("place", PLACES)
def test_it_is_refused_with_file_and_line(tmp_path, place, text, what):
    """By every reader of documents; the lines around it are sound."""
    path = tmp_path / "x.jsonl"
    sound, broken = form(text)
    path.write_text("".join(json.dumps(one) + "\n" for one in (sound, broken[place])))

    for read in (lambda path: read_articles([path]), DocumentsFile):
        with pytest.raises(InputError) as caught:
            list(read(path))
        assert str(caught.value).startswith(f"{path}:2: ")
        assert what in str(caught.value)
    with pytest.raises(InputError, match=f"{path}:2: .*{what}"):
        push_documents(MemoryStudio(), DocumentsFile(path), SCHEMA, title="p")


@pytest.mark.parametrize("case", ["nul-in-id", "nul-in-meta", "surrogate-in-meta"])
def test_the_cases_that_passed_once_are_refused(case):
    path = CASES / f"{case}.jsonl"

    with pytest.raises(InputError, match=rf"{case}\.jsonl:1: "):
        push_documents(MemoryStudio(), DocumentsFile(path), SCHEMA, title="p")


@pytest.mark.parametrize(
    "article",
    [{"id": NUL}, {"title": NUL}, {"x": NUL}, {NUL: 1}],
    ids=["id", "title", "value", "key"],
)
def test_an_article_is_refused_too(tmp_path, article):
    path = tmp_path / "x.jsonl"
    path.write_text(json.dumps({"id": "a", "text": "Oslo.", **article}))

    with pytest.raises(InputError, match=rf"{path}:1: .*a NUL character"):
        list(read_articles([path]))


@pytest.mark.parametrize("text", [NUL, HALF])
def test_so_is_a_document_in_memory(text):
    entities = (Entity(0, 3, "PERSON", "e"),)
    layer = Layer("model", "m")
    odd = [
        Document(text, "Bob.", entities, layer=layer),
        Document("d", "Bob.", (Entity(0, 3, "PERSON", text),), layer=layer),
        Document("d", "Bob.", entities, meta={"title": text}, layer=layer),
        Document("d", "Bob.", entities, layer=Layer("model", text)),
    ]
    for document in odd:
        studio = MemoryStudio()
        with pytest.raises(SchemaError):
            push_documents(studio, [document], SCHEMA, title="p")
        assert studio.projects == {}


@given(documents(SCHEMA))
def test_what_passes_can_be_written_as_json_that_a_database_takes(document):
    assert list(storage_problems(document)) == []
    line = document.to_line()
    assert "\\u0000" not in json.dumps(json.loads(line)).replace("\\\\", "")


@given(metas())
def test_what_is_stored_already_is_still_read(meta):
    """In Label Studio and in sealed versions: an older curate let NUL characters pass."""
    stored = {"id": "d", "text": "Oslo.", "meta": {**meta, "title": NUL}}

    document, problems = parse_document(stored, "x", Reading.STORED)

    assert (document.meta["title"], problems) == (NUL, [])
