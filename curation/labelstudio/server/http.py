"""The connection to a Label Studio server: its SDK, and every failure as a StudioError."""

import ssl
import time
import weakref
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn, TypeVar

import httpx
from label_studio_sdk import LabelStudio
from label_studio_sdk.core.api_error import ApiError
from label_studio_sdk.core.parse_error import ParsingError

from curation.certificates import cause_of, certificate_mistake, trusted_certificates
from curation.errors import (
    CurateError,
    StudioConnectionLost,
    StudioError,
    StudioRefusal,
    StudioTooLarge,
)
from curation.files import Json
from curation.labelstudio.server.token_auth import UNAUTHORIZED, TokenAuth
from curation.labelstudio.server.token_claims import token_end
from curation.proxies import (
    EnvironmentProxy,
    checked_proxies,
    encrypted_parties,
    proxy_failure,
    proxy_on_the_way,
)

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
    UNAUTHORIZED: "the token is wrong or has expired: set LABEL_STUDIO_API_KEY anew, or run: curate up",
    403: "the account may not do this: use another account's LABEL_STUDIO_API_KEY",
    404: "is LABEL_STUDIO_URL the address of a Label Studio? check with: curate doctor",
}

# The server was too busy, or a proxy before it gave up waiting: the call may have been carried out.
# So may any that the server failed at.
UNKNOWN_OUTCOME = (408, 425, 429)
SERVER_FAILED = 500

# The server objects to what it was sent, or to how much it was.
REFUSED_CONTENT = (400, 413, 422)
TOO_LARGE = 413

# What a proxy's own page means.
SAID_BY_A_PROXY = {
    413: "the server, or a proxy before it, takes nothing so large",
    502: "a proxy says that Label Studio doesn't answer as it should",
    503: "Label Studio isn't up, or too busy",
    504: "a proxy gave up waiting for Label Studio",
}

# A proxy wants to know who one is.
LOGIN_REQUIRED = 407

# What servers say of a call that isn't encrypted, where they speak HTTPS only: nginx, Apache and those in Go.
SAID_WITHOUT_HTTPS = (
    "plain HTTP request was sent to HTTPS port",
    "speaking plain HTTP to an SSL-enabled server port",
    "HTTP request to an HTTPS server",
)

_LATER = "wait a little and run the same command again"
_SET_ADDRESS = "set LABEL_STUDIO_URL to the address that Label Studio itself answers at"
_IS_ADDRESS_RIGHT = "is LABEL_STUDIO_URL right? check with: curate doctor"
_NO_HTTP = "answered something that isn't HTTP"
_IS_HTTP = "does LABEL_STUDIO_URL begin with http://?"
_IS_HTTPS = "does LABEL_STUDIO_URL begin with https://?"

# What no further attempt mends: the error, a piece of its words, what the server did, and what to do.
# An answer that isn't HTTP is likely an alert of TLS.
_LASTING = (
    (httpx.TooManyRedirects, "", "sends calls on in a circle", _SET_ADDRESS),
    (httpx.RemoteProtocolError, "illegal request line", _NO_HTTP, _IS_HTTPS),
    (httpx.RemoteProtocolError, "illegal status line", _NO_HTTP, _IS_HTTPS),
)

# What stands in place of the token in the SDK, which TokenAuth overwrites.
_NO_TOKEN = "-"

_T = TypeVar("_T")


class NotFound(StudioError):
    """Label Studio doesn't have what was asked for."""


class _Unreachable(StudioError):
    """Nothing answers at the server's address."""


def retry_read(read: Callable[[], _T], *, is_portion: bool = False) -> _T:
    """
    What *read* answers, which is asked again where the connection breaks or the server is too busy.

    What *is_portion* isn't asked for again where it took too long, and but once where the answer
    broke off: less of it can be asked for.
    """
    for attempt, pause in enumerate(READ_PAUSES):
        try:
            return read()
        except StudioConnectionLost as lost:
            if is_portion and (lost.took_too_long or (attempt and lost.less_may_pass)):
                raise
            time.sleep(min(max(pause, lost.retry_after), LONGEST_PAUSE))
        except _Unreachable:
            time.sleep(pause)
    return read()


class _Client(httpx.Client):
    """
    A client whose answers go from memory when nobody has them any more.

    In httpx an answer and its stream hold each other, and with them what was sent and what came back:
    megabytes a call, until Python looks for such circles, which it does seldom.
    """

    def send(self, request: httpx.Request, **options: Any) -> httpx.Response:
        answer = super().send(request, **options)
        if answer.is_closed:  # all of it was read
            answer.stream = httpx.ByteStream(b"")
        return answer


