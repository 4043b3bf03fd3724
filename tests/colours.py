"""How colours are told apart on the annotators' screen, whatever their eyes."""

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

# Machado, Oliveira and Fernandes 2009, severity 1.0, on linear RGB.
SEEN_BY = {
    "most people": np.eye(3),
    "protanopia": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deuteranopia": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritanopia": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}  # fmt: skip
TO_XYZ = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)  # fmt: skip
LUMINANCE = np.array([0.2126, 0.7152, 0.0722])

# What Label Studio paints: the background in its two themes, and how much of its colour a
# marked name has there. tests/real/browser/test_screen.py looks whether it still does.
LIGHT, DARK = (253, 253, 252), (38, 37, 34)
MARKED = 0.3

Rgb = Any


def rgb(color: str) -> tuple[int, int, int]:
    """Of a colour that is written as #3366cc."""
    red, green, blue = bytes.fromhex(color.removeprefix("#"))
    return red, green, blue


def tint(color: Rgb, share: float, ground: Rgb = LIGHT) -> Rgb:
    """What is seen of a colour that lets the ground through."""
    return share * np.array(color) + (1 - share) * np.array(ground)


def too_close(
    colors: Mapping[str, Rgb], people: str, floor: float
) -> dict[tuple[str, str], float]:
    """The pairs that differ by less, as CIE76 measures it: 20 is plain to see, 2.3 just noticeable."""
    seen = {
        name: _lab(np.clip(SEEN_BY[people] @ _linear(color), 0, 1))
        for name, color in colors.items()
    }
    apart = {
        (one, other): float(np.linalg.norm(seen[one] - seen[other]))
        for one, other in combinations(seen, 2)
    }
    return {pair: round(one, 1) for pair, one in apart.items() if one < floor}


def contrast(one: Rgb, other: Rgb) -> float:
    """As WCAG measures it, from 1 to 21."""
    low, high = sorted(float(_linear(color) @ LUMINANCE) for color in (one, other))
    return (high + 0.05) / (low + 0.05)


def _linear(color: Rgb) -> Rgb:
    srgb = np.array(color) / 255
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _lab(color: Rgb) -> Rgb:
    """CIE L*a*b* of linear RGB, D65."""
    xyz = TO_XYZ @ color / np.array([0.95047, 1, 1.08883])
    x, y, z = np.where(xyz > 0.008856, np.cbrt(xyz), 7.787 * xyz + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])
