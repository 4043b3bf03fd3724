"""``curate withdraw``: documents out for good, in gold/next and beside every version that holds them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime

import msgspec

from curation.annotations.merge import make_record
from curation.annotations.record import DocumentRecord
from curation.annotations.withdrawal import is_emptied, withdraw_record
from curation.documents.document import Document
from curation.errors import GoldError, raise_problems
from curation.files import Json
from curation.flows.chosen_documents import refuse_bad_files_of, refuse_unknown
from curation.flows.text_holders import TextHolders, find_text_holders
from curation.gold.card.files import write_published_files
from curation.gold.edition.quotations import find_quotations
from curation.gold.sealed.versions import list_versions, read_manifest
from curation.gold.sealed.withdrawn import (
    held_texts,
    read_withdrawn,
    withdrawal_of,
    write_withdrawn,
)
from curation.gold.working.file_names import file_name
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.workspace import Workspace


@dataclass(frozen=True, kw_only=True)
class WithdrawReport:
    """
    The documents that are withdrawn now, and what still holds the text of each, by id.

    *card_error* says why the card couldn't be brought up to date, empty where it was.
    """

    documents: tuple[str, ...]
    holders: Mapping[str, TextHolders] = field(default_factory=dict)
    card_error: str = ""

    def to_json(self) -> Json:
        """The same for programs."""
        return {
            "format": 1,
            "documents": list(self.documents),
            "holders": {document: asdict(held) for document, held in self.holders.items()},
        }


def withdraw(  # noqa: PLR0913 - the command's own options
    workspace: Workspace,
    schema: Schema,
    documents: Iterable[str],
    *,
    reason: str,
    dry_run: bool = False,
    now: datetime | None = None,
    watch: Watch = unwatched,
) -> WithdrawReport:
    """
    Take *documents* out for good: their texts leave gold/next, and never come back.

    Beside each sealed version that holds one, ``withdrawn.json`` says so; the sealed files stay as they are. Cut
    off at any point, the same command ends the work. Raises GoldError for an id that neither gold/next nor
    a version has, and for one that was withdrawn for another reason.
    """
    at = (now or datetime.now(UTC)).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = tuple(dict.fromkeys(documents))
    reason = " ".join(reason.split())
    if dry_run:
        workspace = workspace.read_only()
    with workspace.working_version(schema, watch) as working:
        refuse_bad_files_of(working, ids)
        sealed = _sealed_texts(workspace, ids, watch)
        refuse_unknown(working, [one for one in ids if one not in sealed])
        records = {one: working.record(one) for one in ids}
        _refuse_other_reasons(filter(None, records.values()), reason)
        _refuse_quotations(filter(None, records.values()), reason)
        holders = {
            document: find_text_holders(workspace, document, record, tuple(sealed[document]))
            for document, record in records.items()
        }
        withdrawn: dict[str, DocumentRecord] = {}
        for document, record in records.items():
            known = record or _record_of_text(document, next(iter(sealed[document].values())))
            if not is_emptied(known):
                known = withdraw_record(known, reason=reason, at=at)
            withdrawn[document] = known
        if dry_run:
            return WithdrawReport(documents=ids, holders=holders)
        for record in withdrawn.values():
            working.dropped.discard(record.id)
            working.missing.pop(file_name(record.id), None)
            working.put(record)
        workspace.commit(working)
        _forget_notes(workspace, ids)
        for version in sorted({one for document in ids for one in sealed[document]}):
            folder = workspace.gold / version
            added = {
                document: withdrawal_of(withdrawn[document], sealed[document][version])
                for document in ids
                if version in sealed[document]
            }
            write_withdrawn(folder, {**read_withdrawn(folder), **added}.values())
        return WithdrawReport(
            documents=ids, holders=holders, card_error=_write_card(workspace, watch)
        )


def _sealed_texts(
    workspace: Workspace, documents: Sequence[str], watch: Watch
) -> dict[str, dict[str, str]]:
    """For each of *documents* that sealed versions hold, the sha256 of the text by version."""
    found: defaultdict[str, dict[str, str]] = defaultdict(dict)
    versions = list_versions(workspace.gold)
    for version in watch(versions, "reading versions", len(versions)):
        manifest = read_manifest(workspace.gold, version)
        held = held_texts(workspace.gold / version, manifest)
        for document in held.keys() & {*documents}:
            found[document][version] = held[document]
    return found


def _record_of_text(document: str, text_sha256: str) -> DocumentRecord:
    """The record of a document that only sealed versions have."""
    made = make_record(Document(document, "", (), (), {}), (), {})
    return msgspec.structs.replace(made, text_sha256=text_sha256)


def _refuse_other_reasons(records: Iterable[DocumentRecord], reason: str) -> None:
    """Raises GoldError where a document was withdrawn for another reason, which may be published."""
    for record in records:
        if is_emptied(record) and record.state_reason != reason:
            raise GoldError(
                f"{record.id!r} is withdrawn since {record.state_at}, for another reason: {record.state_reason}",
                hint="leave the document out, or give the same reason",
            )


def _refuse_quotations(records: Iterable[DocumentRecord], reason: str) -> None:
    """Raises GoldError where the reason, which is published, quotes one of the documents."""
    articles = (
        (record.id, str(record.meta.get("title") or ""), record.whole_text)
        for record in records
    )
    quotations = [*find_quotations({"--reason": reason}, articles)]
    if quotations:
        raise_problems(quotations, GoldError, hint="say why in other words: readers read them")


def _forget_notes(workspace: Workspace, documents: Iterable[str]) -> None:
    """Annotators' private notes on the *documents* may quote the text."""
    for document in documents:
        notes = workspace.state.notes(document)
        workspace.state.keep_notes(replace(note, text="") for note in notes)


def _write_card(workspace: Workspace, watch: Watch) -> str:
    """Bring the card up to date; why that can't be done, empty where it can."""
    try:
        write_published_files(workspace.gold, watch)
    except GoldError as error:
        return str(error)
    return ""
