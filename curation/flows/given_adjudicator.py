"""Who made verdicts outside of Label Studio: the name that was given, as it is published."""

import re
from dataclasses import dataclass

from curation.annotations.record import AnnotatorKind
from curation.documents.document import PROGRAM_PREFIX, UNKNOWN_PREFIX
from curation.errors import UsageError
from curation.gold.convert_old import kind_of_pseudonym
from curation.gold.working_version import WorkingVersion
from curation.state import State
from curation.state.pseudonyms import PERSON_PREFIX

_PSEUDONYM = re.compile(rf"(?:{PERSON_PREFIX}|{PROGRAM_PREFIX}|{UNKNOWN_PREFIX})[0-9a-f]{{8}}")


@dataclass(frozen=True, kw_only=True)
class GivenAdjudicator:
    """The *pseudonym* of an adjudicator, and whether it is a person's, a program's, or nobody knows."""

    pseudonym: str
    kind: AnnotatorKind


def find_adjudicator(name: str, state: State, working: WorkingVersion) -> GivenAdjudicator:
    """
    Who is meant by a *name*: an e-mail address, a pseudonym that is known, or another name.

    An address says of itself whether it can be a person's; of another name nobody knows. Raises
    UsageError for a pseudonym that is nobody's.
    """
    # Accounts are known by their addresses on every server.
    pseudonyms = state.pseudonyms("")
    if not _PSEUDONYM.fullmatch(name):
        found = pseudonyms.of_name(name)
        return GivenAdjudicator(pseudonym=found, kind=pseudonyms.kind(found))
    if pseudonyms.is_used(name):
        return GivenAdjudicator(pseudonym=name, kind=pseudonyms.kind(name))
    known = {
        account.pseudonym: account.kind
        for facts in working.all_facts()
        for account in facts.accounts
    }
    if name not in known:
        raise UsageError(
            f"--by {name}: neither gold/next nor .curate/ knows this pseudonym",
            hint="give the adjudicator's e-mail address, which isn't published",
        )
    return GivenAdjudicator(pseudonym=name, kind=known[name] or kind_of_pseudonym(name))
