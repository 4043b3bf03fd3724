"""``curate audit``: where an audit differs from the gold, and the rates of errors that judgements come to."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from curation.annotations.compared import compare_documents
from curation.annotations.differences import Difference
from curation.documents.document import Document
from curation.documents.quote import quote_context
from curation.errors import GoldError
from curation.gold.audit.folder import AUDITS, read_audit, read_audits
from curation.gold.audit.judgements import (
    JUDGEMENTS_FILE,
    AuditDifference,
    AuditedDocument,
    AuditJudgements,
    add_to_judgements,
    judged_rates,
    read_judgements,
)
from curation.gold.card.files import write_published_files
from curation.gold.scored_gold import read_gold_set
from curation.gold.working.version import NEXT
from curation.labelstudio.adjudication.option_words import plain_option_words
from curation.progress import Watch, unwatched
from curation.schema import Schema
from curation.scoring.audit_rates import AuditRates
from curation.workspace import Workspace

_GOLD = "gold"
_AUDIT = "audit"


@dataclass(frozen=True, kw_only=True)
class AuditReport:
    """
    What an audit found.

    *file* has the judgements, *added* counts the differences that are new in it. *rates* are those of
    the judgements. *not_annotated* are documents of the audit without a sound annotation, *without_gold*
    those that the gold hasn't. *card_files* had to be written anew, since the card shows the audit.
    """

    name: str
    gold: str
    file: str
    judgements: AuditJudgements
    added: int
    rates: AuditRates
    not_annotated: tuple[str, ...]
    without_gold: tuple[str, ...]
    card_files: tuple[str, ...]


def audit(
    workspace: Workspace,
    schema: Schema,
    name: str,
    *,
    gold: str = NEXT,
    dry_run: bool = False,
    watch: Watch = unwatched,
) -> AuditReport:
    """
    Compare what was pulled into ``gold/audit/NAME`` with the gold, and work out the rates of errors.

    A document is compared once: what the gold had then is what was audited, whatever is mended
    since. Where all differences are judged, the card is brought up to date. Raises GoldError where there
    is no such audit, or its judgements or what the card is made of have mistakes.
    """
    known = read_audit(workspace.gold, name)
    if known is None:
        names = [one.name for one in read_audits(workspace.gold)]
        folder = workspace.gold / AUDITS / name
        raise GoldError(
            f"{folder} is no audit; audits are {', '.join(names) or 'none'}",
            hint=f"curate pull --project TITLE --to {folder}",
        )
    desk = replace(workspace, audit=name)
    path = desk.next / JUDGEMENTS_FILE
    before = read_judgements(path)
    compared = {one.id for one in before.documents}
    audited, not_annotated = _audited(desk, schema, {*known.documents}, watch)
    new = {one: document for one, document in audited.items() if one not in compared}
    golds: Mapping[str, Document] = {}
    truth_name = gold
    if new:
        truth = read_gold_set(workspace.gold, gold, schema, watch=watch).under_current_names(
            schema
        )
        truth_name = truth.name
        golds = {one.id: one for one in truth.documents if one.id in new}
    added = AuditJudgements(
        documents=tuple(
            AuditedDocument(
                id=one, entities=len(found.entities), relations=len(found.relations)
            )
            for one, found in sorted(golds.items())
        ),
        differences=tuple(
            difference
            for one, found in sorted(golds.items())
            for difference in _differences(found, new[one], schema)
        ),
    )
    if added.documents and not dry_run:
        add_to_judgements(path, added)
    judgements = AuditJudgements(
        documents=(*before.documents, *added.documents),
        differences=(*before.differences, *added.differences),
    )
    is_for_the_card = not (dry_run or judgements.unjudged)
    return AuditReport(
        name=name,
        gold=truth_name,
        file=str(path),
        judgements=judgements,
        added=len(added.differences),
        rates=judged_rates(judgements),
        not_annotated=not_annotated,
        without_gold=tuple(sorted(new.keys() - golds.keys())),
        card_files=write_published_files(workspace.gold, watch) if is_for_the_card else (),
    )


def _audited(
    desk: Workspace, schema: Schema, drawn: set[str], watch: Watch
) -> tuple[dict[str, Document], tuple[str, ...]]:
    """The documents as the audit's annotators have them, and those of which there is no sound annotation."""
    found: dict[str, Document] = {}
    with desk.read_only().working_version(schema, watch) as working:
        known = working.known_ids
        for document in sorted(known):
            agreed = working.consensus(document)
            if agreed and agreed.document:
                found[document] = schema.canonical(schema.with_current_names(agreed.document))
    return found, tuple(sorted((known | drawn) - found.keys()))


def _differences(
    gold: Document, audited: Document, schema: Schema
) -> Iterator[AuditDifference]:
    if gold.text != audited.text:
        raise GoldError(
            f"{gold.id}: the audit's text differs from the gold's",
            hint="the article was corrected since; audit another document in its stead",
        )
    compared = compare_documents({_GOLD: schema.canonical(gold), _AUDIT: audited}, schema)
    for one in compared.differences:
        words = plain_option_words(one, gold.text)
        yield AuditDifference(
            document=gold.id,
            key=one.key,
            kind="relations" if one.kind == "relations" else "entities",
            context="; ".join(quote_context(gold.text, *span) for span in one.place),
            gold=_words_of(one, _GOLD, words),
            audit=_words_of(one, _AUDIT, words),
        )


def _words_of(difference: Difference, uid: str, words: Mapping[str, str]) -> str:
    option = difference.option_of(uid)
    return words[option.alias] if option else ""
