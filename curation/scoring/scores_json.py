"""
Scores as JSON: names and nesting are a contract, ``"format": 1``.

* recipe       all that has to be the same for the figures to come out the same
* documents    scored, and among them without_predictions, machine_annotated (known
               to be annotated by programs alone), development (known to be what
               the model's rules were written with), trained_on (known to be what the
               model was trained on); and without_gold, how many
               documents of the predictions were left out
* entities     strict, exact, partial, type
* relations    strict, boundaries, relaxed, document_level, and on_gold_entities
               where the baseline's relation step was asked
* confusion    spans and tokens: labels (the last is nothing), matrix by rows of
               the gold, and the spans left_out of the token view
* calibration  null where no suggestion carries a score; else bins by the score, from
               and to: how many suggestions, how many of them right, the sum of their
               scores; how many are without_score, and the expected calibration error
* arms         the same five again for other arms than the headline's
* comparison   null, or against what, over how many documents, how many of those
               the other predictions leave out (without_predictions), how many of
               theirs no gold holds (without_gold), how many their model is known to be
               trained on (trained_on), how many documents are only_here
               and only_there, in one gold alone, and what model, gold and both
               moved, by path: model on this gold, gold with these predictions or,
               where the model moved too, with the other ones
* oddities     what was odd in files and was scored as it is, each with its count and
               the first places, left out where there is none: blank_edges (spans that
               begin or end with white space), repetitions (entities that occur twice),
               text_ends (texts that differ in white space at their end), unknown_types
               (types that the schema hasn't), not_offered (documents with the types that
               one side was not offered, and that count on neither side)
* caveats      what keeps the score from meaning what it seems to mean, sentence by
               sentence, as the terminal shows it

A scheme has micro, micro_emittable (null where unknown), macro, by_type, and
relations by_band (same_sentence, across). Each holds tp, fp, fn, of entities
also correct, incorrect, partial, missed, spurious; precision, recall, f1,
f1_interval (BCa) and intervals by method and rate. Under ``partial`` a partial
hit is neither tp, fp nor fn and worth half. Rates are written for the reader's
sake, and so are caveats; a rate of nothing is null, never 0, and so is an interval
where resampling can't tell. Of a format there may come to be more, never less or other.
"""

from collections.abc import Mapping
from dataclasses import asdict

from curation.files import Json
from curation.scoring.calibration import (
    CALIBRATION_BINS,
    Calibration,
)
from curation.scoring.counts import Interval
from curation.scoring.given_documents import oddities_to_json
from curation.scoring.results import (
    ArmScores,
    Comparison,
    ConfusionMatrix,
    RatedCounts,
    RateIntervals,
    SchemeResult,
    ScoreDifference,
    Scores,
)

SCORES_FORMAT = 1

_RATES = RateIntervals._fields
_OUTCOMES = ("correct", "incorrect", "partial", "missed", "spurious")


def scores_to_json(scores: Scores) -> Json:
    """The object that ``curate eval --json`` prints, without the caveats."""
    compared = scores.comparison
    headline = _arm_to_json(scores.headline)
    headline["documents"]["without_gold"] = scores.without_gold
    return {
        "format": SCORES_FORMAT,
        "recipe": asdict(scores.recipe),
        **headline,
        "arms": {arm: _arm_to_json(arm_scores) for arm, arm_scores in scores.arms.items()},
        "comparison": _comparison_to_json(compared) if compared else None,
        "oddities": oddities_to_json(scores.oddities),
    }


def _arm_to_json(arm: ArmScores) -> Json:
    return {
        "documents": {
            "scored": arm.documents,
            "without_predictions": arm.without_predictions,
            "machine_annotated": arm.machine_annotated,
            "development": arm.development,
            "trained_on": arm.trained_on,
        },
        **results_by_scheme_to_json(arm.entities, arm.relations),
        "confusion": {
            "spans": _confusion_to_json(arm.spans),
            "tokens": _confusion_to_json(arm.tokens),
        },
        "calibration": _calibration_to_json(arm.calibration) if arm.calibration else None,
    }


