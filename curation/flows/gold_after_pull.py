"""What gold/next is after a pull, of one project or of several."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from curation.errors import Problem, Problems
from curation.flows.excluded_places import ExcludedPlace, find_excluded_places
from curation.gold.working.excluded import ExcludedDocuments, find_excluded_documents
from curation.gold.working.stale_verdicts import StaleVerdict, find_stale_verdicts
from curation.gold.working.unknown_types import UnknownType, find_unknown_types
from curation.gold.working.version import WorkingVersion
from curation.state import State


@dataclass(frozen=True, kw_only=True)
class GoldAfterPull:
    """
    What ``gold/next`` is after a pull; documents are given by their ids.

    *documents* is how many are gold. *excluded* has those that have a record and are no gold, and
    why; *excluded_places* in which project; *left_gold* those that were gold before the pull.
    *stale* are the verdicts that no longer hold. *edited_files* are documents whose file somebody
    changed since our last command, *bad_files* the problems with files that can't be read.
    *has_new_pseudonyms*: annotators have other pseudonyms than in the gold, since those are
    remembered nowhere. *links* lead to the task of each document that has annotations.
    *adjudicated* are the titles of the projects for adjudication that are known; only where
    annotators differ.
    """

    documents: int
    excluded: ExcludedDocuments
    excluded_places: Mapping[str, ExcludedPlace]
    left_gold: tuple[str, ...]
    stale: tuple[StaleVerdict, ...]
    edited_files: tuple[str, ...]
    bad_files: Problems
    unknown_types: tuple[UnknownType, ...]
    has_new_pseudonyms: bool
    links: Mapping[str, str]
    adjudicated: tuple[str, ...] = field(default=(), kw_only=True)


def gold_after_pull(  # noqa: PLR0913 - all that is known in the end
    working: WorkingVersion,
    state: State,
    *,
    url: str,
    title: str,
    links: Mapping[str, str],
    problems: Iterable[Problem],
    gold_before: Collection[str],
    has_new_pseudonyms: bool,
) -> GoldAfterPull:
    """
    What the working version is now.

    *title* is the project that was pulled, empty for several: then each document out of the gold
    is told with its project.
    """
    gold = working.gold_ids
    excluded = find_excluded_documents(working)
    return GoldAfterPull(
        documents=len(gold),
        excluded=excluded,
        excluded_places=find_excluded_places(
            working, excluded, state, url=url, title=title, links=links
        ),
        left_gold=tuple(sorted({*gold_before} - gold)),
        stale=tuple(find_stale_verdicts(working)),
        edited_files=tuple(sorted(working.edited)),
        bad_files=working.problems(),
        unknown_types=find_unknown_types(working, problems),
        has_new_pseudonyms=has_new_pseudonyms,
        links=links,
    )
