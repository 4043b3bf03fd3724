"""What a connection to Label Studio makes of what goes wrong on the way."""

import base64
import gc
import json
import ssl
import tracemalloc

import pytest
import trustme
from serving import listening, serving, without_proxies

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


@pytest.mark.parametrize(
    ("login", "hint"),
    [
        ("", "export HTTPS_PROXY=http://user:password@{}"),
        ("user:pa55@", "the name or the password in HTTPS_PROXY is wrong"),
    ],
)
def test_a_proxy_that_wants_a_login_is_told_with_the_variable(plain_environment, login, hint):
    with serving(lambda _: (407, b"")) as (address, calls):
        plain_environment.setenv("HTTPS_PROXY", f"http://{login}{address}")
        caught = failed_call("https://label-studio.example.org")

    assert "the proxy on the way to https://label-studio.example.org refuses: 407" in said(
        caught
    )
    assert caught.value.hint == hint.format(address)
    assert len(calls) == 1


@pytest.mark.parametrize("variable", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_so_is_one_on_the_way_to_a_server_without_encryption(plain_environment, variable):
    with serving(lambda _: (407, b"<html>log in</html>")) as (address, _):
        plain_environment.setenv(variable, f"http://{address}")
        caught = failed_call("http://label-studio.example.org")

    assert "the proxy on the way to http://label-studio.example.org refuses: 407" in said(
        caught
    )
    assert caught.value.hint == f"export {variable}=http://user:password@{address}"


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_proxy_that_is_down_is_not_taken_for_the_server(plain_environment, scheme):
    variable = f"{scheme.upper()}_PROXY"
    plain_environment.setenv(variable, "http://user:pa55@127.0.0.1:9")
    caught = failed_call(f"{scheme}://label-studio.example.org")

    assert str(caught.value) == (
        f"the proxy http://127.0.0.1:9, which {variable} names, doesn't answer"
    )
    assert "NO_PROXY" in caught.value.hint


def test_a_proxy_is_not_blamed_for_a_server_that_needs_none(plain_environment):
    plain_environment.setenv("HTTPS_PROXY", "http://127.0.0.1:9")
    plain_environment.setenv("NO_PROXY", "example.invalid")
    for server in ("127.0.0.1:9", "label-studio.example.invalid"):
        caught = failed_call(f"https://{server}")

        assert str(caught.value) == f"no Label Studio answers at https://{server}"


@pytest.mark.parametrize(
    ("scheme", "whose"),
    [
        ("http", "the proxy https://{0}"),
        ("https", "https://label-studio.example.org or of the proxy https://{0}"),
    ],
)
def test_a_proxy_whose_certificate_is_not_trusted_is_told(plain_environment, scheme, whose):
    with listening(encrypted) as address:
        plain_environment.setenv(f"{scheme.upper()}_PROXY", f"https://{address}")
        caught = failed_call(f"{scheme}://label-studio.example.org")

    assert f"the certificate of {whose.format(address)} is signed by nobody" in said(caught)


# Encryption


def encrypted(connection):
    """The beginning of a conversation with a server whose certificate nobody knows."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(context)
    context.wrap_socket(connection, server_side=True).recv(65536)


def test_a_connection_that_is_cut_before_it_is_encrypted_is_tried_again():
    with serving(lambda _: (200, b"{}"), cuts=9) as (address, calls):
        connection = Connection(f"https://{address}", "t0ken", timeout=5)
        with pytest.raises(StudioConnectionLost, match="broke before it was encrypted"):
            retry_read(lambda: connection.request("GET", "api/projects"))

    assert calls == ["cut"] * 3


@pytest.mark.parametrize(
    ("scheme", "other"), [("https", "http"), ("http", "https")], ids=["https", "http"]
)
def test_a_server_that_hangs_up_may_speak_the_other_protocol(scheme, other):
    with listening(lambda connection: connection.recv(65536)) as address:
        caught = failed_call(f"{scheme}://{address}")

    assert isinstance(caught.value, StudioConnectionLost)
    assert f"does LABEL_STUDIO_URL begin with {other}://?" in caught.value.hint


def test_a_server_that_breaks_off_encryption_may_speak_http():
    """It closes before it has read what it was sent: the connection is reset."""
    with listening(lambda connection: connection.recv(1)) as address:
        caught = failed_call(f"https://{address}")

    assert isinstance(caught.value, StudioConnectionLost)
    assert "does LABEL_STUDIO_URL begin with http://?" in caught.value.hint


@pytest.mark.parametrize(
    "alert",
    [b"\x15\x03\x01\x00\x02\x02\x46", b"\x15\x03\x03\x00\x02\x02\x0a\n"],
    ids=["one", "with a line's end"],
)
def test_a_server_that_answers_http_in_the_words_of_tls_is_told(alert):
    def talk(connection):
        connection.recv(65536)
        connection.sendall(alert)

    with listening(talk) as address:
        caught = failed_call(f"http://{address}")

    assert str(caught.value) == f"http://{address} answered something that isn't HTTP"
    assert "does LABEL_STUDIO_URL begin with https://?" in caught.value.hint
    assert type(caught.value) is StudioError


@pytest.mark.parametrize(
    "body",
    [
        b"<html>The plain HTTP request was sent to HTTPS port</html>",
        b"<p>You're speaking plain HTTP to an SSL-enabled server port.</p>",
        b"Client sent an HTTP request to an HTTPS server.",
    ],
    ids=["nginx", "Apache", "Go"],
)
def test_a_port_for_https_alone_is_told(body):
    with serving(lambda _: (400, body)) as (address, calls):
        caught = failed_call(f"http://{address}")

    assert "does LABEL_STUDIO_URL begin with https://?" in caught.value.hint
    assert type(caught.value) is StudioError
    assert len(calls) == 1


def test_a_server_without_encryption_is_told_at_once():
    with serving(lambda _: (200, b"{}")) as (address, _):
        connection = Connection(f"https://{address}", "t0ken", timeout=5)
        with pytest.raises(StudioError, match="doesn't speak HTTPS as it should"):
            retry_read(lambda: connection.request("GET", "api/projects"))


# Addresses of something else


def failed_call(url):
    connection = Connection(url, "t0ken", timeout=5)
    with pytest.raises(StudioError) as caught:
        retry_read(lambda: connection.request_object("GET", "api/projects"))
    assert "pa55" not in said(caught)
    return caught


PAGE = b"<!doctype html><p>Welcome</p>"


def test_a_web_page_in_place_of_an_answer_is_not_asked_for_again():
    """Neither where a server sends whoever isn't logged in to a page of its own."""

    def answer(path):
        to_log_in = (302, b"", ("location", "/login"))
        return (200, PAGE) if path == "/login" else to_log_in

    for one, number in ((lambda _: (200, PAGE), 1), (answer, 2)):
        with serving(one) as (address, calls):
            caught = failed_call(f"http://{address}")

        assert "answered 200: a web page, not Label Studio's API" in str(caught.value)
        assert "is LABEL_STUDIO_URL right?" in caught.value.hint
        assert type(caught.value) is StudioError
        assert len(calls) == number


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_web_page_of_a_proxy_that_waits_for_the_server_is_asked_for_again(status):
    with serving(lambda _: (status, PAGE)) as (address, calls):
        caught = failed_call(f"http://{address}")

    assert isinstance(caught.value, StudioConnectionLost)
    assert "wait a little" in caught.value.hint
    assert len(calls) == 3


def test_a_server_that_sends_calls_on_in_a_circle_is_told():
    with serving(lambda _: (302, b"", ("location", "/api/projects"))) as (address, _):
        caught = failed_call(f"http://{address}")

    assert str(caught.value) == f"http://{address} sends calls on in a circle"
    assert "set LABEL_STUDIO_URL to the address" in caught.value.hint
    assert type(caught.value) is StudioError


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
