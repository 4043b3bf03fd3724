"""Where everything is in the folder that one stands in: the gold, the private folder, the config."""

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from tempfile import TemporaryDirectory

from curation.files import lock
from curation.gold.audit.folder import AUDITS, read_audits
from curation.gold.sealed.versions import list_versions
from curation.gold.working.excluded import (
    ANNOTATIONS_DELETED,
    HAS_PROBLEM,
    TASK_DELETED,
)
from curation.gold.working.index import folder_key, read_absent, read_index, write_index
from curation.gold.working.version import (
    NEXT,
    WorkingVersion,
    read_working_version,
    remove_parts,
)
from curation.labelstudio.pull.cursor import load_cursors, task_links
from curation.localserver.install import shared_environment
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.state import State


@dataclass(frozen=True)
class Workspace:
    """
    Where a command works: the gold folder, the private one (``.curate``), and label_config.

    Where *writing* is false, a command changes nothing in any of them. *audit* is the name of the audit
    into whose folder the command works, in place of ``gold/next``; empty for all others.
    """

    gold: Path
    home: Path
    writing: bool = True
    config: Path = Path("label_config")
    audit: str = ""

    @classmethod
    def here(cls) -> "Workspace":
        """The folder that one stands in; its gold is in ``gold``, or is itself a dataset that was downloaded."""
        gold = Path("gold")
        is_dataset = not gold.exists() and list_versions(Path())
        return cls(Path() if is_dataset else gold, Path(".curate"))

    @property
    def server_home(self) -> Path:
        """The local Label Studio's login, database and log."""
        return self.home / "server"

    @property
    def server_environment(self) -> Path:
        """The Python environment of the local Label Studio: the folder's own if there is one, else the user's."""
        own = self.home / "label-studio"
        return own if own.exists() else shared_environment() or own

    @cached_property
    def state(self) -> State:
        """What is remembered of Label Studio."""
        return State(self.home, writing=self.writing)

    @property
    def next(self) -> Path:
        """The folder of the working version, or of the audit that the command works in."""
        return self.gold / AUDITS / self.audit if self.audit else self.gold / NEXT

    @property
    def lock_file(self) -> Path:
        """Held by whoever writes to the gold folder."""
        return self.home / f"gold-{folder_key(self.gold)}.lock"

    def read_only(self) -> "Workspace":
        """The same, for a command that writes nothing."""
        return replace(self, writing=False)

    def write_lock(self) -> AbstractContextManager[int]:
        """Held by whoever writes to the gold folder; CurateError where another command holds it."""
        if not self.writing:
            return nullcontext(0)
        return lock(self.lock_file, busy=f"another command is writing to {self.gold}")

    @contextmanager
    def working_version(
        self, schema: Schema, watch: Watch = unwatched
    ) -> Iterator[WorkingVersion]:
        """``gold/next``, to be read or changed; no other command writes to it meanwhile."""
        with self.write_lock(), ExitStack() as stack:
            parts = None
            if self.writing:
                remove_parts(self.next)
            else:
                parts = Path(stack.enter_context(TemporaryDirectory()))
            index = read_index(self.state, self.next, schema)
            working = read_working_version(self.next, schema, index, parts=parts, watch=watch)
            stack.callback(working.discard)
            yield working

    def commit(self, working: WorkingVersion) -> list[str]:
        """Write the records that were put, then the index of the files; the ids of documents that changed."""
        changed = working.commit()
        write_index(self.state, self.next, working.schema, working.to_index(), working.index)
        return changed

    @property
    def exclusion_reasons(self) -> Mapping[str, str]:
        """By document, why it is out of the gold, or may be soon, as pulls and drops have left it."""
        reasons = read_absent(self.state, self.next)
        for cursor in load_cursors(self.state, self.audited_projects):
            reasons |= dict.fromkeys(cursor.emptied, ANNOTATIONS_DELETED)
            reasons |= dict.fromkeys(cursor.deleted, TASK_DELETED)
            reasons |= dict.fromkeys(cursor.problems, HAS_PROBLEM)
        return reasons

    @property
    def audited_projects(self) -> frozenset[tuple[str, str]]:
        """The projects of audits, each by the hash of its server, and its title."""
        return frozenset((one.server, one.project) for one in read_audits(self.gold))

    @property
    def task_links(self) -> Mapping[str, str]:
        """For each document that was pulled into the gold, the link to its task, in the project pulled last."""
        return task_links(self.state, self.audited_projects)
