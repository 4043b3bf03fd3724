"""Templates filled in so that no text from others can be anything but text."""

import base64
import hashlib
import unicodedata
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

BIDI = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

Macro = Callable[..., Markup]


def render(template: str, **values: object) -> str:
    """A whole page."""
    return _environment().get_template(template).render(**values)


def macro(template: str, name: str) -> Macro:
    """A part of a template, to be filled in many times."""
    found: Macro = getattr(_environment().get_template(template).module, name)
    return found


def own(name: str) -> Markup:
    """A file of ours that goes into a page as it is."""
    path = files("curation.report").joinpath("templates", name)
    return Markup(path.read_text(encoding="utf-8"))


def drawn(svg: str) -> Markup:
    """A picture of ours; ``plots`` has escaped what others wrote."""
    return Markup(svg)


def digest(script: str) -> str:
    """By which a page's policy knows the one script that may run."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def visible(value: object) -> object:
    """Text in which what would turn the text around it, and control characters, are spelt out."""
    if not isinstance(value, str) or isinstance(value, Markup):
        return value
    return "".join(c.encode("unicode_escape").decode() if _hidden(c) else c for c in value)


def _hidden(c: str) -> bool:
    return c in BIDI or (unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t")


@cache
def _environment() -> Environment:
    return Environment(
        loader=PackageLoader("curation.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=visible,
        trim_blocks=True,
        lstrip_blocks=True,
    )
