"""What keeps figures against verdicts from meaning what they seem to mean, as sentences."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curation.errors import pluralise
from curation.scoring.intervals import ENOUGH_DOCUMENTS, FEWEST_DOCUMENTS_WITH_INTERVAL
from curation.scoring.results import ASSISTED, BLIND

if TYPE_CHECKING:
    from curation.scoring.verdict_results import Anchoring, VerdictAgreement


def verdict_caveats(found: "VerdictAgreement") -> Iterator[str]:
    """What keeps the figures against verdicts from meaning what they seem to mean."""
    if not found.documents:
        yield (
            "No document that two or more annotated independently was adjudicated: nothing here "
            "says who of the annotators is right."
        )
        return
    if count := found.own_verdicts:
        yield (
            f"{pluralise(count, 'annotation')} of annotators who made the verdict themselves "
            f"{'is' if count == 1 else 'are'} not compared with that verdict."
        )
    anchoring = found.anchoring
    if count := anchoring.unknown:
        yield (
            f"{pluralise(count, 'annotation')} on adjudicated documents "
            f"{'counts' if count == 1 else 'count'} in neither arm: nothing says whether "
            "suggestions were shown, or the annotator began the document a second time, otherwise."
        )
    yield from _arm_caveats(anchoring)


def _arm_caveats(anchoring: "Anchoring") -> Iterator[str]:
    """Where an arm is missing, or has few documents."""
    if [*anchoring.arms] == [ASSISTED]:
        yield (
            "warning: no adjudicated document was annotated blind, so that nothing says what "
            "suggestions did to annotators (anchoring); curate push --blind-share 0.1 makes blind "
            "tasks"
        )
    elif [*anchoring.arms] == [BLIND]:
        yield (
            "All adjudicated documents were annotated blind: no suggestion could lead annotators "
            "(anchoring)."
        )
        return
    few = [
        f"{pluralise(one.documents, 'adjudicated document')} annotated {arm}"
        for arm, one in anchoring.arms.items()
        if one.documents < ENOUGH_DOCUMENTS
    ]
    fewest = min((one.documents for one in anchoring.arms.values()), default=0)
    if few:
        no_interval = (
            f"; fewer than {FEWEST_DOCUMENTS_WITH_INTERVAL} give no interval"
            if fewest < FEWEST_DOCUMENTS_WITH_INTERVAL
            else ""
        )
        yield (
            f"warning: {' and '.join(few)}: too few to say what suggestions do on others{no_interval}"
        )
