"""Known annotations submitted once more: each once, and none that is unsound."""

import pytest
from samples import SCHEMA

from curation.documents.document import Document, Entity, Layer, Relation
from curation.errors import SchemaError
from curation.labelstudio.push.push import push_documents
from curation.labelstudio.push.replay import ReplayReport, replay
from curation.labelstudio.server.twin import MemoryStudio

BOB, AL = Entity(0, 3, "PERSON", "a"), Entity(8, 10, "PERSON", "b")
MEETS = Relation(BOB, AL, "meets_with")
GOOD = Document("doc", "Bob met Al.", (BOB, AL), (MEETS,), layer=Layer("gold"))


@pytest.fixture
def studio():
    made = MemoryStudio()
    push_documents(made, [GOOD.without_annotations()], SCHEMA, title="p")
    return made


def test_a_second_replay_does_nothing(studio):
    first = replay(studio, [GOOD], SCHEMA, title="p")
    second = replay(studio, [GOOD], SCHEMA, title="p")

    assert first == ReplayReport(submitted=1, already_annotated=0)
    assert second == ReplayReport(submitted=0, already_annotated=1)


def test_an_arrow_into_nowhere_is_never_submitted(studio):
    """The editor would show an empty page to whoever opens it."""
    dangling = Document("doc", GOOD.text, (BOB,), (MEETS,), layer=Layer("gold"))

    with pytest.raises(SchemaError, match="joins an entity that is not in the document"):
        replay(studio, [dangling], SCHEMA, title="p")

    assert list(studio.export(1)) == []
