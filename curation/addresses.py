"""Addresses of object storage, told from paths of this machine, and named without their keys."""

import os
import re
from pathlib import Path, PosixPath
from urllib.parse import unquote

# In secrets any character may stand, also / and @. A colon is before a port, or else before a secret.
_KEYS = re.compile(r"\A(?:.*:.*|[^/]*)@", re.DOTALL)
_HALF_A_KEY = re.compile(r"\A[^/]*:(?!\d+(?:/|\Z)).*", re.DOTALL)


class StoredPath(PosixPath):
    """A place in object storage, which is written with both slashes, as it is typed."""

    def __str__(self) -> str:
        return super().__str__().replace(":/", "://", 1)


def storage_address(path: Path) -> str:
    """The address that *path* was typed as, such as ``s3://bucket/articles``; empty for what is on this machine."""
    scheme, _, rest = str(path).partition(":/")  # pathlib has made one slash of two
    is_address = len(scheme) > 1 and scheme.isalnum() and rest and not os.path.lexists(path)
    return f"{scheme.lower()}://{rest.lstrip('/')}" if is_address else ""


def bare_address(address: str) -> StoredPath:
    """The place of an *address*, without the keys and options that it may have."""
    scheme, _, rest = address.partition("://")
    place = _KEYS.sub("", rest.partition("?")[0])
    return StoredPath(f"{scheme}://{_HALF_A_KEY.sub('…', place)}")


def without_keys(path: Path) -> Path:
    """What messages and files call the *path* that was typed: the bare address where it is one."""
    address = storage_address(path)
    return bare_address(address) if address else path


def local_path(path: Path) -> Path:
    """The same path; of ``file:///folder`` the path ``/folder``."""
    scheme, _, rest = str(path).partition(":/")
    is_local = scheme.lower() == "file" and rest and not os.path.lexists(path)
    return Path(f"/{unquote(rest).lstrip('/')}") if is_local else path
