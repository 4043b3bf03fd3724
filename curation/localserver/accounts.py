"""The accounts of a local Label Studio: whether our login works, more users, a login to set anew."""

import hashlib
import hmac
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

import httpx

from curation.errors import StudioError
from curation.localserver.install import environment_python, last_error, open_log

# How long one answer may take: during a big import every call waits.
ANSWER_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalServer:
    """A Label Studio on this machine and the login of its administrator; *pid* is 0 while it is stopped."""

    url: str
    username: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    pid: int
    port: int


class ServerAnswer(Enum):
    """What a server says to our token."""

    OURS = "the token is that of our account"
    REFUSED = "the server is up, and doesn't know the token"
    SILENT = "no answer of Label Studio's came back"


def ask_server(local: LocalServer, *, seconds: float = ANSWER_SECONDS) -> ServerAnswer:
    """Whether a server is up at the address of *local*, and ours; each call may take *seconds*."""
    try:
        with _client(local, timeout=seconds) as client:
            health = client.get("/health")
            if health.status_code != httpx.codes.OK:
                return ServerAnswer.SILENT
            reply = client.get("/api/current-user/whoami", headers=_authorization(local.token))
            if reply.status_code in (httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN):
                return ServerAnswer.REFUSED
            if reply.status_code != httpx.codes.OK:
                return ServerAnswer.SILENT
            return (
                ServerAnswer.OURS
                if reply.json()["email"] == local.username
                else ServerAnswer.REFUSED
            )
    except (httpx.HTTPError, ValueError, LookupError, TypeError):
        return ServerAnswer.SILENT


def add_user(local: LocalServer, email: str, first_name: str, last_name: str) -> str:
    """
    The API token of a user in our organisation, who is made unless the address has an account.

    The user's password is made from ours and the address, so that there is no second file of
    secrets to lose. Raises StudioError where the account has another password, or the address is
    none.
    """
    email = email.lower()
    password = hmac.new(local.password.encode(), email.encode(), hashlib.sha256).hexdigest()
    with _session(local) as client:
        if not _sign_in(client, email, password):
            _sign_up(local, client, email, password)
        token = str(_checked(client.get("/api/current-user/token")).json()["token"])
    # A new session: the cookies of a session count for more than a token.
    with _session(local) as client:
        headers = _authorization(token)
        user = _checked(client.get("/api/current-user/whoami", headers=headers)).json()["id"]
        names = {"first_name": first_name, "last_name": last_name}
        _checked(client.patch(f"/api/users/{user}/", json=names, headers=headers))
    return token


def reset_login(environment: Path, settings: dict[str, str], log: Path) -> None:
    """Give the account in the stopped server's data the password and token of *settings*; StudioError where it fails."""
    command = [str(environment_python(environment)), "-I", "-c", _RESET_LOGIN]
    with open_log(log) as stream:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
            env=settings,
            umask=0o077,
            check=False,
        )
    if done.returncode:
        raise StudioError(
            f"Label Studio's login could not be set anew: {last_error(log)}",
            hint=f"look into {log}; the annotations are safe in the folder data beside the log",
        )


# Runs in Label Studio's environment. The secrets are environment variables, since everybody on the
# machine can read a command line.
_RESET_LOGIN = """
import os, sys
from pathlib import Path
import label_studio
sys.path.insert(0, str(Path(label_studio.__file__).parent))
os.environ["DJANGO_SETTINGS_MODULE"] = "label_studio.core.settings.label_studio"
import django
django.setup()
from rest_framework.authtoken.models import Token
from users.models import User
user = User.objects.get(email=os.environ["LABEL_STUDIO_USERNAME"])
user.set_password(os.environ["LABEL_STUDIO_PASSWORD"])
user.is_active = True
user.save()
Token.objects.filter(user=user).delete()
Token.objects.create(user=user, key=os.environ["LABEL_STUDIO_USER_TOKEN"])
keys = user.active_organization.jwt
keys.legacy_api_tokens_enabled = True
keys.save()
"""


def _sign_in(client: httpx.Client, email: str, password: str) -> bool:
    reply = _post_form(client, "/user/login/", {"email": email, "password": password})
    return reply.is_redirect


def _sign_up(local: LocalServer, client: httpx.Client, email: str, password: str) -> None:
    """Sign up by our organisation's invitation: a user made through the API belongs to none."""
    with _session(local) as admin:
        reply = _checked(admin.get("/api/invite", headers=_authorization(local.token)))
        invitation = reply.json()["invite_url"]
    reply = _post_form(client, invitation, {"email": email, "password": password})
    if reply.is_redirect:
        return
    if "already exists" in reply.text:
        raise StudioError(
            f"{email} is an account in Label Studio already, with a password of its own",
            hint="take another address",
        )
    raise StudioError(
        f"Label Studio would not make an account for {email}",
        hint="check that it is a valid e-mail address",
    )


def _post_form(client: httpx.Client, path: str, fields: dict[str, str]) -> httpx.Response:
    _checked(client.get(path))
    csrf_token = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    return _checked(client.post(path, data=fields | csrf_token))


@contextmanager
def _session(local: LocalServer) -> Iterator[httpx.Client]:
    """A client with cookies of its own; StudioError for whatever fails."""
    try:
        with _client(local, timeout=ANSWER_SECONDS) as client:
            yield client
    except (httpx.HTTPError, ValueError, LookupError) as error:
        raise StudioError(
            f"Label Studio at {local.url} didn't answer as it should ({type(error).__name__})",
            hint="type: curate up",
        ) from None


def _client(local: LocalServer, *, timeout: float) -> httpx.Client:
    # A proxy that is set for other servers can't reach this machine.
    return httpx.Client(base_url=local.url, timeout=timeout, trust_env=False)


def _authorization(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}


def _checked(reply: httpx.Response) -> httpx.Response:
    if reply.is_error:
        request = reply.request
        raise StudioError(
            f"Label Studio answered {reply.status_code} to {request.method} {request.url.path}",
            hint="type: curate down, then: curate up",
        )
    return reply