class Connection:
    """A connection to the server at *url*; *timeout* is the seconds that one call may take."""

    def __init__(self, url: str, token: str, *, timeout: float) -> None:
        self.url = url.rstrip("/")
        self._token_ends = token_end(token)
        is_local = _is_local(self.url)
        idle = IDLE_LOCAL_CONNECTIONS if is_local else IDLE_CONNECTIONS
        is_encrypted = self.url.startswith("https:")
        with checked_proxies(StudioError):
            http = _Client(
                auth=TokenAuth(self.url, token, refused=self._refused_token),
                timeout=timeout,
                follow_redirects=True,
                verify=trusted_certificates(StudioError)
                if is_encrypted
                else _trusting_nobody(),
                trust_env=not is_local,
                limits=httpx.Limits(max_keepalive_connections=idle),
                event_hooks={"response": [self._refuse_other_address]},
            )
        weakref.finalize(self, http.close)
        self._sdk = LabelStudio(
            base_url=self.url,
            api_key=_NO_TOKEN,
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
        # By way of the SDK's own client, whose addresses are those of the server.
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
            hint=_IS_ADDRESS_RIGHT,
        )

    @contextmanager
    def _translate_errors(self) -> Iterator[None]:
        try:
            yield
        except ApiError as error:
            # Its own text holds session cookies: only status and body are shown.
            headers = error.headers or {}
            raise _refusal(self.url, error.status_code or 0, error.body, headers) from None
        except httpx.ProxyError as error:
            raise self._proxy_error(error) from None
        except httpx.ConnectError as error:
            raise self._connect_error(error) from None
        except (ParsingError, AttributeError, TypeError):
            raise self.unexpected_answer() from None
        except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError) as error:
            raise self._broken(error) from None

    def _broken(self, error: Exception) -> StudioError:
        for kind, words, what, hint in _LASTING:
            if isinstance(error, kind) and words in str(error):
                return StudioError(f"{self.url} {what}", hint=hint)
        hint = "run the same command again"
        has_hung_up = isinstance(error, httpx.RemoteProtocolError | httpx.ReadError)
        if has_hung_up and self.url.startswith("http:"):
            hint += f"; if it breaks each time, {_IS_HTTPS}"
        return StudioConnectionLost(
            f"the connection to {self.url} broke: {type(error).__name__}", hint=hint
        )

    def _proxy_error(self, error: httpx.ProxyError) -> StudioError:
        if status := proxy_failure(error):
            return StudioConnectionLost(
                f"the proxy on the way to {self.url} answered {_message(error)}",
                hint=_LATER,
                status=status,
            )
        return _proxy_refusal(self.url, _message(error))

    def _connect_error(self, error: httpx.ConnectError) -> CurateError:
        proxy = _proxy(self.url)
        parties = encrypted_parties(self.url, "LABEL_STUDIO_URL", proxy)
        if mistake := certificate_mistake(error, StudioError, parties):
            return mistake
        if cause_of(error, ssl.SSLError) or cause_of(error, ConnectionResetError):
            what = f"the connection to {self.url} broke before it was encrypted"
            hint = f"{_LATER}; if it breaks each time, {_IS_HTTP}"
            return StudioConnectionLost(what, hint=hint)
        if proxy:
            return _Unreachable(
                f"the proxy {proxy.address}, which {proxy.variable} names, doesn't answer",
                hint=f"set {proxy.variable} anew, or unset it; NO_PROXY names servers that need none",
            )
        return _Unreachable(
            f"no Label Studio answers at {self.url}",
            hint="start one with: curate up, or set LABEL_STUDIO_URL",
        )

    def _refused_token(self, answer: httpx.Response) -> StudioError:
        """
        The error for a personal access token that gets no short-lived one.

        The call itself was not made, so that it is none of the errors for a call that was refused.
        """
        if answer.is_success:
            return self.unexpected_answer()
        error = _refusal(self.url, answer.status_code, _body(answer), answer.headers)
        if isinstance(error, StudioConnectionLost):
            return error
        hint = error.hint
        if answer.status_code == UNAUTHORIZED and self._token_ends:
            hint = f"by its own word the token ends on {self._token_ends}; set LABEL_STUDIO_API_KEY anew"
        return StudioError(str(error), hint=hint)

    def _refuse_other_address(self, answer: httpx.Response) -> None:
        """Raise StudioError where a call is sent on elsewhere: it would arrive without its body or its token."""
        if not answer.has_redirect_location:
            return
        target = answer.url.join(answer.headers["location"])
        asked = answer.request.url
        is_elsewhere = (target.scheme, target.netloc) != (asked.scheme, asked.netloc)
        if is_elsewhere or answer.request.method != "GET":
            self._raise_redirected(asked, target)

    def _raise_redirected(self, asked: httpx.URL, target: httpx.URL) -> NoReturn:
        hint = _SET_ADDRESS
        if target.host == asked.host and target.path == asked.path:
            right = target.copy_with(raw_path=httpx.URL(self.url).raw_path)
            hint = f"export LABEL_STUDIO_URL={str(right).rstrip('/')}"
        raise StudioError(
            f"{self.url} sends calls on to {target.copy_with(query=None)}", hint=hint
        )


