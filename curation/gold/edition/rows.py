"""A row of a version without the words of its article: offsets, labels, hash and address stay."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from curation.documents.document import Document
from curation.documents.interchange import META_KEY_BY_COLUMN
from curation.files import Json, json_line
from curation.gold.card.markdown import is_web_address
from curation.gold.language_codes import language_code
from curation.gold.licences import find_license, is_unknown_license
from curation.gold.public_address import is_private_address, private_keys

# The lists of marks that a row may have; the words of each mark are its "text".
_MARKS = ("entities", "first_entities", "suggested_entities")

_DAY = re.compile(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?)?(Z|[+-]\d\d:?\d\d)?")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")
_SHORT_NUMBER = re.compile(r"[0-9.]{1,20}")

# What else is known of an article that stays, and what it must look like, lest it hold words.
_STAYS: Mapping[str, Callable[[str], bool]] = {
    "url": lambda said: is_web_address(said) and not is_private_address(said),
    "published": lambda said: bool(_DAY.fullmatch(said)),
    "license": lambda said: bool(find_license(said)) or is_unknown_license(said),
    "lang": lambda said: bool(_LANGUAGE.fullmatch(said) and language_code(said)),
    "ingest": lambda said: bool(_SHORT_NUMBER.fullmatch(said)),
}


def without_words(row: Json) -> Json:
    """
    The row of a gold document, an annotation or a verdict without its article's words.

    Null are ``text`` and the ``text`` of each entity, and what is known of the article but its address,
    day, licence, language and ingest version, each of which is null too where it doesn't look like one.
    """
    plain = row | {"text": None, "meta": _plain_meta(row["meta"])}
    for column, key in META_KEY_BY_COLUMN.items():
        if column in row and not _stays(key, row[column]):
            plain[column] = None
    for marks in _MARKS:
        if row.get(marks) is not None:
            plain[marks] = [one | {"text": None} for one in row[marks]]
    return plain


def without_private_addresses(row: Json) -> Json:
    """The row without addresses of its article that not everybody reaches, or that have a login; *row* if it has none."""
    columns = private_keys({one: row[one] for one in META_KEY_BY_COLUMN if one in row})
    known = json.loads(row["meta"]) if "meta" in row else {}
    keys = private_keys(known)
    plain = row | dict.fromkeys(columns) if columns else row
    if keys:
        rest = {key: value for key, value in known.items() if key not in keys}
        plain = plain | {"meta": json_line(rest)}
    return plain


def with_words(row: Json, article: Document) -> Json:
    """
    The row of which ``without_words`` left this one, where *article* is the one that was sealed.

    What is known of the article is what the row still has, and else what *article* says.
    """
    columns = {column: key for column, key in META_KEY_BY_COLUMN.items() if column in row}
    known = json.loads(row["meta"])
    known |= {key: row[column] for column, key in columns.items() if row[column] is not None}
    meta = {**article.meta, **known}
    values = {
        column: meta[key] for column, key in columns.items() if isinstance(meta.get(key), str)
    }
    rest = meta.keys() - {columns[column] for column in values}
    whole = row | values | {"text": article.text}
    whole["meta"] = json_line({key: meta[key] for key in sorted(rest)})
    for marks in _MARKS:
        if row.get(marks) is not None:
            whole[marks] = [
                one | {"text": article.text[one["start"] : one["end"]]} for one in row[marks]
            ]
    return whole


def _plain_meta(packed: str) -> str:
    known = json.loads(packed)
    return json_line({key: value for key, value in known.items() if _stays(key, value)})


def _stays(key: str, value: Any) -> bool:
    looks_right = _STAYS.get(key)
    return looks_right is not None and isinstance(value, str) and looks_right(value)
