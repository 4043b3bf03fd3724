"""The connection to a Label Studio server: its SDK, and every failure as a StudioError."""

import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.parse_error import ParsingError

from curation.errors import StudioConnectionLost, StudioError, StudioRefusal
from curation.files import Json

# A proxy that is set for other servers can't reach these.
LOOPBACK = ("127.0.0.1", "localhost", "::1")

# How many connections are kept for later calls: none to this machine. The development server of
# a local Label Studio writes each answer in two parts, and on a connection that was used before
# the second waits 40 ms for the first to be acknowledged.
IDLE_CONNECTIONS = 20
IDLE_LOCAL_CONNECTIONS = 0

# Request options for calls that only read. A call that writes is never sent twice: it may have
# been carried out, though its answer was lost.
RETRY_READS: Any = {"max_retries": 2}

# Seconds before each further attempt of a read that the SDK doesn't try again by itself.
READ_PAUSES = (0.5, 2.0)
LONGEST_PAUSE = 60

HINT_BY_STATUS = {
    401: "the token is wrong or has expired: set LABEL_STUDIO_API_KEY anew, or run: curate up",
    403: "the account may not do this: use another account's LABEL_STUDIO_API_KEY",
    404: "is LABEL_STUDIO_URL the address of a Label Studio? check with: curate doctor",
}

# The server was too busy, or a proxy before it gave up waiting: the call may have been carried out.
UNKNOWN_OUTCOME = (408, 425, 429, 500, 502, 503, 504)

# The server objects to what it was sent.
REFUSED_CONTENT = (400, 413, 422)

_LATER = "wait a little and run the same command again"


class NotFound(StudioError):
    """Label Studio doesn't have what was asked for."""


class _Unreachable(StudioError):
    """Nothing answers at the server's address."""


def retry_read(read: Callable[[], bytes]) -> bytes:
    """What *read* answers, which is asked again where the connection breaks or the server is too busy."""
    for pause in READ_PAUSES:
        try:
            return read()
        except StudioConnectionLost as lost:
            time.sleep(min(max(pause, lost.retry_after), LONGEST_PAUSE))
        except _Unreachable:
            time.sleep(pause)
    return read()


class Connection:
    """A connection to the server at *url*; *timeout* is the seconds that one call may take."""

    def __init__(self, url: str, token: str, *, timeout: float) -> None:
        self.url = url.rstrip("/")
        is_local = httpx.URL(self.url).host in LOOPBACK
        idle = IDLE_LOCAL_CONNECTIONS if is_local else IDLE_CONNECTIONS
        http = httpx.Client(
            timeout=timeout,
            follow_redirects=True,
            trust_env=not is_local,
            limits=httpx.Limits(max_keepalive_connections=idle),
        )
        weakref.finalize(self, http.close)
        with self._translate_errors():  # the SDK looks into a token that says when it expires
            self._sdk = LabelStudio(
                base_url=self.url,
                api_key=token,
                timeout=timeout,
                max_retries=0,
                httpx_client=http,
            )

    @contextmanager
    def sdk(self) -> Iterator[LabelStudio]:
        """
        The SDK, to make a call and to look into its answer.

        What the block raises becomes a StudioError: NotFound where the server doesn't have what
        was asked for, StudioConnectionLost where the same call may succeed later.
        """
        with self._translate_errors():
            yield self._sdk

    def request(self, method: str, path: str, **options: Any) -> httpx.Response:
        """The answer to a call that the SDK makes slowly or not at all; raises as `sdk` does."""
        # The SDK's own client renews the token.
        http = self._sdk._client_wrapper.httpx_client
        with self._translate_errors():
            answer: httpx.Response = http.request(path, method=method, **options)
        if answer.is_success:
            return answer
        raise _refusal(self.url, answer.status_code, answer.text, answer.headers)

    def request_object(self, method: str, path: str, **options: Any) -> Json:
        """The JSON object that is the answer to `request`."""
        answer = self.request(method, path, **options)
        try:
            found = answer.json()
        except ValueError:  # as the SDK takes it
            raise _refusal(self.url, answer.status_code, answer.text, {}) from None
        if not isinstance(found, dict):
            raise self.unexpected_answer()
        return found

    def unexpected_answer(self) -> StudioError:
        """The error for an answer that no Label Studio gives."""
        return StudioError(
            f"{self.url} answered something that Label Studio doesn't",
            hint="is LABEL_STUDIO_URL right? check with: curate doctor",
        )

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            # Its own text holds session cookies: only status and body are shown.
            headers = error.headers or {}
            raise _refusal(self.url, error.status_code or 0, error.body, headers) from None
        except httpx.ConnectError:
            raise _Unreachable(
                f"no Label Studio answers at {self.url}",
                hint="start one with: curate up, or set LABEL_STUDIO_URL",
            ) from None
        except (ParsingError, AttributeError, TypeError):
            raise self.unexpected_answer() from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise StudioConnectionLost(
                f"the connection to {self.url} broke: {type(error).__name__}",
                hint="run the same command again",
            ) from None


def checked_list(answer: Any) -> list[Any]:
    """The *answer*, which must be a list: an object in its place must not pass for an empty list."""
    if not isinstance(answer, list):
        raise TypeError
    return answer


def _refusal(url: str, status: int, body: object, headers: Mapping[str, str]) -> StudioError:
    message = _message(body)
    # A status below 300 comes here only where the rest of the answer was lost.
    if status < 300 or status in UNKNOWN_OUTCOME:
        after = headers.get("retry-after", "")
        return StudioConnectionLost(
            f"{url} answered {status}: {message}",
            hint=f"{_LATER}; if 500 comes again, see the server's log"
            if status == 500
            else _LATER,
            retry_after=int(after) if after.isdecimal() and len(after) < 10 else 0,
            status=status,
        )
    kind = NotFound if status == 404 else StudioError
    if status in REFUSED_CONTENT:
        kind = StudioRefusal
    hint = HINT_BY_STATUS.get(
        status, "see what the server objects to, then run the same command again"
    )
    return kind(f"{url} refused with {status}: {message}", hint=hint)


def _message(body: object) -> str:
    """The body's own message, on one line; a web page is only named."""
    if isinstance(body, dict):
        errors = body.get("validation_errors")
        body = errors or body.get("detail") or body
    text = " ".join(str(body).split())
    if text[:1] == "<":
        return "a web page, not Label Studio's API"
    return text[:300]
