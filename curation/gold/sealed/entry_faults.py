"""Where an entry of the changelog says something else than the versions that it is about."""

import re
from collections.abc import Collection, Iterator, Mapping

from curation.gold.card.markdown import escape_markdown
from curation.gold.changes.changelog import FIRST_CHANGE
from curation.gold.changes.diff import VersionDifference
from curation.gold.changes.diff_words import changelog_lines, withdrawn_line
from curation.gold.working.excluded import REASONS, reason_for_one

# Lines that begin so look as if curate had made them; other lines are people's own words.
_MADE = re.compile(r"[-*+] |Against \d")

_COUNT = rf"\d+ (?:{'|'.join(map(re.escape, REASONS))})"
_COUNTED_REASONS = re.compile(
    rf"(, \d+ removed) \({_COUNT}(?:, {_COUNT})*\)(?=, \d+ changed\.)"
)
_REASONS_FOR_ONE = (re.escape(escape_markdown(reason_for_one(reason))) for reason in REASONS)
_REASON_FOR_ONE = re.compile(
    rf" \((?:{'|'.join(_REASONS_FOR_ONE)})\)(?=, | and [\d,]+ more$|$)"
)


def find_change_faults(
    entry: str,
    summary: Collection[str],
    difference: VersionDifference | None,
    withdrawn: Mapping[str, str],
) -> Iterator[str]:
    """
    The lines that the entry lacks, and those that it has though the versions don't make them.

    *summary* has the lines that the manifest makes, *difference* is None for the first version. Why
    documents were removed is in no version, so that any reason that curate knows is taken. Which entry
    tells that a document was *withdrawn*, with the reason by id, depends on the day.
    """
    there = [comparable_line(line) for line in entry.splitlines()]
    change = [FIRST_CHANGE] if difference is None else changelog_lines(difference)
    expected = {comparable_line(line) for line in change if line}
    for line in sorted(expected.difference(there)):
        yield f"lacks this line, which the versions make: {line}"
    expected.update(map(comparable_line, summary))
    expected.update(f"- {withdrawn_line(*one)}" for one in withdrawn.items())
    for line in there:
        if _MADE.match(line) and line not in expected:
            yield f"has this line, which the versions don't make: {line}"


def comparable_line(line: str) -> str:
    """The line without reasons for removals, and without what older programs wrote otherwise: the plural of one."""
    line = line.strip().replace("- 1 documents (", "- 1 document (")
    if line.startswith("- documents removed: "):
        return _REASON_FOR_ONE.sub("", line)
    return _COUNTED_REASONS.sub(r"\1", line)
