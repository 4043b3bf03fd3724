"""How calls say whose they are: by a legacy token, or by a personal access token, which buys short-lived ones."""

import time
from collections.abc import Callable, Generator

import httpx

from curation.labelstudio.server.token_claims import json_object, token_claims, token_moment

# A short-lived token is renewed so many seconds before it ends: a call must reach the server with it.
EARLY_SECONDS = 30.0

UNAUTHORIZED = 401


class TokenAuth(httpx.Auth):
    """
    The authorization of each call to the server at *url* by *token*, of either kind.

    The SDK's own asks for the new token outside the server's path, and believes this machine's
    clock. *refused* makes the error that is raised where the server gives no short-lived token.
    """

    def __init__(
        self, url: str, token: str, *, refused: Callable[[httpx.Response], Exception]
    ) -> None:
        self._renewal = f"{url}/api/token/refresh/"
        self._token = token
        self._refused = refused
        self._is_personal = token_claims(token) is not None
        self._short_lived = ""
        self._ends = 0.0

    def sync_auth_flow(
        self, request: httpx.Request
    ) -> Generator[httpx.Request, httpx.Response, None]:
        """The call, before it a call for a short-lived token where one is needed."""
        if not self._is_personal:
            request.headers["Authorization"] = f"Token {self._token}"
            yield request
            return
        if time.monotonic() >= self._ends:
            self._keep((yield self._ask(request)))
        request.headers["Authorization"] = f"Bearer {self._short_lived}"
        answer = yield request
        if answer.status_code == UNAUTHORIZED:  # the call was not carried out
            self._keep((yield self._ask(request)))
            request.headers["Authorization"] = f"Bearer {self._short_lived}"
            yield request

    def _ask(self, request: httpx.Request) -> httpx.Request:
        """The call for a short-lived token, with the time that *request* is given."""
        asked = {"refresh": self._token}
        return httpx.Request(
            "POST", self._renewal, json=asked, extensions=dict(request.extensions)
        )

    def _keep(self, answer: httpx.Response) -> None:
        asked_at = time.monotonic()
        answer.read()
        if not answer.is_success:
            raise self._refused(answer)
        given = (json_object(answer.content) or {}).get("access")
        claims = token_claims(str(given))
        if claims is None:
            raise self._refused(answer)
        self._short_lived = str(given)
        # By the server's clock alone: ours may be another.
        lasts = token_moment(claims, "exp") - token_moment(claims, "iat")
        self._ends = asked_at + lasts - EARLY_SECONDS
