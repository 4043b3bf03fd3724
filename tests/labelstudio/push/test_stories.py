"""Documents of one story become tasks one after the other, and nothing else changes their order."""

from hypothesis import given
from hypothesis import strategies as st
from labelstudio.push.test_push import document, pushed

from curation.documents.document import Document
from curation.labelstudio.push.stories import Stories
from curation.labelstudio.server.twin import MemoryStudio

STORIES = st.lists(st.sampled_from("abc "), max_size=12)


@given(STORIES)
def test_each_story_stands_whole_where_its_last_document_stood(stories):
    documents = [Document(f"d{n}", "x") for n in range(len(stories))]
    groups = {f"d{n}": story for n, story in enumerate(stories) if story != " "}
    ids = [one.id for one in documents]

    ordered = [one.id for one in Stories(ids, groups).together(documents)]

    last = {groups.get(one, one): n for n, one in enumerate(ids)}
    assert ordered == sorted(ids, key=lambda one: (last[groups.get(one, one)], ids.index(one)))


def test_tasks_of_one_story_are_listed_together_and_known_again():
    """A document may be named as the group of others, and have none itself."""
    studio = MemoryStudio()
    groups = ["doc-3", "other", "none", "", "other"]
    articles = [document(n) for n in range(len(groups))]
    documents = [
        Document(
            one.id, one.text, one.entities, (), {"group": group} if group else {}, one.layer
        )
        for one, group in zip(articles, groups, strict=True)
    ]

    report = pushed(studio, documents)

    assert [task.doc_id for task in studio.tasks(1)] == [
        "doc-2",
        "doc-0",
        "doc-3",
        "doc-1",
        "doc-4",
    ]
    assert report.ledger is not None
    assert pushed(studio, documents).unchanged == len(documents)
