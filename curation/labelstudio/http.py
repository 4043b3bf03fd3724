"""The wire to a Label Studio: the SDK, and every fault of it as a sentence."""

import weakref
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.parse_error import ParsingError

from curation.errors import StudioConnectionLost, StudioError
from curation.files import Json

# A proxy set for the outside world can't reach these.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# Kept for the next call. A Label Studio of one's own writes each answer in two parts, the
# second only when the first is acknowledged, which takes 40 ms but on a new connection.
CONNECTIONS, LOCAL_CONNECTIONS = 20, 0

# Only what reads is asked again: a call that writes, and whose answer is lost, may
# have been carried out already.
RETRY_READS: Any = {"max_retries": 2}

HINT_BY_STATUS = {
    401: "the token is wrong or has expired: set LABEL_STUDIO_API_KEY anew, or run: curate up",
    403: "the account may not do this: use another account's LABEL_STUDIO_API_KEY",
    404: "is LABEL_STUDIO_URL the address of a Label Studio? check with: curate doctor",
}


class NotFound(StudioError):
    """What was asked for isn't there."""


class Connection:
    """To the server at *url*; *timeout* in seconds is for one call."""

    def __init__(self, url: str, token: str, *, timeout: float) -> None:
        self.url = url.rstrip("/")
        here = httpx.URL(self.url).host in LOOPBACK
        kept = httpx.Limits(
            max_keepalive_connections=LOCAL_CONNECTIONS if here else CONNECTIONS
        )
        http = httpx.Client(
            timeout=timeout, follow_redirects=True, trust_env=not here, limits=kept
        )
        weakref.finalize(self, http.close)
        with self._faults_told():  # it looks into a token that says when it expires
            self._sdk = LabelStudio(
                base_url=self.url,
                api_key=token,
                timeout=timeout,
                max_retries=0,
                httpx_client=http,
            )

    @contextmanager
    def speaking(self) -> Iterator[LabelStudio]:
        """
        The SDK, to make a call and to look into its answer.

        Raises StudioError: Missing for what isn't there, StudioConnectionLost for what may
        be there when it is asked for again.
        """
        with self._faults_told():
            yield self._sdk

    def ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        """What the SDK does slowly or not at all; its own connection renews the token."""
        http = self._sdk._client_wrapper.httpx_client
        with self._faults_told():
            answer: httpx.Response = http.request(path, method=method, **options)
        if answer.is_success:
            return answer
        raise _refused(self.url, answer.status_code, answer.text, answer.headers)

    def ask_object(self, method: str, path: str, **options: Any) -> Json:
        """The JSON object that was answered."""
        answer = self.ask(method, path, **options)
        try:
            found = answer.json()
        except ValueError:  # as the SDK has it
            raise _refused(self.url, answer.status_code, answer.text, {}) from None
        if not isinstance(found, dict):
            raise self.unlike()
        return found

    def unlike(self) -> StudioError:
        """The answer is none of Label Studio's."""
        return StudioError(
            f"{self.url} answered something that Label Studio doesn't",
            hint="is LABEL_STUDIO_URL right? check with: curate doctor",
        )

    @contextmanager
    def _faults_told(self) -> Iterator[None]:
        """An ApiError's own text holds session cookies: its status and body only."""
        try:
            yield
        except ApiError as error:
            raise _refused(
                self.url, error.status_code or 0, error.body, error.headers or {}
            ) from None
        except httpx.ConnectError:
            raise StudioError(
                f"no Label Studio answers at {self.url}",
                hint="start one with: curate up, or set LABEL_STUDIO_URL",
            ) from None
        except (ParsingError, AttributeError, TypeError):
            raise self.unlike() from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise StudioConnectionLost(
                f"the connection to {self.url} broke: {type(error).__name__}",
                hint="run the same command again: it goes on where it stopped",
            ) from None


def checked_list(answer: Any) -> list[Any]:
    """An object in a list's place must not pass for an empty list: nothing there is news, too."""
    if not isinstance(answer, list):
        raise TypeError
    return answer


def _refused(url: str, status: int, body: object, headers: Mapping[str, str]) -> StudioError:
    # A 2xx is here only where the rest of the answer was lost.
    if status < 300 or status in (408, 425, 429, 500, 502, 503, 504):
        what = f"{url} answered {status}: {_short(body)}"
        after = headers.get("retry-after", "")
        rest = int(after) if after.isdecimal() and len(after) < 10 else 0
        hint = "wait a little and run the same command again"
        return StudioConnectionLost(what, hint=hint, retry_after=rest)
    kind = NotFound if status == 404 else StudioError
    hint = HINT_BY_STATUS.get(status, "see what it objects to, then run the same command again")
    return kind(f"{url} refused with {status}: {_short(body)}", hint=hint)


def _short(body: object) -> str:
    """The body's own message, on one line; a page of HTML is only named."""
    if isinstance(body, dict):
        errors = body.get("validation_errors")
        body = errors or body.get("detail") or body
    text = " ".join(str(body).split())
    if text[:1] == "<":
        return "a web page, not Label Studio's API"
    return text[:300]
