"""Templates filled in so that no text from others can be anything but text."""

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from curation.report.visible import shorten, visible

Macro = Callable[..., Markup]


def render(template: str, **values: object) -> str:
    """The template filled with *values*."""
    return _environment().get_template(template).render(**values)


def template_macro(template: str, name: str) -> Macro:
    """A macro of a template, to be filled in many times."""
    found: Macro = getattr(_environment().get_template(template).module, name)
    return found


def packaged_file(name: str) -> Markup:
    """A file of the templates' folder that goes into a page as it is."""
    path = files("curation.report").joinpath("templates", name)
    return Markup(path.read_text(encoding="utf-8"))


def escaped_svg(svg: str) -> Markup:
    """A chart for a page; ``canvas`` has escaped every text in it."""
    return Markup(svg)


def script_hash(script: str) -> str:
    """The hash by which a page's security policy allows its one script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()


def _visible_text(value: object) -> object:
    return visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("curation.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_visible_text,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shorten"] = shorten
    return environment