def checked_list(answer: Any) -> list[Any]:
    """The *answer*, which must be a list: an object in its place must not pass for an empty list."""
    if not isinstance(answer, list):
        raise TypeError
    return answer


def _trusting_nobody() -> ssl.SSLContext:
    """For calls that aren't encrypted: they are never sent on to where they would be."""
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _is_local(url: str) -> bool:
    return httpx.URL(url).host in LOOPBACK


def _proxy(url: str) -> EnvironmentProxy | None:
    return None if _is_local(url) else proxy_on_the_way(url)


def _proxy_refusal(url: str, said: str) -> StudioError:
    proxy = _proxy(url)
    hint = "see HTTPS_PROXY and HTTP_PROXY; NO_PROXY names servers that need none"
    if proxy and said.startswith(str(LOGIN_REQUIRED)):
        hint = proxy.login_hint
    return StudioError(f"the proxy on the way to {url} refuses: {said}", hint=hint)


def _refusal(url: str, status: int, body: object, headers: Mapping[str, str]) -> StudioError:
    message = _message(body)
    if status == LOGIN_REQUIRED:
        return _proxy_refusal(url, f"{status} Proxy Authentication Required")
    if status < 300 and message == _WEB_PAGE:
        return StudioError(f"{url} answered {status}: {message}", hint=_IS_ADDRESS_RIGHT)
    if status == 400 and any(words in str(body) for words in SAID_WITHOUT_HTTPS):
        return StudioError(f"{url} takes no calls without encryption", hint=_IS_HTTPS)
    if status in SAID_BY_A_PROXY and (not message or message == _WEB_PAGE):
        message = SAID_BY_A_PROXY[status]
    # A status below 300 comes here only where the rest of the answer was lost.
    if status < 300 or status in UNKNOWN_OUTCOME or status >= SERVER_FAILED:
        return StudioConnectionLost(
            f"{url} answered {status}: {message}",
            hint=f"{_LATER}; if 500 comes again, see the server's log"
            if status == SERVER_FAILED
            else _LATER,
            retry_after=_asked_wait(headers.get("retry-after", "")),
            status=status,
        )
    kind = NotFound if status == 404 else StudioError
    if status in REFUSED_CONTENT:
        kind = StudioTooLarge if status == TOO_LARGE else StudioRefusal
    hint = HINT_BY_STATUS.get(
        status, "see what the server objects to, then run the same command again"
    )
    return kind(f"{url} refused with {status}: {message}", hint=hint)


def _asked_wait(retry_after: str) -> int:
    """The seconds that an answer asks to wait, given as such or as a time; 0 if none."""
    if retry_after.isdecimal() and len(retry_after) < 10:
        return int(retry_after)
    try:
        moment = parsedate_to_datetime(retry_after)
    except ValueError:
        return 0
    return max(0, int((moment.astimezone(UTC) - datetime.now(UTC)).total_seconds()))


def _body(answer: httpx.Response) -> object:
    try:
        return answer.json()
    except ValueError:
        return answer.text


_WEB_PAGE = "a web page, not Label Studio's API"


def _message(body: object) -> str:
    """The body's own message, on one line; a web page is only named."""
    if isinstance(body, dict):
        errors = body.get("validation_errors")
        body = errors or body.get("detail") or body
    text = " ".join(str(body or "").split())
    return _WEB_PAGE if text[:1] == "<" else text[:300]
