"""What keeps a score or an agreement from meaning what it seems to mean, as sentences."""

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING

from curation.documents.document import is_program_pseudonym
from curation.errors import pluralise
from curation.report.number_format import decimal, percent
from curation.report.verdict_caveats import verdict_caveats
from curation.scoring.given_documents import CountedPlaces, InputOddities
from curation.scoring.intervals import ENOUGH_DOCUMENTS, FEWEST_DOCUMENTS_WITH_INTERVAL
from curation.scoring.results import (
    ASSISTED,
    BLIND,
    Comparison,
    RatedCounts,
    SchemeResult,
    Scores,
)

if TYPE_CHECKING:
    from curation.scoring.agreement_results import Agreement


def score_caveats(scores: Scores) -> Iterator[str]:
    """The caveats of a score, the worst first; those that begin with ``warning:`` stand out."""
    headline = scores.headline
    yield from _machine_annotated(scores)
    yield from _trained_on(scores)
    yield from _development(scores)
    if headline.documents == 1:
        yield (
            "warning: one document gives no interval, and is too few to say how the model does on "
            "others; read the counts, not the rates"
        )
    elif headline.documents < FEWEST_DOCUMENTS_WITH_INTERVAL:
        yield (
            f"warning: {pluralise(headline.documents, 'document')} give no interval, and are too few "
            "to say how the model does on others; read the counts, not the rates"
        )
    elif headline.documents < ENOUGH_DOCUMENTS:
        yield (
            f"warning: {pluralise(headline.documents, 'document')} are too few to say how the model "
            "does on others; read the counts, not the rates, and take the intervals for too narrow"
        )
    results = {"entities": headline.entities, "relations": headline.relations}
    yield from _undefined_f1s(results)
    without_interval = [
        what
        for what, by_scheme in results.items()
        if _strict(by_scheme).counts.f1 is not None and not _strict(by_scheme).bca.f1
    ]
    if without_interval and headline.documents >= FEWEST_DOCUMENTS_WITH_INTERVAL:
        yield (
            f"warning: F1 of {' and '.join(without_interval)} has no interval: all documents are "
            f"alike, or fewer than {FEWEST_DOCUMENTS_WITH_INTERVAL} of them have any, so that resampling "
            "can't tell"
        )
    if headline.without_predictions:
        count = headline.without_predictions
        yield (
            f"warning: {pluralise(count, 'document')} {_have(count)} no predictions: "
            "everything in the gold counts as missed there"
        )
    if scores.without_gold:
        count = scores.without_gold
        yield (
            f"{pluralise(count, 'document')} of the predictions {_are(count)} left out, as the gold "
            f"doesn't hold {_them(count)}."
        )
    yield from _oddities(scores.oddities)
    yield from _without_schema(scores.recipe.schema, headline.relations)
    if scores.comparison:
        yield from _comparison(scores.comparison, headline.documents)
    yield from _arms(scores)


def _machine_annotated(scores: Scores) -> Iterator[str]:
    headline = scores.headline
    whole = scores.all_documents
    blind = "; blind says only that the program saw no suggestions"
    if headline.machine_annotated:
        yield (
            f"warning: the annotations of {_share(headline.machine_annotated, headline.documents)} are "
            "machine-generated: no person is known to have checked them"
            f"{blind if scores.recipe.arm == BLIND else ''}"
        )
    if whole.machine_annotated > headline.machine_annotated:
        yield (
            f"warning: in all, the annotations of {_share(whole.machine_annotated, whole.documents)} are "
            "machine-generated: no person is known to have checked them"
        )


def _development(scores: Scores) -> Iterator[str]:
    arms = (scores.headline, scores.all_documents)
    arm = max(arms, key=lambda arm: arm.development)
    if arm.development:
        yield (
            f"warning: the baseline's rules were written with {_share(arm.development, arm.documents)} "
            "in view: a score on development data, no estimate for other articles"
        )


def _trained_on(scores: Scores) -> Iterator[str]:
    arms = (scores.headline, scores.all_documents)
    arm = max(arms, key=lambda arm: arm.trained_on)
    if arm.trained_on:
        yield (
            f"warning: the model was trained on {_share(arm.trained_on, arm.documents)}: a score on "
            "training data says nothing of other articles; score the others with --where or --split"
        )


