"""How well annotators agreed, in some lines, as the card of a version shows them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from curation.errors import pluralise
from curation.scoring.results import ASSISTED, BLIND

if TYPE_CHECKING:
    from curation.scoring.agreement_results import Agreement
    from curation.scoring.counts import Interval
    from curation.scoring.verdict_results import Share, VerdictAgreement


# What the card calls the figures of anchoring, for entities or relations.
_FIGURES = {
    "f1": "{} F1",
    "missed": "verdict's {} missed",
    "wrong_kept": "wrong suggested {} kept",
    "changed": "suggested {} changed",
}


def agreement_sentences(agreement: "Agreement", *, pilot: int = 0) -> Iterator[str]:
    """
    How well those agreed who annotated the same documents; nothing where nobody did.

    *pilot* is the number of documents that were left out as the pilot's.
    """
    if not agreement.documents:
        return
    documents = pluralise(agreement.documents, "document")
    yield f"{documents} annotated by two or more, compared pair by pair"
    if pilot:
        yield f"left out: {pluralise(pilot, 'document')} of the pilot, on which the guideline was tried"
    compared = agreement.submissions
    if compared:
        later = "a later one" if compared.unsure == 1 else "later ones"
        unsure = (
            f" ({compared.unsure} of those compared may be {later})" if compared.unsure else ""
        )
        yield f"first submissions of annotators who worked independently{unsure}"
        if compared.taken_back:
            taken_back = pluralise(compared.taken_back, "annotation")
            yield f"first submissions count of {taken_back} deleted, skipped or given a problem since"
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
    coefficients = [
        f"{name} {_decimal(one.value)}{_bounds(one.bca)}"
        for name, one in (("Cohen's κ", agreement.kappa), ("Krippendorff's α", agreement.alpha))
        if one.value is not None
    ]
    if coefficients:
        yield f"types of tokens, entities alone: {', '.join(coefficients)}"
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
        wrong = "kept" if arm == ASSISTED else "marked all the same"
        parts = [
            *(
                f"{what} F1 {_decimal(results['strict'].micro.counts.f1)}"
                f"{_bounds(results['strict'].micro.bca.f1)}"
                for what, results in (("entities", one.entities), ("relations", one.relations))
            ),
        ]
        for what, shares in (
            ("entities", one.entity_shares),
            ("relations", one.relation_shares),
        ):
            parts += _share_words(shares.missed, f"of the verdict's {what} missed")
            parts += _share_words(shares.wrong_kept, f"of wrong suggested {what} {wrong}")
            changed = "changed" if arm == ASSISTED else "not marked so"
            parts += _share_words(shares.changed, f"of suggested {what} {changed}")
        yield (
            f"{arm} ({pluralise(one.annotations, 'annotation')} of "
            f"{pluralise(one.documents, 'document')}): {'; '.join(parts)}"
        )
    differences = [
        f"{_FIGURES[name.partition('.')[2]].format(name.partition('.')[0])} "
        f"{one.difference:+.3f}{_bounds(one.bca)}"
        for name, one in found.anchoring.differences.items()
        if one.difference is not None
    ]
    if differences:
        yield f"assisted less blind (anchoring): {'; '.join(differences)}"
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
