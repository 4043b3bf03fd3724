"""The proxies that the environment names for the way to a server."""

from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from curation.errors import CurateError

# A proxy answers so where it will never do what it is asked.
_FIRST_FAILURE = 500
_NOT_IMPLEMENTED = 501


@contextmanager
def checked_proxies(
    kind: type[CurateError], invalid_url: type[Exception] = httpx.InvalidURL
) -> Iterator[None]:
    """In the block a client is made, which raises an error of this *kind* where it can't use a proxy."""
    try:
        yield
    except (ValueError, ImportError) as error:
        raise _unusable(kind, f": {error}") from None
    except invalid_url:  # its own words may hold a piece of a password
        raise _unusable(kind, "") from None


def _unusable(kind: type[CurateError], why: str) -> CurateError:
    return kind(
        f"HTTPS_PROXY, HTTP_PROXY, ALL_PROXY or NO_PROXY can't be used{why}",
        hint="a proxy's address looks like this: http://proxy.example.org:3128; "
        "other characters in a password are written as %2F",
    )


def proxy_failure(error: Exception) -> int:
    """The status by which a proxy says that it reaches nobody just now; 0 where the *error* isn't that."""
    status = str(error).partition(" ")[0]
    if not (status.isdecimal() and status.isascii() and len(status) == len("500")):
        return 0
    is_passing = int(status) >= _FIRST_FAILURE and int(status) != _NOT_IMPLEMENTED
    return int(status) if is_passing else 0
