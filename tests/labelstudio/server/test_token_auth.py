"""How calls say whose they are: a legacy token as it is, a personal one by short-lived tokens."""

import base64
import json
import time

import httpx
import pytest

from curation.errors import StudioError
from curation.labelstudio.server.token_auth import TokenAuth

URL = "https://example.org/studio"
# No clock is wrong by more.
YEAR = 365 * 24 * 3600


def token(kind, **claims):
    def part(value):
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part({'alg': 'HS256'})}.{part({'token_type': kind, **claims})}.s"


class Server:
    """Gives short-lived tokens of *lasts* seconds, by a clock of its own, and takes the latest alone."""

    def __init__(self, lasts=300, behind=0):
        self.lasts, self.behind = lasts, behind
        self.calls, self.given = [], ""
        self.is_revoked = False

    def __call__(self, request):
        self.calls.append(request.url.path)
        if request.url.path == "/studio/api/token/refresh/":
            if self.is_revoked:
                return httpx.Response(401, json={"detail": "Token is blacklisted"})
            now = int(time.time()) - self.behind
            self.given = token("access", iat=now, exp=now + self.lasts, jti=len(self.calls))
            return httpx.Response(200, json={"access": self.given})
        is_ours = request.headers["authorization"] == f"Bearer {self.given}"
        return httpx.Response(200 if is_ours else 401)

    def client(self, key):
        auth = TokenAuth(URL, key, refused=lambda answer: StudioError(answer.text))
        return httpx.Client(auth=auth, transport=httpx.MockTransport(self))


PERSONAL = token("refresh", exp=int(time.time()) + YEAR)


def test_a_legacy_token_is_sent_as_it_is():
    server = Server()
    key = "c0ffee" * 6 + "c0de"
    server.given = "never"

    with server.client(key) as client:
        answer = client.get(f"{URL}/api/projects/")

    assert answer.request.headers["authorization"] == f"Token {key}"
    assert server.calls == ["/studio/api/projects/"]


@pytest.mark.parametrize(
    "behind", [-YEAR, 0, YEAR], ids=["before ours", "right", "behind ours"]
)
def test_a_personal_token_buys_one_for_many_calls_whatever_the_clocks_say(behind):
    server = Server(behind=behind)

    with server.client(PERSONAL) as client:
        answers = [client.get(f"{URL}/api/projects/") for _ in range(3)]

    assert [answer.status_code for answer in answers] == [200] * 3
    assert server.calls == ["/studio/api/token/refresh/", *["/studio/api/projects/"] * 3]


def test_one_that_is_about_to_end_is_renewed_first():
    server = Server(lasts=1)

    with server.client(PERSONAL) as client:
        for _ in range(2):
            assert client.post(f"{URL}/api/import", content=b"[]").status_code == 200

    assert server.calls == ["/studio/api/token/refresh/", "/studio/api/import"] * 2


def test_one_that_is_refused_is_renewed_once_and_the_call_made_again():
    server = Server()

    with server.client(PERSONAL) as client:
        client.get(f"{URL}/api/projects/")
        server.given = "another"
        answer = client.post(f"{URL}/api/import", content=b"[1]")
        server.is_revoked, server.given = True, "a third"
        with pytest.raises(StudioError, match="blacklisted"):
            client.get(f"{URL}/api/projects/")

    assert answer.status_code == 200
    assert answer.request.content == b"[1]"
