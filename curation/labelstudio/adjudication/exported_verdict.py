"""One exported task of adjudication: who decided what, and everything that is in doubt."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace

from curation.annotations.readings import FLAGS_KEY, entities_key
from curation.annotations.record import AnnotatorKind
from curation.annotations.shown_differences import (
    AGREED_VERSION,
    AdjudicationStamp,
    ShownDifference,
    shown_under_current_names,
)
from curation.documents.document import Document
from curation.errors import Problem
from curation.files import Json
from curation.labelstudio.adjudication.read_verdict import ReadVerdict, read_verdict
from curation.labelstudio.adjudication.task import read_adjudication_stamp
from curation.labelstudio.json_values import as_list, as_object
from curation.labelstudio.pull.annotation_people import AnnotationPeople
from curation.labelstudio.pull.annotation_uid import annotation_uid
from curation.labelstudio.pull.exported_task import exported_document_id
from curation.labelstudio.pull.imported import former_number, is_imported
from curation.labelstudio.server.port import Prediction
from curation.labelstudio.server.server_time import to_the_second
from curation.labelstudio.task_stamp import hash_at
from curation.labelstudio.tasks import article_in_task
from curation.schema.model import Schema

NOT_OURS = "the task isn't one that curate adjudicate made, or its data was changed"


@dataclass(frozen=True, kw_only=True)
class AdjudicatorsWork:
    """
    An adjudicator's annotation of one task.

    *uid* and *number* are the annotation's, *first_at* is when it was submitted first, *at* when it was last changed. *edited_by* is the
    pseudonym of another account that changed it last, empty where none did. *guideline* is the hash of
    the guideline that was shown then, None where nobody knows. One that *is_imported*
    had *former_number* where it was exported, if that is known, and other times, until it *is_edited*.
    """

    uid: str
    number: int
    by: str
    kind: AnnotatorKind
    at: str
    first_at: str
    edited_by: str
    is_imported: bool
    is_edited: bool
    former_number: int | None
    guideline: str | None
    read: ReadVerdict


@dataclass(frozen=True, kw_only=True)
class ExportedVerdict:
    """
    A task of adjudication as it was read.

    *article* is None where the task doesn't hold the text that it was made of, *stamp* where it isn't
    one of ours. *work* is None where nobody has decided, or where that can't be told; *submitted* are
    the uids of all annotations that weren't skipped. *problems* keep the work from being used.
    """

    document: str
    number: int
    link: str
    article: Document | None
    stamp: AdjudicationStamp | None
    work: AdjudicatorsWork | None
    submitted: frozenset[str]
    problems: tuple[Problem, ...] = ()

    @property
    def round(self) -> int:
        """The round of the document that the task is."""
        return self.stamp.round if self.stamp else 0


@dataclass(frozen=True, kw_only=True)
class VerdictReader:
    """Reads exported tasks; *link* leads to a task, *suggestions* asks the server for those of one."""

    schema: Schema
    people: AnnotationPeople
    link: Callable[[int], str]
    suggestions: Callable[[int], Iterable[Prediction]]

    def read(self, exported: Json) -> ExportedVerdict:
        """What is in an exported task."""
        number = int(exported["id"])
        document = exported_document_id(exported)
        link = self.link(number)
        data = as_object(exported.get("data"))
        article, problems = article_in_task(data, document)
        stamp = read_adjudication_stamp(data)
        submitted = [
            one for one in as_list(exported.get("annotations")) if not one.get("was_cancelled")
        ]
        problems += self._stamp_problems(document, article, stamp)
        if len(submitted) > 1:
            numbers = " and ".join(str(one["id"]) for one in submitted)
            what = f"{len(submitted)} adjudications ({numbers}) are submitted; delete those that should not count"
            problems.append(Problem(document, what))
        work = None
        if article and stamp and len(submitted) == 1 and not problems:
            work = self._work(number, article, stamp, submitted[0])
        return ExportedVerdict(
            document=document,
            number=number,
            link=link,
            article=article,
            stamp=stamp,
            work=work,
            submitted=frozenset(annotation_uid(one, self.people.url) for one in submitted),
            problems=tuple(replace(one, link=link) for one in problems) if submitted else (),
        )

    def _stamp_problems(
        self, document: str, article: Document | None, stamp: AdjudicationStamp | None
    ) -> Iterator[Problem]:
        if stamp is None:
            yield Problem(document, NOT_OURS)
            return
        for one in stamp.differences:
            if article and not _is_as_made(one, article):
                what = (
                    f"the options of difference #{one.n} aren't those that the task was made with;"
                    " delete the task, and make a new one with curate adjudicate"
                )
                yield Problem(document, what)

    def _work(
        self, number: int, article: Document, stamp: AdjudicationStamp, raw: Json
    ) -> AdjudicatorsWork:
        by = self.people.annotator(raw)
        read = read_verdict(
            article,
            [shown_under_current_names(one, self.schema) for one in stamp.differences],
            as_list(raw.get("result")),
            self._prefilled(number, raw),
            self.schema,
        )
        return AdjudicatorsWork(
            uid=annotation_uid(raw, self.people.url),
            number=int(raw["id"]),
            by=by,
            kind=self.people.kind(by),
            at=to_the_second(str(raw.get("updated_at") or "")),
            first_at=to_the_second(str(raw.get("created_at") or "")),
            edited_by="" if is_imported(raw) else self.people.editor(raw, by) or "",
            is_imported=is_imported(raw),
            is_edited=bool(self.people.editors.editor(raw)),
            former_number=former_number(raw),
            guideline=_shown_guideline(stamp, raw),
            read=read,
        )

    def _prefilled(self, task: int, raw: Json) -> list[Json] | None:
        """What the annotation began with: its own copy of it, else what the task has now."""
        snapshot = as_object(raw.get("prediction"))
        if snapshot.get("model_version") == AGREED_VERSION:
            return as_list(snapshot.get("result"))
        for one in self.suggestions(task):
            if one.model_version == AGREED_VERSION:
                return as_list(one.result)
        return None


def _shown_guideline(stamp: AdjudicationStamp, raw: Json) -> str | None:
    if stamp.earlier_guidelines and is_imported(raw):
        return None
    updated = str(raw.get("updated_at") or "")
    return hash_at(updated, stamp.guideline, stamp.earlier_guidelines) or None


def _is_as_made(difference: ShownDifference, article: Document) -> bool:
    """Whether kind and place are those that the key names, and each alias is that of its reading."""
    place = difference.place
    spans = list(place)
    for option in difference.options:
        spans += ((start, end) for start, end, _ in option.reading.entities)
        for arrow in option.reading.arrows:
            spans += arrow.place
            spans += ((end[0], end[1]) for end in arrow.ends if end)
    if not all(0 <= start < end <= len(article.text) for start, end in spans):
        return False
    match difference.kind, len(place):
        case "entities", 1:
            key = entities_key(place[0])
        case "relations", 2:
            key = "r" + ",".join(f"{start}-{end}" for start, end in place)
        case "flags", 0:
            key = FLAGS_KEY
        case _:
            return False
    # Behind an end, "=" says that the span there is no place in question.
    is_named = difference.key.replace("=", "") == key
    return is_named and difference.has_aliases_of(article.text_sha256)
