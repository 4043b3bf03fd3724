"""Figures as text: rates, differences, coefficients and intervals."""

from collections.abc import Callable

from curation.scoring.counts import Interval

# Rates that differ by no more are one rate, worked out in another order.
SAME_RATE = 1e-9

_UNDEFINED = "–"


def percent(rate: float | None) -> str:
    """
    A rate in hundredths with one digit after the point; a dash where it is undefined.

    Only all gives 100.0 and only nothing 0.0: in between are >99.9 and <0.1.
    """
    if rate is None:
        return _UNDEFINED
    if SAME_RATE < rate < 0.0005:
        return "<0.1"
    return ">99.9" if 0.9995 <= rate < 1 - SAME_RATE else f"{100 * rate:.1f}"


def signed_points(difference: float | None) -> str:
    """A difference of rates in points, with its sign; one without a sign is no difference."""
    if difference is None:
        return _UNDEFINED
    return "0.0" if abs(difference) < SAME_RATE else f"{100 * difference:+.1f}"


def decimal(coefficient: float | None) -> str:
    """κ or α with three digits after the point; only 1 gives 1.000."""
    if coefficient is None:
        return _UNDEFINED
    is_nearly_one = 0.9995 <= coefficient < 1 - SAME_RATE
    return ">0.999" if is_nearly_one else f"{coefficient:.3f}"


def interval_text(
    interval: Interval | None, write: Callable[[float | None], str] = percent
) -> str:
    """Both ends; a dash where there is no interval."""
    if interval is None:
        return _UNDEFINED
    return f"{write(interval.low)} to {write(interval.high)}"
