"""The proxies that the environment names for the way to a server."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit
from urllib.request import getproxies_environment, proxy_bypass

import httpx

from curation.errors import CurateError

# A proxy answers so where it will never do what it is asked.
_FIRST_FAILURE = 500
_NOT_IMPLEMENTED = 501


@dataclass(frozen=True, slots=True)
class EnvironmentProxy:
    """A proxy that *variable* names; *address* is without name and password, which are there where *has_login*."""

    variable: str
    address: str
    has_login: bool

    @property
    def login_hint(self) -> str:
        """What to do where the proxy wants to know who one is."""
        if self.has_login:
            return f"the name or the password in {self.variable} is wrong"
        scheme, _, place = self.address.partition("://")
        return f"export {self.variable}={scheme}://user:password@{place}"


def proxy_on_the_way(url: str) -> EnvironmentProxy | None:
    """The proxy that the environment names for calls to *url*; None for none."""
    server = urlsplit(url)
    if proxy_bypass(server.netloc):
        return None
    proxies = getproxies_environment()
    for scheme in (server.scheme, "all"):
        if given := proxies.get(scheme):
            name = f"{scheme}_proxy"
            proxy = urlsplit(given if "://" in given else f"http://{given}")
            login, _, place = proxy.netloc.rpartition("@")
            return EnvironmentProxy(
                variable=name if os.environ.get(name) else name.upper(),
                address=f"{proxy.scheme}://{place}",
                has_login=bool(login),
            )
    return None


def encrypted_parties(
    url: str, variable: str, proxy: EnvironmentProxy | None
) -> dict[str, str]:
    """Who may speak TLS on the way to the server at *url*, which *variable* names: names and variables."""
    parties = {url: variable}
    if proxy and proxy.address.startswith("https:"):
        parties[f"the proxy {proxy.address}"] = proxy.variable
        if not url.startswith("https:"):
            del parties[url]
    return parties


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
