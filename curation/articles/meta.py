"""What is known of an article besides its text, as the document's ``meta``."""

import json
from collections import Counter
from dataclasses import dataclass, field

from curation.documents.document import Meta, MetaValue
from curation.errors import Problem, Problems, abbreviate
from curation.files import Json
from curation.near_copies import NearCopy

UNKNOWN_LICENSE = "unknown"
STRIP_MARKUP = "strip_markup"

# What has to be a string where something is said.
_TEXTS = ("title", "standfirst", "src", "url", "published", "license", "attribution", "lang")
# What other programs call some of them.
_OTHER_NAMES = {"headline": "title", "date": "published"}


@dataclass(frozen=True, kw_only=True)
class ArticleOptions:
    """
    How articles are read: where a row has its id and its text, and what all of a batch have.

    *known* is said of each article that doesn't say otherwise, such as a licence. With *skip_bad*, what
    can't be read is left out and told in the *report*; without, it is an error at the end. Markup in texts
    is told, and stays unless *strip_markup*.
    """

    id_column: str = "id"
    text_column: str = "text"
    known: Meta = field(default_factory=dict)
    skip_bad: bool = False
    strip_markup: bool = False
    report: "ArticlesReport" = field(default_factory=lambda: ArticlesReport())

    @property
    def columns(self) -> tuple[str, str]:
        """The names of the fields that each article needs: of its id, and of its text."""
        return self.id_column, self.text_column

    @property
    def names_columns(self) -> bool:
        """Whether a column was named, so that each row is an article."""
        return self.columns != ("id", "text")


@dataclass
class ArticlesReport:
    """
    What is worth telling of articles that were read; it grows while they are.

    *bad* is what was left out, *other_files* are files in folders that hold no articles. *nested* counts
    articles by the key whose lists or objects became a JSON string, *blank* by the key that said nothing.
    *markup* is which articles have some. *unchanged* counts documents, which pass as they are, by the key of
    *known* that they lack, and by STRIP_MARKUP where markup stays in them. *near_copies* are pairs of documents that are nearly the same,
    looked for in so many *blocks*. *languages* counts documents in another language than *language*, the
    model's.
    """

    bad: Problems = field(default_factory=Problems)
    other_files: list[str] = field(default_factory=list)
    nested: Counter[str] = field(default_factory=Counter)
    blank: Counter[str] = field(default_factory=Counter)
    markup: Problems = field(default_factory=Problems)
    unchanged: Counter[str] = field(default_factory=Counter)
    near_copies: list[NearCopy] = field(default_factory=list)
    blocks: int = 0
    language: str = ""
    languages: Counter[str] = field(default_factory=Counter)
    first_in_language: dict[str, str] = field(default_factory=dict)


def with_usual_names(article: Json, options: ArticleOptions) -> Json:
    """
    The article with its fields under the names that we know, such as ``title`` for ``Title`` or ``headline``.

    A field keeps its name where another one has the name that we know.
    """
    ours = {one.lower(): one for one in (*_TEXTS, "source", *options.columns)}
    lowered = {name.lower() for name in article}
    ours |= {theirs: one for theirs, one in _OTHER_NAMES.items() if one not in lowered}
    renamed: Json = {}
    for name, value in article.items():
        usual = ours.get(name.lower(), name)
        renamed[name if usual in article or usual in renamed else usual] = value
    return renamed


def article_meta(
    fields: Json, place: str, options: ArticleOptions
) -> tuple[dict[str, MetaValue | list[str]], list[Problem]]:
    """
    The *fields* as meta, or with problems; what is null or blank is left out.

    Lists of strings stay lists; other lists and objects become a string of JSON.
    """
    if fields.get("src") and fields.get("source"):
        return {}, [Problem(place, "both 'src' and 'source', which mean the same")]
    meta: dict[str, MetaValue | list[str]] = {}
    problems = []
    for name, value in fields.items():
        key = "src" if name == "source" else name
        if value is None or (isinstance(value, str) and not value.strip()):
            options.report.blank[name] += 1
            continue
        if key in _TEXTS and not isinstance(value, str):
            what = f"{name!r} must be a string, not {abbreviate(value)}"
            problems.append(Problem(place, what))
        elif isinstance(value, MetaValue) or _is_list_of_strings(value):
            meta[key] = value
        elif isinstance(value, list | dict) and (line := _nested_line(value)):
            meta[key] = line
            options.report.nested[name] += 1
        else:
            what = f"{abbreviate(name)} must be text or a number, not {abbreviate(value)}"
            problems.append(Problem(place, what))
    return {**options.known, **meta}, problems


def _is_list_of_strings(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _nested_line(value: object) -> str:
    """The value as JSON; empty where JSON can't hold it."""
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError):
        return ""
