"""The project of an audit: documents drawn for it, and the folder that its annotations go to."""

import hashlib
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from curation.documents.stream import DocumentsFile, DocumentSource
from curation.errors import GoldError, InputError, UsageError, pluralise
from curation.gold.audit.folder import (
    Audit,
    audit_name,
    audit_of_project,
    read_audit,
    read_audits,
    write_audit,
)
from curation.labelstudio.pull.annotation_uid import server_hash
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class AskedSample:
    """So many documents to draw by *seed*; *folder* is the audit's that they are for, None where they are for none."""

    number: int | None = None
    seed: int
    folder: Path | None = None


def sample_documents(
    documents: DocumentSource, asked: AskedSample, workspace: Workspace
) -> DocumentSource:
    """
    The documents that were drawn, in the order of the file; all, where no number is asked for.

    The same seed draws the same of the same documents, whatever their order. What an audit has drawn
    stays drawn, and another audit draws from the rest. Raises InputError where there are too few.
    """
    if asked.number is None:
        return documents
    drawn = _drawn_before(asked, workspace)
    if not drawn:
        gone = _drawn_by_others(asked, workspace)
        ids = sorted((one.id for one in documents if one.id not in gone), key=_lot(asked.seed))
        if len(ids) < asked.number:
            left = " that no other audit has drawn" if gone else ""
            raise InputError(
                f"--sample {asked.number}: the file has {pluralise(len(ids), 'document')}{left}",
                hint=f"--sample {len(ids)}, or a file with more",
            )
        drawn = frozenset(ids[: asked.number])
    return DocumentsFile.from_documents(one for one in documents if one.id in drawn)


def _lot(seed: int) -> Callable[[str], bytes]:
    return lambda document: hashlib.sha256(f"{seed}:{document}".encode()).digest()


def _drawn_before(asked: AskedSample, workspace: Workspace) -> Collection[str]:
    if asked.folder is None:
        return ()
    known = read_audit(workspace.gold, audit_name(workspace.gold, asked.folder))
    if known is None or not known.documents:
        return ()
    if (known.seed, len(known.documents)) != (asked.seed, asked.number):
        raise UsageError(
            f"{asked.folder} has drawn {pluralise(len(known.documents), 'document')} by the seed {known.seed}",
            hint=f"--sample {len(known.documents)} --seed {known.seed}, or another folder",
        )
    return frozenset(known.documents)


def _drawn_by_others(asked: AskedSample, workspace: Workspace) -> Collection[str]:
    if asked.folder is None:
        return ()
    return {
        one
        for audit in read_audits(workspace.gold)
        if audit.name != asked.folder.name
        for one in audit.documents
    }


def begin_audit(  # noqa: PLR0913 - what an audit is known by
    workspace: Workspace,
    schema: Schema,
    folder: Path,
    *,
    url: str,
    title: str,
    asked: AskedSample | None = None,
    documents: DocumentSource = (),
) -> Audit:
    """
    The audit whose annotations come from the project *title*, remembered from now on.

    Raises UsageError where the folder or the project is another audit's, GoldError where gold/next has
    annotations from the project.
    """
    name = audit_name(workspace.gold, folder)
    here = server_hash(url)
    known = read_audit(workspace.gold, name)
    if known and (known.server, known.project) != (here, title):
        raise UsageError(
            f"{folder} is the audit in the project {known.project!r}"
            f"{'' if known.server == here else ' of another server'}",
            hint=f"--project {known.project!r}, or another folder",
        )
    other = audit_of_project(workspace.gold, here, title)
    if other and other.name != name:
        raise UsageError(
            f"the project {title!r} is that of the audit {other.name!r}",
            hint=f"--to {folder.parent / other.name}",
        )
    if known:
        return known
    with workspace.read_only().working_version(schema) as working:
        if any(
            (account.server, account.project) == (here, title)
            for facts in working.all_facts()
            for account in facts.accounts
        ):
            raise GoldError(
                f"{working.folder} has annotations from the project {title!r}",
                hint="make a project of its own for the audit: curate push --project audit",
            )
    has_sample = asked is not None and asked.number is not None
    audit = Audit(
        name=name,
        project=title,
        server=here,
        begun=f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}",
        seed=asked.seed if asked and has_sample else None,
        documents=tuple(sorted(one.id for one in documents)) if has_sample else (),
    )
    if workspace.writing:
        write_audit(workspace.gold, audit)
    return audit


def refuse_audit_project(workspace: Workspace, url: str, title: str) -> None:
    """Raises UsageError for a project whose annotations are no part of gold/next."""
    if audit := audit_of_project(workspace.gold, server_hash(url), title):
        raise UsageError(
            f"the project {title!r} is that of the audit {audit.name!r}, whose annotations are"
            f" no part of {workspace.next}",
            hint=f"--project {title!r} --to {workspace.gold / 'audit' / audit.name}",
        )
