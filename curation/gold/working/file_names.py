"""The names of documents' files in gold/next."""

import hashlib
import re
import unicodedata

DOCUMENT_SUFFIX = ".json"

# At most so many characters of an id that is no safe file name are shown, for people.
_LONGEST_SLUG = 40

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")

# Windows reserves these names, whatever follows the first full stop.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")


def file_name(document: str) -> str:
    """
    The file name of a document: its id where that is a safe name on every disk, else slug and hash.

    The slug and twelve digits of the id's hash are joined by ``~``, which no safe id contains, so
    that two ids have the same name only where their hashes begin alike. No two names differ by case
    alone.
    """
    if _SAFE.fullmatch(document) and not _RESERVED.match(document):
        return document + DOCUMENT_SUFFIX
    plain = unicodedata.normalize("NFKD", document).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
    digits = hashlib.sha256(document.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{slug}~{digits}{DOCUMENT_SUFFIX}" if slug else f"~{digits}{DOCUMENT_SUFFIX}"
