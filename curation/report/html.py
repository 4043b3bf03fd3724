"""Templates filled in so that no text from others can be anything but text."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from curation.report.visible import short, visible

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


def _finished(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("curation.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finished,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["short"] = short
    return environment
