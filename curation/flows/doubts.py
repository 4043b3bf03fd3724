"""How many doubts annotators noted, in the pilot and in the rest; what they wrote stays private."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from curation.annotations.record import DocumentRecord
from curation.errors import pluralise
from curation.flows.agree import PILOT
from curation.schema import Schema
from curation.scoring.counts import ratio
from curation.workspace import Workspace

_REST = "rest"


@dataclass(frozen=True, kw_only=True)
class Doubts:
    """Lines of the notes of so many submitted *annotations*, of which each is a doubt."""

    doubts: int
    annotations: int

    @property
    def rate(self) -> float | None:
        """The doubts of one annotation; None of nothing."""
        return ratio(self.doubts, self.annotations)


def count_doubts(workspace: Workspace, schema: Schema) -> Mapping[str, Doubts]:
    """The doubts by ``pilot`` and ``rest``, as far as there is either; nothing where nobody noted any."""
    workspace = workspace.read_only()
    lines = {
        note.uid: sum(bool(line.strip()) for line in note.text.splitlines())
        for note in workspace.state.notes()
    }
    doubts: Counter[str] = Counter()
    annotations: Counter[str] = Counter()
    if lines:
        with workspace.working_version(schema) as working:
            for document in sorted(working.known_ids):
                record = working.record(document)
                for part, uid in _submitted(record) if record else ():
                    annotations[part] += 1
                    doubts[part] += lines.get(uid, 0)
    if not doubts.total():
        return {}
    return {
        part: Doubts(doubts=doubts[part], annotations=annotations[part])
        for part in (PILOT, _REST)
        if annotations[part]
    }


def _submitted(record: DocumentRecord) -> Iterator[tuple[str, str]]:
    part = PILOT if record.meta.get(PILOT) is True else _REST
    for one in record.annotations:
        if one.status == "submitted":
            yield part, one.uid


def doubt_sentences(found: Mapping[str, Doubts]) -> Iterator[str]:
    """The numbers for people, as the card has them."""
    for part, one in found.items():
        where = "" if len(found) == 1 else " of the pilot" if part == PILOT else " of the rest"
        yield (
            f"annotators noted {pluralise(one.doubts, 'doubt')} in"
            f" {pluralise(one.annotations, 'annotation')}{where}: {one.rate or 0:.1f} each"
        )
