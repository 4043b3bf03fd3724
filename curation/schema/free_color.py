"""A colour for a new type that stays apart from those of the others."""

from collections.abc import Iterable
from itertools import product

_Rgb = tuple[int, int, int]

_CHANNELS = (0x00, 0x33, 0x66, 0x99, 0xCC, 0xFF)
# Read on white, and told from black.
_DARKEST = 0.03
_LIGHTEST = 0.3


def free_color(taken: Iterable[str]) -> str:
    """The colour, as in ``#3366cc``, that is farthest from the nearest of those that are *taken*."""
    others = [_rgb(color) for color in taken if len(color) == len("#3366cc")]
    best = max(
        (
            rgb
            for rgb in product(_CHANNELS, _CHANNELS, _CHANNELS)
            if _DARKEST < _luminance(rgb) < _LIGHTEST
        ),
        key=lambda rgb: min((_distance(rgb, other) for other in others), default=0),
    )
    return "#" + "".join(f"{channel:02x}" for channel in best)


def _rgb(color: str) -> _Rgb:
    try:
        red, green, blue = bytes.fromhex(color[1:])
    except ValueError:  # no colour, which schema check tells
        return 0, 0, 0
    return red, green, blue


def _luminance(rgb: _Rgb) -> float:
    """How light a colour looks, from 0 to 1; WCAG's formula with a plain square for its curve."""
    red, green, blue = (float((channel / 255) ** 2.2) for channel in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _distance(one: _Rgb, other: _Rgb) -> float:
    """How far apart two colours look, squared; the weighted distance of www.compuphase.com/cmetric.htm."""
    mean = (one[0] + other[0]) / 2
    red, green, blue = (a - b for a, b in zip(one, other, strict=True))
    return (2 + mean / 256) * red**2 + 4 * green**2 + (2 + (255 - mean) / 256) * blue**2
