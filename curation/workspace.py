"""Where a command works: the gold folder, and the private one with what is remembered."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path

from curation import __version__, gold
from curation.corpus import Watch, unwatched
from curation.files import lock
from curation.gold import Next
from curation.studio.state import State


@dataclass(frozen=True)
class Workspace:
    """Where a command works: the gold folder, and the private one, ``.curate``."""

    gold: Path
    home: Path

    @property
    def state(self) -> State:
        """What is remembered of Label Studio."""
        return State(self.home)

    @property
    def lock_file(self) -> Path:
        """Held by whoever writes to the gold folder."""
        return self.home / f"gold-{self._key}.lock"

    @property
    def _key(self) -> str:
        return hashlib.sha256(os.path.realpath(self.gold).encode()).hexdigest()[:8]

    def alone(self) -> AbstractContextManager[int]:
        """One writer of the gold folder at a time: pull, drop and release."""
        return lock(self.lock_file, busy=f"another command is writing to {self.gold}")

    @contextmanager
    def amended(self, watch: Watch = unwatched) -> Iterator[Next]:
        """``gold/next``, to be changed; nobody else may do so meanwhile."""
        with self.alone():
            known = self.state.read(self._known) or {}
            files = known.get("files") if known.get("curate") == __version__ else None
            files = files if isinstance(files, dict) else {}
            dropped = known.get("dropped")
            with gold.amended(self.gold, self.home, files, watch) as working:
                working.dropped.update(map(str, dropped if isinstance(dropped, list) else ()))
                yield working

    def write(self, working: Next) -> None:
        """
        Write it, and remember the files, so that they needn't be read whole again.

        What was dropped is remembered as well, until it is back.
        """
        form = {
            "curate": __version__,
            "files": working.write(),
            "dropped": sorted(working.dropped - working.back),
        }
        if form != self.state.read(self._known):
            self.state.write(self._known, form)

    @property
    def _known(self) -> Path:
        return self.home / f"next-{self._key}.json"
