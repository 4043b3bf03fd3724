"""Who made annotations or verdicts outside of Label Studio: the name that was given, as it is published."""

import re
from dataclasses import dataclass

from curation.annotations.record import AnnotatorKind
from curation.documents.document import PROGRAM_PREFIX, UNKNOWN_PREFIX
from curation.errors import UsageError
from curation.gold.convert_old import kind_of_pseudonym
from curation.gold.working_version import WorkingVersion
from curation.state import State
from curation.state.pseudonyms import PERSON_PREFIX, UNKNOWN

_PSEUDONYM = re.compile(rf"(?:{PERSON_PREFIX}|{PROGRAM_PREFIX}|{UNKNOWN_PREFIX})[0-9a-f]{{8}}")


@dataclass(frozen=True, kw_only=True)
class NamedAnnotator:
    """The *pseudonym* of an annotator or adjudicator, and whether it is a person's, a program's, or nobody knows."""

    pseudonym: str
    kind: AnnotatorKind


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
        found = pseudonyms.of_name(name, kind)
        return NamedAnnotator(pseudonym=found, kind=pseudonyms.kind(found))
    if pseudonyms.is_used(name):
        return NamedAnnotator(pseudonym=name, kind=pseudonyms.kind(name))
    known = {
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
