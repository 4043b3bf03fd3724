"""How well annotators agreed, in some lines, as the card of a version shows them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curation.errors import pluralise
from curation.scoring.results import ASSISTED, BLIND

if TYPE_CHECKING:
    from curation.scoring.agreement_results import Agreement
    from curation.scoring.counts import Interval
    from curation.scoring.verdict_results import Share, VerdictAgreement


def agreement_sentences(agreement: "Agreement") -> Iterator[str]:
    """How well those agreed who annotated the same documents; nothing where nobody did."""
    if not agreement.documents:
        return
    documents = pluralise(agreement.documents, "document")
    yield f"{documents} annotated by two or more, compared pair by pair"
    compared = agreement.submissions
    if compared:
        unsure = f" ({compared.unsure} of them may be later ones)" if compared.unsure else ""
        yield f"first submissions of annotators who worked independently{unsure}"
        for reason, count in compared.left_out.items():
            yield f"left out: {pluralise(count, 'annotation')} {reason.rstrip(',')}"
    tallies = {
        "entities (span and type)": agreement.entities["strict"],
        "relations (spans, types, label, direction)": agreement.relations["strict"],
    }
    for name, tally in tallies.items():
        counts = tally.micro.counts
        f1 = _decimal(counts.f1)
        by_one = counts.fp + counts.fn
        yield f"{name}: F1 {f1}{_bounds(tally.micro.bca.f1)}; {counts.tp} by both, {by_one} by one alone"
    if compared and compared.current:
        now = compared.current
        yield (
            f"on the annotations as they are now: entities F1 {_decimal(now.entities_f1)}, "
            f"relations F1 {_decimal(now.relations_f1)}"
        )
    if agreement.verdicts:
        yield from _verdict_sentences(agreement.verdicts)


def _verdict_sentences(found: "VerdictAgreement") -> Iterator[str]:
    if not found.documents:
        return
    documents = pluralise(found.documents, "adjudicated document")
    yield f"first submissions against the verdict, on {documents} of two or more annotators:"
    for arm, one in found.anchoring.arms.items():
        shares = one.entity_shares
        wrong = "kept" if arm == ASSISTED else "marked all the same"
        parts = [
            *(
                f"{what} F1 {_decimal(results['strict'].micro.counts.f1)}"
                f"{_bounds(results['strict'].micro.bca.f1)}"
                for what, results in (("entities", one.entities), ("relations", one.relations))
            ),
            *_share_words(shares.missed, "of the verdict's entities missed"),
            *_share_words(shares.wrong_kept, f"of wrong suggested entities {wrong}"),
        ]
        if arm == ASSISTED:
            parts += _share_words(shares.changed, "of suggested entities changed")
        yield (
            f"{arm} ({pluralise(one.annotations, 'annotation')} of "
            f"{pluralise(one.documents, 'document')}): {'; '.join(parts)}"
        )
    if BLIND not in found.anchoring.arms:
        yield "no adjudicated document was annotated blind: nothing says what suggestions do"


def _share_words(share: "Share", what: str) -> Iterator[str]:
    """The share with its counts; nothing of nothing."""
    if share.value is not None:
        counts = f"{share.part} of {share.whole}"
        yield f"{share.value:.3f}{_bounds(share.bca)} {what} ({counts})"


def _bounds(interval: "Interval | None") -> str:
    return f" [{interval.low:.3f}, {interval.high:.3f}]" if interval else ""


def _decimal(rate: float | None) -> str:
    return "undefined" if rate is None else f"{rate:.3f}"
