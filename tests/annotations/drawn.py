"""Records as pulls leave them, drawn by hypothesis."""

from dataclasses import replace

from hypothesis import strategies as st
from samples import SCHEMA
from strategies import articles, marked, models

from curation.annotations.merge import merge_pulled
from curation.annotations.pulled import PulledAnnotation, PulledDocument
from curation.documents.document import Document, Layer

PEOPLE = ("person-1a2b", "person-3c4d", "machine-5e6f")
PROJECTS = (("5e4e", "news"), ("5e4e", "blind"), ("0a0a", "news"))


def pulled_annotation(
    document: Document | None,
    *,
    uid: str = "u1",
    annotator: str = "person-1a2b",
    status: str = "submitted",
    suggestion: Document | None = None,
    flags: tuple[str, ...] = (),
    updated: str = "2026-11-03T10:02:00Z",
    changed_since_created: bool = False,
    by_us: bool = False,
    edited_by: str = "",
    schema: str | None = None,
) -> PulledAnnotation:
    """An annotation as a server gives it."""
    return PulledAnnotation(
        uid=uid,
        number=7,
        annotator=annotator,
        kind="program" if annotator.startswith("machine-") else "person",
        edited_by=edited_by,
        status=status,
        created="2026-11-03T10:02:00Z",
        updated=updated,
        changed_since_created=changed_since_created,
        seconds=12,
        last_changed_by_curate=by_us,
        arm="assisted" if suggestion else "blind",
        evidence="prediction" if suggestion else "task",
        schema=schema,
        document=document,
        suggestion=suggestion,
        flags=flags,
    )


def pulled_document(
    article: Document,
    *annotations: PulledAnnotation,
    project: tuple[str, str] = PROJECTS[0],
    unsound: bool = False,
) -> PulledDocument:
    """A document as one project has it."""
    server, title = project
    return PulledDocument(
        id=article.id,
        server=server,
        project=title,
        article=article.without_annotations(),
        annotations=annotations,
        is_unsound=unsound,
    )


@st.composite
def pulls(draw: st.DrawFn, article: Document | None = None) -> list[PulledDocument]:
    """What some pulls of one document give, one after another, from several projects."""
    article = article or draw(articles())
    found = []
    for _ in range(draw(st.integers(1, 4))):
        project = draw(st.sampled_from(PROJECTS))
        people = draw(st.lists(st.sampled_from(PEOPLE), max_size=3, unique=True))
        annotations = []
        for person in people:
            status = draw(st.sampled_from(["submitted", "submitted", "problem", "skipped"]))
            document = suggestion = None
            if status == "submitted":
                document = draw(marked(SCHEMA, article, Layer("annotator", person)))
                if draw(st.booleans()):
                    suggestion = draw(marked(SCHEMA, article, draw(models)))
            annotations.append(
                pulled_annotation(
                    document,
                    uid=f"{project[1]}-{project[0]}-{person}",
                    annotator=person,
                    status=status,
                    suggestion=suggestion,
                    flags=draw(st.sampled_from([(), (), ("needs_discussion",), ("bad_text",)])),
                    updated=f"2026-11-03T10:02:{draw(st.integers(0, 59)):02}Z",
                )
            )
        unsound = draw(st.sampled_from([False, False, False, True]))
        found.append(pulled_document(article, *annotations, project=project, unsound=unsound))
    return found


@st.composite
def records(draw, voting=0):
    """The record after some pulls, with at least so many *voting* annotations, of as many people."""
    record = None
    article = draw(articles())
    for one in draw(pulls(article)):
        record = merge_pulled(record, one).record
    if voting:
        sound = [
            pulled_annotation(
                draw(marked(SCHEMA, article, Layer("annotator", person))),
                uid=f"sound-{person}",
                annotator=person,
            )
            for person in PEOPLE[:voting]
        ]
        last = pulled_document(article, *sound, project=("0a0a", "sound"))
        record = merge_pulled(record, last).record
    if record is None:
        whole = pulled_annotation(replace(article, layer=Layer("annotator", PEOPLE[0])))
        record = merge_pulled(None, pulled_document(article, whole)).record
    return record
