"""What annotations and servers are known by."""

import hashlib

from curation.files import Json


def annotation_uid(annotation: Json, url: str) -> str:
    """What an exported annotation is known by: its unique id, else a hash of server and number."""
    if unique := annotation.get("unique_id"):
        return str(unique)
    number = int(annotation["id"])
    return hashlib.sha256(f"{server_hash(url)} {number}".encode()).hexdigest()[:32]


def server_hash(url: str) -> str:
    """What stands for a server whose address isn't published: 12 hex digits of the address's hash."""
    return hashlib.sha256(url.encode()).hexdigest()[:12]
