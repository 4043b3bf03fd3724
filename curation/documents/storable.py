"""What no file or no database behind Label Studio can hold: NUL characters, half characters."""

from collections.abc import Iterator

from curation.documents.document import Document
from curation.errors import Problem, abbreviate
from curation.strict_json import SURROGATE


def why_not_storable(text: str) -> str:
    """What keeps *text* from being stored, to follow "contains"; empty where nothing does."""
    if "\0" in text:
        return "a NUL character, which a Label Studio on PostgreSQL can't store"
    if not is_encodable(text):
        return "half a character (a lone surrogate)"
    return ""


def is_encodable(text: str) -> bool:
    """Whether *text* can be written as UTF-8, so without half a character (a lone surrogate)."""
    return text.isascii() or not SURROGATE.search(text)


def storage_problems(document: Document) -> Iterator[Problem]:
    """What in the document can't be stored, besides its text, which ``check_structure`` looks at."""
    for what, text in _named_strings(document):
        if why := why_not_storable(text):
            yield Problem(document.id, f"{what} contains {why}")


def _named_strings(document: Document) -> Iterator[tuple[str, str]]:
    """All strings of the document but its text, each with what it is called."""
    yield "the id", document.id
    for entity in document.entities:
        yield "the id of an entity", entity.id
        yield "the label of an entity", entity.label
    for relation in document.relations:
        yield "the label of a relation", relation.label
    for key, value in document.meta.items():
        for text in (key, *(value if isinstance(value, list) else [value])):
            if isinstance(text, str):
                yield f"{abbreviate(key)} in 'meta'", text
    if layer := document.layer:
        for key, text in layer.to_json().items():
            yield f"{key!r} of the layer", text
