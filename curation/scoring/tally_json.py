"""One scheme's result as JSON and back; ``scores_json`` says what it holds."""

from collections.abc import Mapping
from typing import Any

from curation.files import Json
from curation.scoring.counts import Counts, Interval, Mean, Rates, Spread, Tally

RATES = Spread._fields
OUTCOMES = ("correct", "incorrect", "partial", "missed", "spurious")


def tally_form(tally: Tally, *, entities: bool = False) -> Json:
    """One scheme; *entities* have the five outcomes, relations are found or not."""

    def rates(found: Rates) -> Json:
        return rates_form(found, outcomes=entities)

    form: Json = {
        "micro": rates(tally.micro),
        "micro_emittable": rates(tally.emittable) if tally.emittable else None,
        "macro": {
            "f1": tally.macro.f1,
            "f1_interval": tally.macro.bca,
            "intervals": {"bca": tally.macro.bca, "percentile": tally.macro.percentile},
        },
        "by_type": {label: rates(found) for label, found in tally.by_type.items()},
    }
    if tally.by_band is not None:
        form["by_band"] = {name: rates(found) for name, found in tally.by_band.items()}
    return form


def read_tally(form: Json) -> Tally:
    """The scheme that ``tally_form`` wrote."""
    macro, emittable, bands = form["macro"], form["micro_emittable"], form.get("by_band")
    spread = macro["intervals"]
    return Tally(
        _read_rates(form["micro"]),
        Mean(macro["f1"], read_interval(spread["bca"]), read_interval(spread["percentile"])),
        {label: _read_rates(found) for label, found in form["by_type"].items()},
        _read_rates(emittable) if emittable else None,
        {name: _read_rates(found) for name, found in bands.items()} if bands else None,
    )


def rates_form(found: Rates, *, outcomes: bool) -> Json:
    """Counts, the rates that they give, and the intervals."""
    counts = found.counts
    form: Json = {"tp": counts.tp, "fp": counts.fp, "fn": counts.fn}
    if outcomes:
        form |= {name: getattr(counts, name) for name in OUTCOMES}
    form |= {name: getattr(counts, name) for name in RATES}
    form["f1_interval"] = found.bca.f1
    form["intervals"] = {"bca": found.bca._asdict(), "percentile": found.percentile._asdict()}
    return form


def _read_rates(form: Json) -> Rates:
    spreads = (_read_spread(form["intervals"][name]) for name in ("bca", "percentile"))
    if "correct" not in form:
        return Rates(Counts.of(form["tp"], form["fp"], form["fn"]), *spreads)
    outcomes = {name: form[name] for name in OUTCOMES}
    return Rates(Counts(**outcomes, mistaken=form["fp"] - form["spurious"]), *spreads)


def _read_spread(form: Mapping[str, Any]) -> Spread:
    return Spread(*(read_interval(form[name]) for name in RATES))


def read_interval(form: Any) -> Interval | None:
    """Both ends, or null."""
    return None if form is None else Interval(*form)
