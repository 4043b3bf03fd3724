"""Ids of documents as somebody types them in a shell."""

import shlex
from collections.abc import Iterable


def typed_ids(documents: Iterable[str]) -> str:
    """The ids as arguments of a command, whatever they are made of; what nobody can see is spelled out."""
    ids = list(documents)
    words = [_typed(document) for document in ids]
    # Else the first of them would be taken for an option.
    return " ".join(["--", *words] if any(one.startswith("-") for one in ids) else words)


def _typed(document: str) -> str:
    if document.isprintable():
        return shlex.quote(document)
    spelled = "".join(
        character if character.isprintable() and character not in "\\'" else _escape(character)
        for character in document
    )
    return f"$'{spelled}'"


def _escape(character: str) -> str:
    if character in "\\'":
        return f"\\{character}"
    return f"\\x{ord(character):02x}" if character < "\x80" else f"\\U{ord(character):08x}"
