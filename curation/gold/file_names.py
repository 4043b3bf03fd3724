"""The file name of a document in gold/next."""

import hashlib
import re
import unicodedata

DOCUMENT_SUFFIX = ".json"

# Of an id that is no file name by itself so much is shown, for people.
_LONGEST_SLUG = 40

_SAFE = re.compile(r"[a-z0-9][a-z0-9._-]{0,79}")

# Windows takes none of these as a file, whatever follows the first full stop.
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)")


def file_name(identity: str) -> str:
    """
    The id where that is a safe file name on every disk, else a slug of it and twelve digits of its hash.

    A slug and its digits are joined by ``~``, which stands in no safe id, so that two ids have one
    name only where their hashes begin alike; none differs from another by upper case alone. (Of
    10,000 ids without a slug, eight digits are the same for two in every hundredth set.)
    """
    if _SAFE.fullmatch(identity) and not _RESERVED.match(identity):
        return identity + DOCUMENT_SUFFIX
    plain = unicodedata.normalize("NFKD", identity).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:_LONGEST_SLUG].strip("-")
    digits = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()[:12]
    return f"{slug}~{digits}{DOCUMENT_SUFFIX}" if slug else f"~{digits}{DOCUMENT_SUFFIX}"
