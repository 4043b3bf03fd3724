"""
Scores as JSON and back: names and nesting are a contract, ``"format": 1``.

* recipe       all that has to be the same for the figures to come out the same
* documents    scored, and among them without_predictions, machine_annotated (known
               to be annotated by programs alone), development (known to be what
               the model's rules were written with); and without_gold, how many
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
               theirs no gold holds (without_gold), how many documents are only_here
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
sake and worked out anew when read, and so are caveats; a rate of nothing is null,
never 0, and so is an interval where resampling can't tell. Of a format there may
come to be more, never less or other: what an older program left out reads as
nothing or none.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import Any

from curation.errors import InputError, abbreviate
from curation.files import Json
from curation.scoring.calibration import (
    CALIBRATION_BINS,
    SCORE_PARTS,
    Calibration,
    CalibrationBin,
)
from curation.scoring.counts import Interval, OutcomeCounts
from curation.scoring.given_documents import oddities_to_json, read_oddities
from curation.scoring.results import (
    ArmScores,
    Comparison,
    ConfusionMatrix,
    MacroF1,
    RatedCounts,
    RateIntervals,
    SchemeResult,
    ScoreDifference,
    ScoreRecipe,
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


def read_scores(value: object) -> Scores:
    """The scores of an object by ``scores_to_json``; InputError for anything else."""
    with checked_format(
        value, what="scores", number=SCORES_FORMAT, command="curate eval --json"
    ) as data:
        compared = data["comparison"]
        return Scores(
            recipe=ScoreRecipe(**data["recipe"]),
            headline=_read_arm(data),
            arms={arm: _read_arm(arm_scores) for arm, arm_scores in data["arms"].items()},
            comparison=_read_comparison(compared) if compared else None,
            without_gold=data["documents"].get("without_gold", 0),
            oddities=read_oddities(data.get("oddities", {})),
        )


@contextmanager
def checked_format(value: object, *, what: str, number: int, command: str) -> Iterator[Json]:
    """
    *value*, if it is an object of the format *number*.

    Raises InputError, in one sentence, for another value and for whatever fails
    while it is read. *what* it should be and the *command* that prints such an
    object stand in the error.
    """
    hint = f"give the output of: {command}"
    if not isinstance(value, dict) or "format" not in value:
        raise InputError(f"not {what}: expected an object with a format number", hint=hint)
    if value["format"] != number:
        raise InputError(
            f"{what} of format {abbreviate(value['format'])}: this version reads format {number}",
            hint=f"make the file anew with this version: {command}",
        )
    problem = f"not {what} of format {number}"
    try:
        yield value
    except KeyError as error:
        raise InputError(
            f"{problem}: {abbreviate(error.args[0])} is missing", hint=hint
        ) from None
    except (TypeError, AttributeError, ValueError):
        raise InputError(f"{problem}: a value has the wrong type", hint=hint) from None


def _arm_to_json(arm: ArmScores) -> Json:
    return {
        "documents": {
            "scored": arm.documents,
            "without_predictions": arm.without_predictions,
            "machine_annotated": arm.machine_annotated,
            "development": arm.development,
        },
        **results_by_scheme_to_json(arm.entities, arm.relations),
        "confusion": {
            "spans": _confusion_to_json(arm.spans),
            "tokens": _confusion_to_json(arm.tokens),
        },
        "calibration": _calibration_to_json(arm.calibration) if arm.calibration else None,
    }


def _read_arm(data: Json) -> ArmScores:
    documents = data["documents"]
    calibration = data.get("calibration")
    return ArmScores(
        documents=documents["scored"],
        without_predictions=documents["without_predictions"],
        entities=read_results_by_scheme(data["entities"]),
        relations=read_results_by_scheme(data["relations"]),
        spans=_read_confusion(data["confusion"]["spans"]),
        tokens=_read_confusion(data["confusion"]["tokens"]),
        machine_annotated=documents.get("machine_annotated", 0),
        development=documents.get("development", 0),
        calibration=_read_calibration(calibration) if calibration else None,
    )


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


def read_results_by_scheme(data: Json) -> dict[str, SchemeResult]:
    """The results of entities, or of relations, by scheme."""
    return {name: read_scheme_result(result) for name, result in data.items()}


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


def read_scheme_result(data: Json) -> SchemeResult:
    """The result of an object by ``scheme_result_to_json``."""
    macro = data["macro"]
    emittable = data["micro_emittable"]
    bands = data.get("by_band")
    return SchemeResult(
        micro=_read_rated(data["micro"]),
        macro=MacroF1(macro["f1"], **read_intervals(macro)),
        by_type={label: _read_rated(rated) for label, rated in data["by_type"].items()},
        emittable=_read_rated(emittable) if emittable else None,
        by_band={name: _read_rated(rated) for name, rated in bands.items()} if bands else None,
    )


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


def _read_rated(data: Json) -> RatedCounts:
    if "correct" in data:
        outcomes = {name: data[name] for name in _OUTCOMES}
        counts = OutcomeCounts(**outcomes, incorrect_predicted=data["fp"] - data["spurious"])
    else:
        counts = OutcomeCounts.binary(data["tp"], data["fp"], data["fn"])
    return RatedCounts(
        counts,
        bca=_read_rate_intervals(data["intervals"]["bca"]),
        percentile=_read_rate_intervals(data["intervals"]["percentile"]),
    )


def _read_rate_intervals(data: Json) -> RateIntervals:
    return RateIntervals(*(_read_interval(data[name]) for name in _RATES))


def _read_interval(ends: Any) -> Interval | None:
    """The interval of two ends, None of null."""
    return None if ends is None else Interval(*ends)


def intervals_to_json(bca: Interval | None, percentile: Interval | None) -> Json:
    """The keys of a figure that say its interval, and the same by either method."""
    return {"interval": bca, "intervals": {"bca": bca, "percentile": percentile}}


def read_intervals(data: Json) -> dict[str, Interval | None]:
    """The intervals of a figure by the method, from its object."""
    return {name: _read_interval(data["intervals"][name]) for name in ("bca", "percentile")}


def _confusion_to_json(confusion: ConfusionMatrix) -> Json:
    gold, predicted = confusion.spans_left_out
    return {
        "labels": confusion.labels,
        "matrix": confusion.matrix,
        "left_out": {"gold": gold, "predicted": predicted},
    }


def _read_confusion(data: Json) -> ConfusionMatrix:
    return ConfusionMatrix(
        tuple(data["labels"]),
        tuple(map(tuple, data["matrix"])),
        spans_left_out=(data["left_out"]["gold"], data["left_out"]["predicted"]),
    )


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


def _read_calibration(data: Json) -> Calibration:
    bins = (
        CalibrationBin(bin_["suggestions"], bin_["right"], round(bin_["scores"] * SCORE_PARTS))
        for bin_ in data["bins"]
    )
    return Calibration(tuple(bins), data["without_score"])


def _comparison_to_json(compared: Comparison) -> Json:
    return {
        "against": compared.against,
        "documents": compared.documents,
        "without_predictions": compared.without_predictions,
        "without_gold": compared.without_gold,
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


def _read_comparison(data: Json) -> Comparison:
    return Comparison(
        data["documents"],
        model=_read_differences(data["model"]),
        gold=_read_differences(data["gold"]),
        both=_read_differences(data["both"]),
        against=data["against"],
        without_predictions=data.get("without_predictions", 0),
        without_gold=data.get("without_gold", 0),
        only_here=data.get("only_here", 0),
        only_there=data.get("only_there", 0),
    )


def _read_differences(data: Json | None) -> Mapping[str, ScoreDifference] | None:
    if data is None:
        return None
    return {
        path: ScoreDifference(
            one["before"],
            one["after"],
            **read_intervals(one),
            p=one["p"],
        )
        for path, one in data.items()
    }
