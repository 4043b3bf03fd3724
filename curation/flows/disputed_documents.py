"""Which documents of gold/next have something for an adjudicator to settle."""

from collections.abc import Collection

from curation.annotations.differences import ComparedAnnotations
from curation.annotations.voters import compare_annotations
from curation.flows.chosen_documents import refuse_bad_files_of, refuse_unknown
from curation.gold.working.version import WorkingVersion

# Why documents have no gold that an adjudicator may settle.
_DISPUTED = ("differ", "flagged", "problem")


def find_disputed(working: WorkingVersion, named: Collection[str] = ()) -> list[str]:
    """
    The active documents that have something to settle, of those *named* if any are, sorted.

    With a problem to mend in an annotation, only those on which others differ.

    Raises GoldError for a document that gold/next doesn't have, or whose file can't be read.
    """
    refuse_bad_files_of(working, named)
    refuse_unknown(working, named)
    return sorted(
        facts.document
        for facts in working.all_facts()
        if (not named or facts.document in named)
        and facts.state == "active"
        and (facts.reason in _DISPUTED or facts.reopened)
        and (
            facts.reason != "problem"
            or facts.has_verdict
            or find_others_differing(working, facts.document)
        )
    )


def find_others_differing(working: WorkingVersion, document: str) -> ComparedAnnotations | None:
    """The sound annotations of a document compared, where they differ by more than a flag."""
    record = working.record(document)
    compared = compare_annotations(record, working.schema) if record else None
    if compared and any(one.kind != "flags" for one in compared.differences):
        return compared
    return None
