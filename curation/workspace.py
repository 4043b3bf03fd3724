"""Where a command works: the gold folder, and the private one with what is remembered."""

import hashlib
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from tempfile import gettempdir

from curation import __version__, gold
from curation.corpus import Watch, unwatched
from curation.files import Json, lock
from curation.gold import Next, Outside
from curation.gold.absent import DELETED, DROPPED, EMPTIED, LOST, PROBLEM
from curation.schema import Schema
from curation.state import State
from curation.studio.cursor import load_cursors


@dataclass(frozen=True)
class Workspace:
    """
    Where a command works: the gold folder, and the private one, ``.curate``.

    Whoever isn't *writing* changes nothing in either.
    """

    gold: Path
    home: Path
    writing: bool = True

    @cached_property
    def state(self) -> State:
        """What is remembered of Label Studio."""
        return State(self.home, writing=self.writing)

    @property
    def lock_file(self) -> Path:
        """Held by whoever writes to the gold folder."""
        return self.home / f"gold-{self._key}.lock"

    @property
    def _key(self) -> str:
        return hashlib.sha256(os.path.realpath(self.gold).encode()).hexdigest()[:8]

    def alone(self) -> AbstractContextManager[int]:
        """One writer of the gold folder at a time: pull, drop and release."""
        if not self.writing:
            return nullcontext(0)
        return lock(self.lock_file, busy=f"another command is writing to {self.gold}")

    @contextmanager
    def amended(self, watch: Watch = unwatched) -> Iterator[Next]:
        """``gold/next``, to be changed; nobody else may do so meanwhile."""
        with self.alone(), self._opened(watch) as working:
            yield working

    def settled(self, schema: Schema) -> tuple[Outside, set[str]]:
        """What has annotations and is no gold, and what is gold; whoever writes meanwhile isn't waited for."""
        with self._opened() as working:
            return working.settle(schema), working.documents

    @property
    def absent(self) -> Mapping[str, str]:
        """Why documents may not be in the gold, for all that the pulls and drops have left here."""
        known = self._read()
        found = dict.fromkeys(_listed(known, "held"), LOST)
        found |= dict.fromkeys(_listed(known, "dropped"), DROPPED)
        for cursor in load_cursors(self.state):
            found |= dict.fromkeys(cursor.emptied, EMPTIED)
            found |= dict.fromkeys(cursor.deleted, DELETED)
            found |= dict.fromkeys(cursor.problems, PROBLEM)
        return found

    @contextmanager
    def _opened(self, watch: Watch = unwatched) -> Iterator[Next]:
        known = self._read()
        files = known.get("files") if known.get("curate") == __version__ else None
        files = files if isinstance(files, dict) else {}
        scratch = self.home if self.writing else Path(gettempdir())
        with gold.amended(self.gold, scratch, files, watch) as working:
            working.dropped.update(_listed(known, "dropped"))
            working.held.update(_listed(known, "held"))
            yield working

    def _read(self) -> Json:
        return self.state.read(self._known) or {}

    def write(self, working: Next) -> None:
        """
        Write it, and remember the files, so that they needn't be read whole again.

        What was dropped is remembered as well, until it is back, and what has annotations.
        """
        form = {
            "curate": __version__,
            "files": working.write(),
            "dropped": sorted(working.dropped - working.back),
            "held": sorted(working.holding),
        }
        if form != self.state.read(self._known):
            self.state.write(self._known, form)

    @property
    def _known(self) -> Path:
        return self.home / f"next-{self._key}.json"


def _listed(known: Json, key: str) -> Iterator[str]:
    found = known.get(key)
    return map(str, found if isinstance(found, list) else ())
