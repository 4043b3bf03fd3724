"""A pull as one step: from Label Studio into gold/next, and what is wrong back to its annotators."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

from curation import gold
from curation.schema import Schema
from curation.studio.cursor import Cursor, load_cursor
from curation.studio.hands import load_hands
from curation.studio.port import Step, Studio
from curation.studio.pull import Given, Pulled, pull
from curation.studio.sendback import SentBack, send_back
from curation.workspace import Workspace


@dataclass(frozen=True)
class PullReport:
    """
    What a pull found and made of ``gold/next``.

    *changed* are the documents in which there is something new since the last pull, a problem
    that has gone, say, each with how many sound annotations it has now.
    *deleted* are documents whose task is gone from Label Studio, but which
    stay in the gold until somebody drops them, *emptied* those whose
    annotations are. *replaced* was adjudicated in ``gold/next`` before, *back*
    was dropped from it. *edited*: its files aren't as we left them. *gone* has the annotators whose work on a sound document is there no
    more. *links* lead to the tasks of documents. *renamed*: annotators have new
    pseudonyms, since those that the gold had before are remembered nowhere.
    """

    pulled: Pulled
    changed: Mapping[str, int]
    outside: gold.Outside
    deleted: tuple[str, ...]
    emptied: tuple[str, ...]
    replaced: tuple[str, ...]
    back: tuple[str, ...]
    edited: bool
    gone: Mapping[str, tuple[str, ...]]
    documents: int
    left: tuple[str, ...]
    renamed: bool
    sent_back: SentBack

    @property
    def links(self) -> Mapping[str, str]:
        """To the task of each document that has annotations."""
        return self.pulled.cursor.links


def pull_into(  # noqa: PLR0913 - the command's own options
    studio: Studio,
    schema: Schema,
    place: Workspace,
    *,
    title: str,
    full: bool = False,
    returning: bool = False,
    dry_run: bool = False,
) -> Iterator[Step | PullReport]:
    """
    Bring annotations from the project *title* into ``gold/next``; the last event is a PullReport.

    What is wrong goes back to its annotator if *returning*; what was mended
    since stops saying that it was returned. The cursor is kept last, so that a pull that was cut short is simply done again.
    """
    state = place.state
    yield Step("reading gold/next", 0, None)
    with place.amended() as working:
        before = load_cursor(state, studio.url, title) or Cursor()
        since = replace(before, since="") if full else before
        names, hands = state.annotators(studio.url), load_hands(state, studio.url, title)
        given = _Noted()
        events = pull(studio, schema, title=title, pseudonym=names, since=since, hands=hands)
        for event in events:
            if isinstance(event, Given):
                if since.since and not event.touched and working.is_out(event.document):
                    continue  # what was written on its task since it was dropped is ours
                changed = working.cover(event.document, event.annotations, schema)
                given.note(event, changed=changed)
            elif isinstance(event, Step):
                yield event
            else:
                pulled = event
        outside = working.settle(schema)
        renamed = bool(names.restarted and names.given and working.known)
        # What is written is known by these no more.
        gone = {} if renamed else _gone(working, pulled.cursor)
        back, replaced, there = working.back, working.replaced, working.documents
        if not dry_run:
            place.write(working)
        sent_back = send_back(
            studio, pulled.project, pulled.cursor, address=names.address,
            since=since.since, returning=returning, dry_run=dry_run,
        )  # fmt: skip
        if not dry_run:
            returned = tuple(sorted({*sent_back.standing, *sent_back.returned}))
            replace(pulled.cursor, returned=returned).keep(state, studio.url, title)
    yield PullReport(
        pulled,
        given.changed(before, pulled),
        outside,
        tuple(one for one in pulled.cursor.deleted if one in there),
        tuple(one for one in pulled.cursor.emptied if one in there),
        tuple(sorted(replaced)),
        tuple(sorted(back)),
        working.edited and not full,
        gone,
        len(there),
        tuple(sorted(working.before - there)),
        renamed,
        sent_back,
    )


@dataclass
class _Noted:
    """How many sound annotations each document was given, and which are other ones than before."""

    given: dict[str, int] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)

    def note(self, event: Given, *, changed: bool) -> None:
        self.given[event.document] = len(event.annotations)
        if changed:
            self.new.add(event.document)

    def changed(self, before: Cursor, pulled: Pulled) -> dict[str, int]:
        """Those given in which there is something new."""
        was, now = before.problems, pulled.cursor.problems
        new = self.new | pulled.touched
        return {
            document: many
            for document, many in self.given.items()
            if document in new or was.get(document) != now.get(document)
        }


def _gone(working: gold.Next, cursor: Cursor) -> dict[str, tuple[str, ...]]:
    """Annotators whose work is no more, by document, where that isn't told in another way."""
    told = working.replaced | cursor.problems.keys()
    return {
        document: who
        for document, who in sorted(working.gone.items())
        if who and document not in told
    }
