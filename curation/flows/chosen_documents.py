"""Documents of gold/next that somebody names by their ids: what is wrong with the choice."""

from collections.abc import Iterable

from curation.errors import GoldError, raise_problems
from curation.gold.working.version import MEND_FILES, WorkingVersion


def refuse_bad_files_of(working: WorkingVersion, documents: Iterable[str]) -> None:
    """Raises GoldError, with all that is wrong, where the file of one of *documents* can't be read."""
    if any(map(working.has_unusable_file, documents)):
        raise_problems(working.problems(), GoldError, hint=MEND_FILES.format(working.folder))


def refuse_unknown(working: WorkingVersion, documents: Iterable[str]) -> None:
    """Raises GoldError for ids that gold/next doesn't have."""
    unknown = [document for document in documents if document not in working.known_ids]
    if unknown:
        noun = "document" if len(unknown) == 1 else "documents"
        raise GoldError(
            f"{working.folder} has no {noun} {', '.join(map(repr, unknown))}",
            hint=f"each document has a file there, with its id inside: ls {working.folder}",
        )
