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

from curation.errors import InputError, abbreviate
from curation.files import Json
from curation.scoring.calibration import BINS, PARTS, Bin, Calibration
from curation.scoring.result import (
    Comparison,
    Confusion,
    Difference,
    Part,
    Recipe,
    Scores,
)
from curation.scoring.tally_json import read_interval, read_tally, tally_form

FORMAT = 1


def scores_to_json(scores: Scores) -> Json:
    """The object that ``curate eval --json`` prints."""
    compared = scores.comparison
    return {
        "format": FORMAT,
        "recipe": asdict(scores.recipe),
        **_part(scores.headline, without_gold=scores.without_gold),
        "arms": {arm: _part(part) for arm, part in scores.arms.items()},
        "comparison": _comparison(compared) if compared else None,
    }


def read_scores(form: object) -> Scores:
    """The scores that ``scores_to_json`` wrote; InputError for another format or what is missing."""
    with reading(form, "scores", FORMAT, "curate eval --json") as found:
        compared = found["comparison"]
        return Scores(
            Recipe(**found["recipe"]),
            _read_part(found),
            {arm: _read_part(part) for arm, part in found["arms"].items()},
            _read_comparison(compared) if compared else None,
            found["documents"].get("without_gold", 0),
        )


@contextmanager
def reading(form: object, what: str, number: int, command: str) -> Iterator[Json]:
    """*form*, if it is an object of this format *number*; whatever fails is told as one sentence."""
    hint = f"give what was printed by: {command}"
    if not isinstance(form, dict) or "format" not in form:
        raise InputError(
            f"these are no {what}: they are an object with a format number", hint=hint
        )
    if form["format"] != number:
        told = f"{what} of format {abbreviate(form['format'])}; this reads format {number}"
        raise InputError(told, hint=f"make them anew with this version: {command}")
    wrong = f"these are no {what} of format {number}"
    try:
        yield form
    except KeyError as error:
        raise InputError(
            f"{wrong}: {abbreviate(error.args[0])} is missing", hint=hint
        ) from None
    except (TypeError, AttributeError, ValueError):
        told = f"{wrong}: something in them isn't what it should be"
        raise InputError(told, hint=hint) from None


def _part(part: Part, **whole: int) -> Json:
    return {
        "documents": {
            "scored": part.documents,
            "without_predictions": part.unanswered,
            "machine_annotated": part.machine,
            "development": part.development,
            **whole,
        },
        "entities": {name: tally_form(t, entities=True) for name, t in part.entities.items()},
        "relations": {name: tally_form(t) for name, t in part.relations.items()},
        "confusion": {"spans": _confusion(part.spans), "tokens": _confusion(part.tokens)},
        "calibration": _calibration(part.calibration) if part.calibration else None,
    }


def _read_part(form: Json) -> Part:
    documents, calibration = form["documents"], form.get("calibration")
    return Part(
        documents["scored"],
        documents["without_predictions"],
        {name: read_tally(tally) for name, tally in form["entities"].items()},
        {name: read_tally(tally) for name, tally in form["relations"].items()},
        _read_confusion(form["confusion"]["spans"]),
        _read_confusion(form["confusion"]["tokens"]),
        documents.get("machine_annotated", 0),
        documents.get("development", 0),
        _read_calibration(calibration) if calibration else None,
    )


def _confusion(confusion: Confusion) -> Json:
    form = asdict(confusion)
    form["left_out"] = dict(zip(("gold", "predicted"), confusion.left_out, strict=True))
    return form


def _read_confusion(form: Json) -> Confusion:
    return Confusion(
        tuple(form["labels"]),
        tuple(map(tuple, form["matrix"])),
        (form["left_out"]["gold"], form["left_out"]["predicted"]),
    )


def _calibration(found: Calibration) -> Json:
    return {
        "bins": [
            {
                "from": n / BINS,
                "to": (n + 1) / BINS,
                "suggestions": one.many,
                "right": one.right,
                "scores": one.scores,
            }
            for n, one in enumerate(found.bins)
        ],
        "without_score": found.without,
        "error": found.error,
    }


def _read_calibration(form: Json) -> Calibration:
    bins = (
        Bin(one["suggestions"], one["right"], round(one["scores"] * PARTS))
        for one in form["bins"]
    )
    return Calibration(tuple(bins), form["without_score"])


def _comparison(compared: Comparison) -> Json:
    form: Json = {
        "against": compared.against,
        "documents": compared.documents,
        "without_predictions": compared.unanswered,
        "without_gold": compared.without_gold,
        "only_here": compared.only_here,
        "only_there": compared.only_there,
    }
    for name in ("model", "gold", "both"):
        moved = getattr(compared, name)
        form[name] = moved and {path: _difference(one) for path, one in moved.items()}
    return form


def _difference(one: Difference) -> Json:
    return {
        "before": one.before,
        "after": one.after,
        "difference": one.difference,
        "interval": one.bca,
        "intervals": {"bca": one.bca, "percentile": one.percentile},
        "p": one.p,
    }


def _read_comparison(form: Json) -> Comparison:
    def read(moved: Json | None) -> Mapping[str, Difference] | None:
        return moved and {
            path: Difference(
                one["before"],
                one["after"],
                read_interval(one["intervals"]["bca"]),
                read_interval(one["intervals"]["percentile"]),
                one["p"],
            )
            for path, one in moved.items()
        }

    moved = {name: read(form[name]) for name in ("model", "gold", "both")}
    return Comparison(
        form["documents"],
        **moved,
        against=form["against"],
        unanswered=form.get("without_predictions", 0),
        without_gold=form.get("without_gold", 0),
        only_here=form.get("only_here", 0),
        only_there=form.get("only_there", 0),
    )
