"""What LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY may hold, and that neither is shown where it could tell."""

import pytest

from curation.errors import StudioError
from curation.labelstudio.server.credentials import checked_token, checked_url

SECRET = "5ecre7"
# It says {"exp": 1700000000}.
EXPIRED = "eyJhbGciOiJIUzI1NiJ9.eyJleHAiOjE3MDAwMDAwMDB9.abc"


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
        (" https://label-studio.example.org/\n", "https://label-studio.example.org"),
        ("http://[::1]:8080/studio/", "http://[::1]:8080/studio"),
    ],
)
def test_an_address_is_taken_without_what_hurts_nobody(given, taken):
    assert checked_url(given) == taken


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("localhost:8080", "begins with neither http:// nor https://"),
        ("ftp://example.org", "begins with neither"),
        ("http://", "names no server"),
        ("http://ex ample", "names no server"),
        ("http://127.0.0.1:99999", "names no server"),
        ("http://[::1", "is no address"),
        ("http://a\x1b[31m", "is no address"),
        ("http://127.0.0.1:8080/projects?page=1", "names a page"),
        (f"http://me:{SECRET}@example.org", "a user's name or password"),
        (f"http://me:{SECRET}@[::1", "a user's name or password"),
    ],
)
def test_what_can_be_no_address_is_told(given, said):
    with pytest.raises(StudioError, match=said) as caught:
        checked_url(given)

    assert str(caught.value).startswith("LABEL_STUDIO_URL: ")
    assert "https://" in caught.value.hint
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize("given", [f"{SECRET}ä", f"{SECRET}\x1b", f"Token {SECRET}"])
def test_what_can_be_no_token_is_told_without_showing_it(given):
    with pytest.raises(StudioError, match="a character that no token has") as caught:
        checked_token(given)

    assert SECRET not in str(caught.value) + caught.value.hint


def test_a_token_may_have_white_space_around_it():
    assert checked_token(f" {SECRET}\n") == SECRET


def test_whether_a_token_has_expired_is_the_servers_to_say():
    """This machine's clock may be wrong."""
    assert checked_token(EXPIRED) == EXPIRED