def _arms(scores: Scores) -> Iterator[str]:
    """How the gold was annotated, and what that does to the score; also outside the headline."""
    headline = scores.headline
    whole = scores.all_documents
    arm = scores.recipe.arm
    assisted = _known_assisted(scores)
    unknown = _unknown_arm(scores)
    if arm == ASSISTED:
        yield (
            "warning: no document was annotated blind; gold that grew out of suggestions "
            "flatters the model that made them"
        )
    elif arm == BLIND and headline.documents == whole.documents:
        yield "All documents were annotated blind: at least one annotator of each saw no suggestions."
    elif arm == BLIND:
        yield (
            f"The headline counts only the {pluralise(headline.documents, 'document')} annotated "
            "blind, where at least one annotator saw no suggestions."
        )
        if assisted:
            yield (
                f"warning: {pluralise(assisted, 'other document')} {_were(assisted)} annotated with "
                "suggestions; gold that grew out of suggestions flatters the model that made them, "
                "in the figures of all documents"
            )
        if unknown:
            yield (
                f"warning: nothing says how {pluralise(unknown, 'other document')} {_were(unknown)} "
                "annotated; gold that grew out of suggestions flatters the model that made them, "
                "in the figures of all documents"
            )
    elif assisted:
        yield (
            f"warning: {assisted:,} of {pluralise(whole.documents, 'document')} {_were(assisted)} "
            "annotated with suggestions, and nothing says how the others were; gold that grew out "
            "of suggestions flatters the model that made them"
        )
    else:
        yield (
            "warning: nothing says how this gold was annotated; gold that grew out of "
            "suggestions flatters the model that made them"
        )


def _known_assisted(scores: Scores) -> int:
    """The number of documents known to be annotated with suggestions, where not all are."""
    return scores.arms[ASSISTED].documents if ASSISTED in scores.arms else 0


def _unknown_arm(scores: Scores) -> int:
    """The number of documents outside the headline of which nothing says how they were annotated."""
    outside = scores.all_documents.documents - scores.headline.documents
    return outside - _known_assisted(scores)


def _comparison(compared: Comparison, scored: int) -> Iterator[str]:
    """Caveats of a comparison; where the *scored* documents are too few anyway, that is said already."""
    common = compared.documents
    if scored and not common:
        yield "warning: the other gold has none of the scored documents, so that nothing can be compared"
    elif compared.only_here or compared.only_there:
        sides = {"this gold": compared.only_here, "the other one": compared.only_there}
        left_out = " and ".join(
            f"{number} only in {name}" for name, number in sides.items() if number
        )
        yield (
            f"The comparison counts the {pluralise(common, 'document')} in both golds, and leaves "
            f"out {left_out}."
        )
    if common == 1 < scored:
        yield (
            f"warning: one of {pluralise(scored, 'document')} in both golds gives the comparison no "
            "interval, and is too few to say what moved on others"
        )
    elif scored and 0 < common < min(FEWEST_DOCUMENTS_WITH_INTERVAL, scored):
        yield (
            f"warning: {common} of {pluralise(scored, 'document')} in both golds give the comparison no "
            "interval, and are too few to say what moved on others"
        )
    elif scored and 0 < common < min(ENOUGH_DOCUMENTS, scored):
        yield (
            f"warning: {common} of {pluralise(scored, 'document')} in both golds are too few to say "
            "what moved on others; take the intervals for too narrow"
        )
    if compared.trained_on:
        yield (
            f"warning: the predictions compared with are of a model that was trained on "
            f"{_share(compared.trained_on, common)}: so much better do they look"
        )
    if compared.without_predictions:
        yield (
            f"warning: the predictions compared with leave out {compared.without_predictions} of "
            f"{pluralise(common, 'document')}: everything in the gold counts as missed there"
        )
    if compared.without_gold:
        count = compared.without_gold
        yield (
            f"{pluralise(count, 'document')} of the predictions compared with {_are(count)} left "
            f"out, as no gold holds {_them(count)}."
        )


def all_documents_note(scores: Scores, documents: int) -> str:
    """A note beside a count over all *documents*, where F1 counts only those annotated blind; else ""."""
    blind = scores.headline.documents
    others = documents - blind
    if not others:
        return ""
    how = "known to be annotated blind" if _unknown_arm(scores) else "annotated blind"
    return (
        f"This counts all {documents:,} documents, also the {others:,} not {how}; F1 counts only "
        f"the {blind:,} that {_were(blind)}."
    )


def agreement_caveats(found: "Agreement") -> Iterator[str]:
    """The caveats of an agreement, after the sentence that says whose annotations these are."""
    if found.recipe.gold:
        yield (
            f"These are the annotations of {found.recipe.gold}; for others give --gold VERSION, "
            "or a file for each annotator."
        )
    yield from _submissions(found)
    if not found.documents:
        yield "warning: no document was annotated by two or more: agreement is undefined"
        return
    if all(map(is_program_pseudonym, found.annotators)):
        yield (
            "warning: all annotators are programs: their agreement says nothing of how well "
            "people would agree"
        )
    if found.documents < ENOUGH_DOCUMENTS:
        count = found.documents
        gives = "gives" if count == 1 else "give"
        no_interval = f"{gives} no interval, and {_are(count)}"
        are = no_interval if count < FEWEST_DOCUMENTS_WITH_INTERVAL else _are(count)
        yield (
            f"warning: {pluralise(count, 'document')} annotated by two or more {are} too "
            "few to say how well they agree on others"
        )
    yield from _undefined_f1s({"entities": found.entities, "relations": found.relations})
    coefficients = {"κ": found.kappa, "α": found.alpha}
    undefined = [name for name, one in coefficients.items() if one.value is None]
    if undefined:
        yield f"Undefined, since all tokens have one label: {' and '.join(undefined)}."
    yield from _oddities(found.oddities)
    yield from _without_schema(found.recipe.schema, found.relations)
    if found.documents_by_one:
        count = found.documents_by_one
        yield (
            f"{pluralise(count, 'document')} annotated by one alone "
            f"{'says' if count == 1 else 'say'} nothing of agreement."
        )
    if found.spans_left_out:
        count = found.spans_left_out
        yield (
            f"{pluralise(count, 'span')} inside others {_are(count)} counted by F1, but not by κ and α."
        )
    if found.verdicts:
        yield from verdict_caveats(found.verdicts)


