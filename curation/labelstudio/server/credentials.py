"""The address and the token of a Label Studio, as the environment gives them, checked."""

import httpx

from curation.errors import StudioError

URL_HINT = "an address looks like this: https://label-studio.example.org"
TOKEN_HINT = "copy one anew from Label Studio: Account & Settings, Access Token"


def checked_url(given: str) -> str:
    """LABEL_STUDIO_URL without white space and slashes at its ends; StudioError for no address."""
    url = given.strip().rstrip("/")
    if "@" in url:  # not to be shown
        raise _wrong_url("the address holds a user's name or password; leave them out")
    try:
        parts = httpx.URL(url)
    except httpx.InvalidURL:
        raise _wrong_url(f"{url!r} is no address") from None
    if parts.scheme not in ("http", "https"):
        raise _wrong_url(f"{url!r} begins with neither http:// nor https://")
    if not parts.host or " " in url or not 0 < (parts.port or 80) < 65536:
        raise _wrong_url(f"{url!r} names no server")
    if parts.query or parts.fragment:
        raise _wrong_url(f"{url!r} names a page; the address of the server alone is needed")
    return url


def checked_token(given: str) -> str:
    """LABEL_STUDIO_API_KEY without white space at its ends; no error shows the token."""
    token = given.strip()
    if not token.isascii() or not token.isprintable() or " " in token:
        raise StudioError(
            "LABEL_STUDIO_API_KEY holds a character that no token has",
            hint=TOKEN_HINT,
        )
    return token


def _wrong_url(what: str) -> StudioError:
    return StudioError(f"LABEL_STUDIO_URL: {what}", hint=URL_HINT)
