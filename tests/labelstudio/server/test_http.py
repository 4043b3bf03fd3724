"""What a connection to Label Studio makes of what goes wrong on the way."""

import base64
import gc
import json
import tracemalloc

import pytest
from serving import serving, without_proxies

from curation.errors import StudioConnectionLost, StudioError
from curation.labelstudio.server import http
from curation.labelstudio.server.http import Connection, retry_read

PASSWORD = "pa55/word"


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    """No proxies and certificates of one's own, and no pauses."""
    without_proxies(monkeypatch)
    monkeypatch.setattr(http, "READ_PAUSES", (0.0, 0.0))
    return monkeypatch


def personal_token(**claims):
    parts = [{"alg": "HS256"}, {"token_type": "refresh", **claims}]
    shown = [base64.urlsafe_b64encode(json.dumps(part).encode()).decode() for part in parts]
    return ".".join(part.rstrip("=") for part in shown) + ".s"


def said(error):
    return f"{error.value} {error.value.hint}"


# The environment's proxies


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("HTTPS_PROXY", f"http://user:{PASSWORD}@proxy.example.org:3128"),
        ("HTTPS_PROXY", "http://proxy.example.org:port"),
        ("HTTP_PROXY", "socks9://proxy.example.org:3128"),
        ("NO_PROXY", "[::1]"),
    ],
)
def test_proxies_that_cannot_be_used_are_named_and_no_password_shown(
    plain_environment, variable, given
):
    plain_environment.setenv(variable, given)

    with pytest.raises(StudioError) as caught:
        Connection("https://label-studio.example.org", "t0ken", timeout=5)

    assert variable in str(caught.value)
    assert "pa55" not in said(caught)
    assert "http://proxy.example.org:3128" in caught.value.hint


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_proxy_that_reaches_nobody_just_now_is_asked_again(plain_environment, status):
    with serving(lambda _: (status, b"")) as (address, calls):
        plain_environment.setenv("HTTPS_PROXY", f"http://{address}")
        connection = Connection("https://label-studio.example.org", "t0ken", timeout=5)
        with pytest.raises(StudioConnectionLost, match=f"the proxy .* answered {status}"):
            retry_read(lambda: connection.request("GET", "api/projects"))

    assert calls == ["label-studio.example.org:443"] * 3


def test_a_proxy_that_refuses_is_not_asked_again(plain_environment):
    with serving(lambda _: (403, b"")) as (address, calls):
        plain_environment.setenv("HTTPS_PROXY", f"http://{address}")
        connection = Connection("https://label-studio.example.org", "t0ken", timeout=5)
        with pytest.raises(StudioError, match=r"the proxy .* refuses: 403"):
            retry_read(lambda: connection.request("GET", "api/projects"))

    assert len(calls) == 1


# Encryption


def test_a_connection_that_is_cut_before_it_is_encrypted_is_tried_again():
    with serving(lambda _: (200, b"{}"), cuts=9) as (address, calls):
        connection = Connection(f"https://{address}", "t0ken", timeout=5)
        with pytest.raises(StudioConnectionLost, match="broke before it was encrypted"):
            retry_read(lambda: connection.request("GET", "api/projects"))

    assert calls == ["cut"] * 3


def test_a_server_without_encryption_is_told_at_once():
    with serving(lambda _: (200, b"{}")) as (address, _):
        connection = Connection(f"https://{address}", "t0ken", timeout=5)
        with pytest.raises(StudioError, match="doesn't speak HTTPS as it should"):
            retry_read(lambda: connection.request("GET", "api/projects"))


# The renewal of a token


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 422])
def test_a_refused_renewal_is_no_refusal_of_the_call(status):
    """That the server has no such address, say, isn't that the task is gone."""
    with serving(lambda _: (status, b'{"detail": "no"}')) as (address, calls):
        connection = Connection(f"http://{address}", personal_token(), timeout=5)
        with pytest.raises(StudioError, match=f"{status}: no") as caught:
            connection.request("DELETE", "api/tasks/1")

    assert type(caught.value) is StudioError
    assert calls == ["/api/token/refresh/"]


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 504])
def test_a_renewal_that_may_succeed_later_is_told_as_that(status):
    with serving(lambda _: (status, b"")) as (address, _):
        connection = Connection(f"http://{address}", personal_token(), timeout=5)
        with pytest.raises(StudioConnectionLost, match=f"answered {status}"):
            connection.request("DELETE", "api/tasks/1")


@pytest.mark.parametrize(
    ("ends", "hint"),
    [
        (1_700_000_000, "ends on 2023-11-14"),
        (True, "is wrong or has expired"),
        (10**400, "is wrong or has expired"),
        (1e300, "is wrong or has expired"),
        ("soon", "is wrong or has expired"),
        (float("inf"), "is wrong or has expired"),
    ],
)
def test_a_token_that_the_server_refuses_is_told_with_the_day_that_it_names(ends, hint):
    token = personal_token(exp=ends)
    with serving(lambda _: (401, b'{"detail": "Token is invalid"}')) as (address, _):
        connection = Connection(f"http://{address}", token, timeout=5)
        with pytest.raises(StudioError, match="401: Token is invalid") as caught:
            connection.request("GET", "api/projects")

    assert hint in caught.value.hint
    assert "LABEL_STUDIO_API_KEY" in caught.value.hint
    assert token not in said(caught)


def test_what_was_sent_and_what_came_back_go_from_memory():
    """Without the garbage collector, which a long command seldom runs."""
    megabyte = 2**20
    gc.collect()
    gc.disable()
    tracemalloc.start()
    try:
        with serving(lambda _: (200, b'{"a": "' + b"b" * megabyte + b'"}')) as (address, _):
            connection = Connection(f"http://{address}", "t0ken", timeout=30)
            for _ in range(8):
                connection.request_object("POST", "api", content=b"c" * megabyte)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
        gc.enable()
    assert kept < megabyte
