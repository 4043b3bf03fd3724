"""The connection to the Hugging Face Hub: how long it waits, and every failure as a HubError."""

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import httpx2
import huggingface_hub
from huggingface_hub.errors import (
    DeviceCodeError,
    HfHubHTTPError,
    HFValidationError,
    OfflineModeIsEnabled,
    OIDCError,
    RepositoryNotFoundError,
)
from huggingface_hub.utils import hf_raise_for_status, parse_ratelimit_headers

from curation.certificates import certificate_mistake, trusted_certificates
from curation.errors import CurateError, HubConflict, HubConnectionLost, HubError, UsageError
from curation.proxies import checked_proxies, encrypted_parties, proxy_on_the_way

# The Hub counts calls in windows of five minutes.
LONGEST_WAIT = 300

# Seconds without a sign of the Hub after which the connection is given up.
_TIMEOUT = httpx2.Timeout(60, read=300)

# The Hub was too busy, or gave up waiting: it may have carried out the call.
_UNKNOWN_OUTCOME = (408, 425, 429, 500, 502, 503, 504)

_AGAIN = "run the same command again"

_HINTS = {
    401: "set HF_TOKEN, or log in with: hf auth login",
    403: "use a token that may write there: https://huggingface.co/settings/tokens",
    404: "is HF_ENDPOINT the address of a Hub, and the name of the repository right?",
    409: _AGAIN,
    412: _AGAIN,
}

# Calls whose failure huggingface_hub doesn't look at first: one it repeats without a pause, and of
# the other it reads an answer that a failing server doesn't give.
_UNGUARDED = ("/api/repos/create", "/api/validate-yaml")


class NotOnHub(HubError):
    """The Hub has no such repository, or none that this account may see."""


def set_up_connections() -> None:
    """Make huggingface_hub wait for no answer for ever, obey no wait without end, and print nothing."""
    # Where it is on, nothing falls back to plain uploads.
    huggingface_hub.constants.HF_HUB_DISABLE_XET = True
    huggingface_hub.utils.disable_progress_bars()
    huggingface_hub.utils.logging.set_verbosity(huggingface_hub.utils.logging.CRITICAL)
    huggingface_hub.set_client_factory(_new_client)


@contextmanager
def translated_errors(url: str, token: str) -> Iterator[None]:
    """What the block raises, as a HubError in which the *token* isn't shown."""
    try:
        yield
    except HubError:
        raise
    except RuntimeError as error:  # from an upload; what happened is its cause
        if error.__cause__ is None:
            raise
        raise _translated(url, token, error.__cause__) from None
    except (
        httpx2.HTTPError,
        httpx2.InvalidURL,
        httpx2.StreamError,
        OfflineModeIsEnabled,
    ) as error:
        raise _translated(url, token, error) from None
    except (OIDCError, DeviceCodeError):  # their own words may hold what they were answered
        what = "the login that is stored for the Hub can't be used any more"
        raise HubError(what, hint="hf auth login") from None
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        raise _translated(url, token, error) from None


def _translated(url: str, token: str, error: BaseException) -> CurateError:
    match error:
        case CurateError():
            return error
        case HFValidationError():
            return UsageError(_one_line(str(error), token))
        case RepositoryNotFoundError() if error.response.status_code == 404:
            return NotOnHub(f"{url} has no such dataset, or none that this token may see")
        case HfHubHTTPError():
            message = _one_line(error.server_message or "", token)
            return _refusal(url, error.response.status_code, message, error.response.headers)
        case OfflineModeIsEnabled():
            return HubError("HF_HUB_OFFLINE is set", hint="unset HF_HUB_OFFLINE")
        case httpx2.ConnectError() if mistake := certificate_mistake(
            error, HubError, encrypted_parties(url, "HF_ENDPOINT", proxy_on_the_way(url))
        ):
            return mistake
        case httpx2.ConnectError():
            hint = "is there a network, and is HF_ENDPOINT the address of a Hub, if it is set?"
            return HubConnectionLost(f"no Hub answers at {url}", hint=hint)
        case httpx2.HTTPError() | httpx2.InvalidURL() | httpx2.StreamError():
            kind = type(error).__name__
            return HubConnectionLost(f"the connection to {url} broke: {kind}", hint=_AGAIN)
        case ValueError() if "Invalid metadata in README.md" in str(error):
            what = _one_line(str(error).partition("\n")[2], token)
            return HubError(f"{url} refuses the metadata of README.md: {what}")
    return HubError(
        f"{url} answered something that the Hub doesn't",
        hint="is HF_ENDPOINT the address of a Hub?",
    )


def _refusal(url: str, status: int, message: str, headers: Mapping[str, str]) -> HubError:
    said = f": {message}" if message else ""
    if status in _UNKNOWN_OUTCOME:
        return HubConnectionLost(
            f"{url} answered {status}{said}",
            hint="wait a little and run the same command again",
            retry_after=_asked_wait(headers),
        )
    kind = HubConflict if status in (409, 412) else HubError
    return kind(f"{url} refused with {status}{said}", hint=_HINTS.get(status, ""))


def _one_line(text: str, token: str) -> str:
    shown = " ".join(text.replace(token, "…").split() if token else text.split())
    return shown[:300]


def _asked_wait(headers: Mapping[str, str]) -> int:
    """The seconds that an answer asks to wait, 0 if none."""
    limit = parse_ratelimit_headers(headers)
    if limit and limit.remaining == 0:
        return limit.reset_in_seconds
    asked = headers.get("retry-after", "").strip()
    return int(asked) if re.fullmatch(r"[0-9]{1,9}", asked) else 0


def _look_at_answer(response: httpx2.Response) -> None:
    """Stop huggingface_hub where it would go on for too long."""
    if (
        response.status_code in _UNKNOWN_OUTCOME
        and _asked_wait(response.headers) > LONGEST_WAIT
    ):
        seconds = _asked_wait(response.headers)
        raise HubError(
            f"{response.url.host} takes no more calls for {seconds} seconds",
            hint=f"run the same command again in {-(-seconds // 60)} minutes",
        )
    path = response.url.path
    if response.is_error and path.endswith(_UNGUARDED) and response.status_code != 400:
        response.read()
        if "another conflicting operation is in progress" in response.text:
            raise HubConnectionLost(f"{response.url.host} is busy with another new repository")
        hf_raise_for_status(response)


def _new_client() -> httpx2.Client:
    from huggingface_hub.utils._http import hf_request_event_hook

    # As its own, but for what is looked at, how long is waited, and whom is trusted.
    with checked_proxies(HubError, httpx2.InvalidURL):
        return httpx2.Client(
            event_hooks={"request": [hf_request_event_hook], "response": [_look_at_answer]},
            follow_redirects=True,
            timeout=_TIMEOUT,
            verify=trusted_certificates(HubError),
        )
