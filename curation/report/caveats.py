"""What keeps a score or an agreement from meaning what it seems to mean, as sentences."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from curation.documents.document import is_program_pseudonym
from curation.errors import pluralise
from curation.scoring.results import (
    ASSISTED,
    BLIND,
    Comparison,
    RatedCounts,
    SchemeResult,
    Scores,
)

if TYPE_CHECKING:
    from curation.scoring.agreement import Agreement

# Fewer documents say little of others.
FEW = 30


def caveats(scores: Scores) -> Iterator[str]:
    """What keeps a score from meaning what it seems to mean, the worst first."""
    part = scores.headline
    yield from _machines(scores)
    yield from _developed(scores)
    if part.documents == 1:
        yield (
            "warning: one document gives no interval, and is too few to say how the model does on "
            "others; read the counts, not the rates"
        )
    elif part.documents < FEW:
        yield (
            f"warning: {pluralise(part.documents, 'document')}: too few to say how the model does on others; "
            "read the counts, not the rates, and take intervals for too narrow"
        )
    tallies = {"entities": part.entities, "relations": part.relations}
    yield from _undefined(f"F1 of {what}" for what, of in tallies.items() if _no_f1(of))
    unsure = [what for what, of in tallies.items() if not (_no_f1(of) or _strict(of).bca.f1)]
    if unsure and part.documents > 1:
        yield (
            f"warning: F1 of {' and '.join(unsure)} without an interval: resampling can't tell how "
            "sure it is, as all documents say the same, or but one says anything"
        )
    if part.without_predictions:
        yield (
            f"warning: {pluralise(part.without_predictions, 'document')} without predictions: nothing counts "
            "as found there"
        )
    if scores.without_gold:
        yield f"{pluralise(scores.without_gold, 'document')} of the predictions left out, as the gold doesn't hold {_them(scores.without_gold)}."
    yield from _directed(scores.recipe.schema, part.relations)
    if scores.comparison:
        yield from _comparison(scores.comparison, part.documents)
    yield from _arms(scores)


def _machines(scores: Scores) -> Iterator[str]:
    part, whole = scores.headline, scores.all_documents
    blind = "; blind says only that the program saw no suggestions"
    if part.machine_annotated:
        yield (
            f"warning: the annotations of {_share(part.machine_annotated, part.documents)} are machine-generated: "
            f"no person has checked them{blind if scores.recipe.arm == BLIND else ''}"
        )
    if whole.machine_annotated > part.machine_annotated:
        yield (
            f"warning: in all, the annotations of {_share(whole.machine_annotated, whole.documents)} are "
            "machine-generated: no person has checked them"
        )


def _developed(scores: Scores) -> Iterator[str]:
    part, whole = scores.headline, scores.all_documents
    one = whole if whole.development > part.development else part
    if one.development:
        yield (
            f"warning: the baseline's rules were written with {_share(one.development, one.documents)} "
            "in view: a score on development data, no estimate for other articles"
        )


def _arms(scores: Scores) -> Iterator[str]:
    """How the gold was annotated, and what that does to the score; also outside the headline."""
    part, whole, arm = scores.headline, scores.all_documents, scores.recipe.arm
    assisted = _assisted(scores)
    if arm == ASSISTED:
        yield (
            "warning: no document was annotated blind; gold that grew out of suggestions "
            "flatters the model that made them"
        )
    elif arm == BLIND and part.documents == whole.documents:
        yield "All that is scored was annotated blind, without suggestions."
    elif arm == BLIND:
        yield (
            f"The headline is of the {pluralise(part.documents, 'document')} annotated blind, without suggestions."
        )
        if assisted:
            yield (
                f"warning: {pluralise(assisted, 'other document')} {_were(assisted)} annotated with suggestions; "
                "gold that grew out of them flatters the model that made them, in the figures of all documents"
            )
        if unknown := _unknown(scores):
            yield (
                f"warning: nothing says how {pluralise(unknown, 'other document')} {_were(unknown)} annotated; gold that "
                "grew out of suggestions flatters the model that made them, in the figures of all documents"
            )
    elif assisted:
        yield (
            f"warning: {assisted:,} of {pluralise(whole.documents, 'document')} {_were(assisted)} annotated with "
            "suggestions, and nothing says how the others were; gold that grew out of suggestions "
            "flatters the model that made them"
        )
    else:
        yield (
            "warning: nothing says how this gold was annotated; if it grew out of "
            "suggestions, it flatters the model that made them"
        )


def _assisted(scores: Scores) -> int:
    """How many documents are known to be annotated with suggestions, where not all are."""
    return scores.arms[ASSISTED].documents if ASSISTED in scores.arms else 0


def _unknown(scores: Scores) -> int:
    """Of how many documents outside the headline nobody knows how they were annotated."""
    return scores.all_documents.documents - scores.headline.documents - _assisted(scores)


def _comparison(compared: Comparison, scored: int) -> Iterator[str]:
    """Of *scored* documents; where they are too few anyway, that is said already."""
    common = compared.documents
    if scored and not common:
        yield "warning: no document that is scored is in the other gold: there is nothing to compare"
    elif compared.only_here or compared.only_there:
        sides = {"this gold": compared.only_here, "the other one": compared.only_there}
        told = " and ".join(
            f"{number} only in {name}" for name, number in sides.items() if number
        )
        yield f"The comparison is of the {pluralise(common, 'document')} in both golds, and leaves out {told}."
    if common == 1 < scored:
        yield (
            f"warning: one of {pluralise(scored, 'document')} in both golds gives the comparison no "
            "interval, and is too few to say what moved on others"
        )
    elif scored and 0 < common < min(FEW, scored):
        yield (
            f"warning: {common} of {pluralise(scored, 'document')} in both golds: too few to say what "
            "moved on others; take intervals for too narrow"
        )
    if compared.without_predictions:
        yield (
            f"warning: the predictions compared with leave out {compared.without_predictions} of "
            f"{pluralise(common, 'document')}: nothing counts as found there"
        )
    if compared.without_gold:
        yield (
            f"{pluralise(compared.without_gold, 'document')} of the predictions compared with left out, "
            f"as no gold holds {_them(compared.without_gold)}."
        )


def wider(scores: Scores, documents: int) -> str:
    """What to say beside a count over all *documents* where F1 is of those annotated blind alone."""
    blind = scores.headline.documents
    others = documents - blind
    if not others:
        return ""
    how = "known to be annotated blind" if _unknown(scores) else "annotated blind"
    return (
        f"This counts all {documents:,} documents, also the {others:,} not {how}; F1 counts only "
        f"the {blind:,} that {_were(blind)}."
    )


def agreement_caveats(found: "Agreement") -> Iterator[str]:
    """What keeps an agreement from meaning what it seems to mean; first, whose it is."""
    if found.recipe.gold:
        yield (
            f"These are the annotations of {found.recipe.gold}; for others give --gold VERSION, "
            "or a file for each annotator."
        )
    if not found.documents:
        yield "warning: no document was annotated by two or more: agreement is undefined"
        return
    if all(map(is_program_pseudonym, found.annotators)):
        yield "warning: all annotators are programs: this says nothing of how well people would agree"
    if found.documents < FEW:
        yield (
            f"warning: {pluralise(found.documents, 'document')} annotated by two or more: too few to say "
            "how well they agree on others"
        )
    tallies = {"entities": found.entities, "relations": found.relations}
    yield from _undefined(f"F1 of {what}" for what, of in tallies.items() if _no_f1(of))
    if found.kappa.value is None or found.alpha.value is None:
        names = {"κ": found.kappa, "α": found.alpha}
        none = " and ".join(name for name, one in names.items() if one.value is None)
        yield f"Undefined, since all tokens have one label: {none}."
    yield from _directed(found.recipe.schema, found.relations)
    if found.documents_by_one:
        yield (
            f"{pluralise(found.documents_by_one, 'document')} annotated by one alone "
            f"{'says' if found.documents_by_one == 1 else 'say'} nothing of agreement."
        )
    if found.spans_left_out:
        yield (
            f"{pluralise(found.spans_left_out, 'span')} inside others: κ and α can't see what is inside, F1 does."
        )


def _share(some: int, whole: int) -> str:
    """How many documents of all that there are."""
    if some < whole:
        return f"{some:,} of {whole:,} documents"
    return "the one document" if whole == 1 else f"all {whole:,} documents"


def _them(number: int) -> str:
    return "it" if number == 1 else "them"


def _were(number: int) -> str:
    return "was" if number == 1 else "were"


def _no_f1(tallies: Mapping[str, SchemeResult]) -> bool:
    return _strict(tallies).counts.f1 is None


def _strict(tallies: Mapping[str, SchemeResult]) -> RatedCounts:
    return tallies["strict"].micro


def _directed(schema: str, relations: Mapping[str, SchemeResult]) -> Iterator[str]:
    counts = relations["strict"].micro.counts
    if not schema and (counts.gold or counts.predicted):
        yield (
            "No label_config/schema.toml is here to say which relations have no direction: all "
            "are taken to have one."
        )


def _undefined(names: Iterable[str]) -> Iterator[str]:
    if told := " and ".join(names):
        yield f"Undefined, since there is nothing to rate: {told}."
