"""Who made annotations or verdicts outside of Label Studio: the name that was given, as it is published."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from curation.annotations.decision_makers import maker_of, task_of
from curation.annotations.record import AnnotatorKind, kind_of_pseudonym
from curation.documents.document import PROGRAM_PREFIX, UNKNOWN_PREFIX
from curation.errors import Problem, UsageError
from curation.gold.working.version import WorkingVersion
from curation.list_limit import join_first
from curation.state import State
from curation.state.pseudonyms import PERSON_PREFIX, UNKNOWN

_PSEUDONYM = re.compile(rf"(?:{PERSON_PREFIX}|{PROGRAM_PREFIX}|{UNKNOWN_PREFIX})[0-9a-f]{{8}}")


@dataclass(frozen=True, kw_only=True)
class NamedAnnotator:
    """
    The *pseudonym* of an annotator or adjudicator, and whether it is a person's, a program's, or nobody knows.

    Where the name is new here, *maybe_same* are those in gold/next whose names nobody here knows.
    """

    pseudonym: str
    kind: AnnotatorKind
    maybe_same: tuple[str, ...] = ()

    def remarks(self, name: str, option: str) -> Iterator[Problem]:
        """That somebody may have got a second pseudonym, as where ``.curate/`` was lost."""
        if self.maybe_same:
            what = (
                f"is new here, as {self.pseudonym}; gold/next has work from outside of Label Studio by"
                f" {join_first(self.maybe_same)}, and .curate/ doesn't know whose: if that is the same one,"
                f" git checkout gold/next, then {option} {self.maybe_same[0]}"
            )
            yield Problem(f"{option} {name}", what)


def find_named_annotator(
    name: str,
    state: State,
    working: WorkingVersion,
    *,
    option: str,
    kind: AnnotatorKind = UNKNOWN,
) -> NamedAnnotator:
    """
    Who is meant by a *name*: an e-mail address, a pseudonym that is known, or another name.

    An address says of itself whether it can be a person's; of another name nobody knows, unless
    the *kind* is given. Raises UsageError, which names the *option*, for a pseudonym that is nobody's.
    """
    # Accounts are known by their addresses on every server.
    pseudonyms = state.pseudonyms("")
    if not _PSEUDONYM.fullmatch(name):
        maybe_same: tuple[str, ...] = ()
        if not pseudonyms.knows_name(name, kind):
            outside = _outside_of_label_studio(working)
            maybe_same = tuple(sorted(one for one in outside if not pseudonyms.is_used(one)))
        found = pseudonyms.of_name(name, kind)
        found_kind = pseudonyms.kind(found)
        return NamedAnnotator(pseudonym=found, kind=found_kind, maybe_same=maybe_same)
    if pseudonyms.is_used(name):
        return NamedAnnotator(pseudonym=name, kind=pseudonyms.kind(name))
    known = _outside_of_label_studio(working) | {
        account.pseudonym: account.kind
        for facts in working.all_facts()
        for account in facts.accounts
    }
    if name not in known:
        raise UsageError(
            f"{option} {name}: neither gold/next nor .curate/ knows this pseudonym",
            hint="give the e-mail address, which isn't published",
        )
    return NamedAnnotator(pseudonym=name, kind=known[name] or kind_of_pseudonym(name))


def _outside_of_label_studio(working: WorkingVersion) -> dict[str, AnnotatorKind]:
    """The pseudonyms in gold/next of those who annotated or adjudicated by files, with what they are."""
    found: dict[str, AnnotatorKind] = {}
    for facts in working.all_facts():
        found |= {
            account.pseudonym: account.kind
            for account in facts.accounts
            if account.server is None and not account.is_verdict
        }
        record = working.record(facts.document) if facts.has_verdict else None
        if record is None or record.verdict is None:
            continue
        for decision in record.verdict.decisions:
            maker = maker_of(record.verdict, decision)
            if maker.by and not task_of(record.verdict, decision):
                found[maker.by] = maker.kind or kind_of_pseudonym(maker.by)
    return found