def _oddities(oddities: InputOddities) -> Iterator[str]:
    """What was odd in files and was taken as it is."""
    if blank := oddities.blank_edges:
        begin = "begins or ends" if blank.count == 1 else "begin or end"
        yield (
            f"{pluralise(blank.count, 'span')} {begin} with white space, and {_are(blank.count)} "
            f"scored as given: {_places(blank)}."
        )
    if repeated := oddities.repetitions:
        occur = "occurs twice and counts" if repeated.count == 1 else "occur twice and count"
        yield f"{pluralise(repeated.count, 'span')} {occur} twice: {_places(repeated)}."
    if ends := oddities.text_ends:
        yield (
            f"{pluralise(ends.count, 'document')} {_have(ends.count)} texts that differ in white "
            f"space at the end alone, so that all offsets hold: {_places(ends)}."
        )
    if lacking := oddities.not_offered:
        was = "document was" if lacking.count == 1 else "documents were"
        yield (
            f"{lacking.count:,} {was} annotated before some types were offered; these types count on "
            f"neither side there: {_places(lacking)}."
        )
    if unknown := oddities.unknown_types:
        yield (
            f"{pluralise(unknown.count, 'type')} {_are(unknown.count)} not in "
            f"label_config/schema.toml, and scored all the same: {_places(unknown)}."
        )


def _places(places: CountedPlaces) -> str:
    """The first places, and how many more there are."""
    more = places.count - len(places.first)
    return "; ".join([*places.first, *([f"and {more:,} more"] if more else [])])


def _submissions(found: "Agreement") -> Iterator[str]:
    """Which submissions were compared, and what the figures would be on annotations as they are now."""
    compared = found.submissions
    if compared is None:
        return
    if not compared.are_first:
        yield (
            "warning: this version was sealed without first submissions; agreement is on the "
            "annotations as they were sealed, also where they were changed after a difference "
            "was shown"
        )
    if compared.pilot:
        yield (
            f"warning: {pluralise(compared.pilot, 'document')} {_are(compared.pilot)} of the pilot, on which "
            "the guideline was tried: --where pilot=false leaves them out"
        )
    for reason, count in compared.left_out.items():
        yield f"{pluralise(count, 'annotation')} {reason} {_are(count)} left out."
    if (count := compared.taken_back) and found.documents:
        yield (
            f"{pluralise(count, 'first submission')} {'counts' if count == 1 else 'count'} though "
            f"{'its annotation was' if count == 1 else 'their annotations were'} deleted, skipped or given a problem since."
        )
    if compared.unsure and found.documents:
        count = compared.unsure
        yield (
            f"warning: {pluralise(count, 'annotation')} may have been changed before the first pull, "
            "so that what stands for the first submission may be a later one"
        )
    if compared.current and found.documents:
        now = compared.current
        figures = (
            f"F1 of entities {percent(now.entities_f1)}, of relations {percent(now.relations_f1)}, "
            f"κ {decimal(now.kappa)}, α {decimal(now.alpha)}"
        )
        yield f"These are first submissions. On the annotations as they are now: {figures}."


def _share(some: int, whole: int) -> str:
    """Some of all documents, as in "2 of 3 documents"."""
    if some < whole:
        return f"{some:,} of {whole:,} documents"
    return "the one document" if whole == 1 else f"all {whole:,} documents"


def _them(count: int) -> str:
    return "it" if count == 1 else "them"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _were(count: int) -> str:
    return "was" if count == 1 else "were"


def _have(count: int) -> str:
    return "has" if count == 1 else "have"


def _strict(results: Mapping[str, SchemeResult]) -> RatedCounts:
    return results["strict"].micro


def _undefined_f1s(results: Mapping[str, Mapping[str, SchemeResult]]) -> Iterator[str]:
    names: Iterable[str] = (
        f"F1 of {what}"
        for what, by_scheme in results.items()
        if _strict(by_scheme).counts.f1 is None
    )
    if undefined := " and ".join(names):
        yield f"Undefined, since there is nothing to rate: {undefined}."


def _without_schema(schema: str, relations: Mapping[str, SchemeResult]) -> Iterator[str]:
    """What no schema means for relations, where there are some."""
    counts = _strict(relations).counts
    if not schema and (counts.gold or counts.predicted):
        yield (
            "Without label_config/schema.toml nothing says which relations have no direction: all "
            "are taken to have one."
        )
