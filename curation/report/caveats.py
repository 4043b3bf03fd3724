"""What keeps a score or an agreement from meaning what it seems to mean, as sentences."""

from collections.abc import Iterable, Iterator, Mapping

from curation.errors import many
from curation.scoring.agreed import Agreement
from curation.scoring.counts import Tally
from curation.scoring.scores import Comparison, Scores

# Fewer documents say little of others.
FEW = 30


def caveats(scores: Scores) -> Iterator[str]:
    """What keeps a score from meaning what it seems to mean."""
    part, arm = scores.headline, scores.recipe.arm
    if part.documents < FEW:
        yield (
            f"warning: {many(part.documents, 'document')}: too few to say how the model does on others; "
            "read the counts, not the rates, and take intervals for too narrow"
        )
    if part.documents == 1:
        yield "warning: one document gives no interval"
    tallies = {"entities": part.entities, "relations": part.relations}
    yield from _undefined(f"F1 of {what}" for what, of in tallies.items() if _no_f1(of))
    if part.unanswered:
        yield (
            f"warning: {many(part.unanswered, 'document')} without predictions; "
            "they count as documents in which nothing was found"
        )
    if scores.comparison:
        yield from _comparison(scores.comparison, part.documents)
    if arm == "assisted":
        yield (
            "warning: no document was annotated blind; gold that grew out of suggestions "
            "flatters the model that made them"
        )
    elif arm == "blind" and scores.arms:
        yield "The headline is of the documents annotated blind, without suggestions."
    elif arm == "all":
        yield (
            "warning: nothing says how this gold was annotated; if it grew out of "
            "suggestions, it flatters the model that made them"
        )


def _comparison(compared: Comparison, scored: int) -> Iterator[str]:
    """Of *scored* documents; where they are too few anyway, that is said already."""
    common = compared.documents
    if scored and not common:
        yield "warning: no document that is scored is in the other gold: there is nothing to compare"
    elif common < min(FEW, scored):
        yield (
            f"warning: {common} of {many(scored, 'document')} in both golds: too few to say what "
            "moved on others; take intervals for too narrow"
        )
    if common == 1 < scored:
        yield "warning: one document in both golds gives the comparison no interval"
    if compared.unanswered:
        yield (
            f"warning: the predictions compared with leave out {compared.unanswered} of "
            f"{many(compared.documents, 'document')}; they count as documents in which nothing was found"
        )


def wider(scores: Scores, documents: int) -> str:
    """What to say beside a count over all *documents* where F1 is of those annotated blind alone."""
    blind = scores.headline.documents
    others = documents - blind
    if not others:
        return ""
    return (
        f"This counts all {documents:,} documents, also the {others:,} that {_were(others)} not "
        f"annotated blind; F1 counts only the {blind:,} that {_were(blind)}."
    )


def agreement_caveats(found: Agreement) -> Iterator[str]:
    """What keeps an agreement from meaning what it seems to mean."""
    if not found.documents:
        yield "warning: no document was annotated by two or more: agreement is undefined"
        return
    if found.documents < FEW:
        yield (
            f"warning: {many(found.documents, 'document')} annotated by two or more: too few to say "
            "how well they agree on others"
        )
    tallies = {"entities": found.entities, "relations": found.relations}
    yield from _undefined(f"F1 of {what}" for what, of in tallies.items() if _no_f1(of))
    if found.kappa.value is None or found.alpha.value is None:
        names = {"κ": found.kappa, "α": found.alpha}
        none = " and ".join(name for name, one in names.items() if one.value is None)
        yield f"Undefined, since all tokens have one label: {none}."
    if found.alone:
        yield f"{many(found.alone, 'document')} annotated by one alone say nothing of agreement."
    if found.left_out:
        yield (
            f"{many(found.left_out, 'span')} inside others: κ and α can't see what is inside, F1 does."
        )


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _no_f1(tallies: Mapping[str, Tally]) -> bool:
    return tallies["strict"].micro.counts.f1 is None


def _undefined(names: Iterable[str]) -> Iterator[str]:
    if told := " and ".join(names):
        yield f"Undefined, since there is nothing to rate: {told}."