def results_by_scheme_to_json(
    entities: Mapping[str, SchemeResult], relations: Mapping[str, SchemeResult]
) -> Json:
    """The results of entities and of relations, each by scheme."""
    return {
        "entities": {
            name: scheme_result_to_json(result, outcomes=True)
            for name, result in entities.items()
        },
        "relations": {
            name: scheme_result_to_json(result, outcomes=False)
            for name, result in relations.items()
        },
    }


def scheme_result_to_json(result: SchemeResult, *, outcomes: bool) -> Json:
    """One scheme's result; with the five *outcomes* for entities, without for relations."""
    macro = result.macro
    data: Json = {
        "micro": _rated_to_json(result.micro, outcomes=outcomes),
        "micro_emittable": _rated_to_json(result.emittable, outcomes=outcomes)
        if result.emittable
        else None,
        "macro": {
            "f1": macro.f1,
            "f1_interval": macro.bca,
            "intervals": {"bca": macro.bca, "percentile": macro.percentile},
        },
        "by_type": _each_to_json(result.by_type, outcomes=outcomes),
    }
    if result.by_band is not None:
        data["by_band"] = _each_to_json(result.by_band, outcomes=outcomes)
    return data


def _each_to_json(by_name: Mapping[str, RatedCounts], *, outcomes: bool) -> Json:
    return {name: _rated_to_json(rated, outcomes=outcomes) for name, rated in by_name.items()}


def _rated_to_json(rated: RatedCounts, *, outcomes: bool) -> Json:
    counts = rated.counts
    data: Json = {"tp": counts.tp, "fp": counts.fp, "fn": counts.fn}
    if outcomes:
        data |= {name: getattr(counts, name) for name in _OUTCOMES}
    data |= {name: getattr(counts, name) for name in _RATES}
    data["f1_interval"] = rated.bca.f1
    data["intervals"] = {
        "bca": rated.bca._asdict(),
        "percentile": rated.percentile._asdict(),
    }
    return data


def intervals_to_json(bca: Interval | None, percentile: Interval | None) -> Json:
    """The keys of a figure that say its interval, and the same by either method."""
    return {"interval": bca, "intervals": {"bca": bca, "percentile": percentile}}


def _confusion_to_json(confusion: ConfusionMatrix) -> Json:
    gold, predicted = confusion.spans_left_out
    return {
        "labels": confusion.labels,
        "matrix": confusion.matrix,
        "left_out": {"gold": gold, "predicted": predicted},
    }


def _calibration_to_json(calibration: Calibration) -> Json:
    return {
        "bins": [
            {
                "from": n / CALIBRATION_BINS,
                "to": (n + 1) / CALIBRATION_BINS,
                "suggestions": bin_.suggestions,
                "right": bin_.right,
                "scores": bin_.scores,
            }
            for n, bin_ in enumerate(calibration.bins)
        ],
        "without_score": calibration.without_score,
        "error": calibration.error,
    }


def _comparison_to_json(compared: Comparison) -> Json:
    return {
        "against": compared.against,
        "documents": compared.documents,
        "without_predictions": compared.without_predictions,
        "without_gold": compared.without_gold,
        "trained_on": compared.trained_on,
        "only_here": compared.only_here,
        "only_there": compared.only_there,
        "model": _differences_to_json(compared.model),
        "gold": _differences_to_json(compared.gold),
        "both": _differences_to_json(compared.both),
    }


def _differences_to_json(differences: Mapping[str, ScoreDifference] | None) -> Json | None:
    if differences is None:
        return None
    return {
        path: {
            "before": one.before,
            "after": one.after,
            "difference": one.difference,
            **intervals_to_json(one.bca, one.percentile),
            "p": one.p,
        }
        for path, one in differences.items()
    }
