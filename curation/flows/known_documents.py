"""What gold/next and earlier pushes and pulls know of documents that are pushed."""

from collections.abc import Collection

from curation.gold.sealed.withdrawn import withdrawn_records
from curation.gold.working.file_names import file_name
from curation.gold.working.successors import find_successors
from curation.gold.working.version import read_checked_file
from curation.labelstudio.known_tasks import known_tasks
from curation.labelstudio.push.left_out import LeftOut
from curation.schema import Schema
from curation.workspace import Workspace


class KnownDocuments:
    """What a workspace knows of documents; nothing is written."""

    def __init__(self, workspace: Workspace, schema: Schema) -> None:
        self._workspace = workspace.read_only()
        self._schema = schema

    def text_sha256(self, document: str) -> str:
        """The hash of the text that gold/next has of a document, empty where it has no sound file."""
        record = read_checked_file(self._workspace.next / file_name(document)).record
        return record.text_sha256 if record else ""

    def left_out(self, documents: Collection[str]) -> dict[str, LeftOut]:
        """Those of *documents* that gold/next has as dropped, superseded or withdrawn, or a document of it supersedes."""
        wanted = {*documents}
        found: dict[str, LeftOut] = {}
        if not wanted:
            return found
        with self._workspace.working_version(self._schema) as working:
            for document in wanted & working.dropped:
                found[document] = LeftOut("dropped")
            for facts in working.all_facts():
                if facts.state != "active" and facts.document in wanted:
                    record = working.record(facts.document)
                    reason = record.state_reason if record else ""
                    found[facts.document] = LeftOut(facts.state, reason)
            for document, successor in find_successors(working, wanted).items():
                if document not in found or found[document].state == "dropped":
                    found[document] = LeftOut("superseded", f"by {successor}")
        return found

    def withdrawn_texts(self) -> dict[str, str]:
        """The withdrawn documents, by the hashes of their texts."""
        withdrawn = withdrawn_records(self._workspace.next)
        return {record.text_sha256: document for document, record in withdrawn.items()}

    def known(self, documents: Collection[str]) -> set[str]:
        """Those of *documents* that have a file in gold/next, had one, or were tasks of any project."""
        with self._workspace.working_version(self._schema) as working:
            known = {one for one in documents if working.has_unusable_file(one)}
            known |= {*working.known_ids, *working.missing.values(), *working.dropped}
        known |= {task.document for task in known_tasks(self._workspace.state)}
        return known.intersection(documents)
