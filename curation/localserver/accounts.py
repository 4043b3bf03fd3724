"""The local Label Studio's accounts: whose login works, further users, a login that was lost."""

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
from curation.localserver.install import environment_python, last_error

ANSWER_SECONDS = 30.0  # seconds for one answer: a big import makes everybody wait


@dataclass(frozen=True, slots=True)
class LocalServer:
    """A Label Studio on this machine, and how to get in."""

    url: str
    username: str
    password: str = field(repr=False)
    token: str = field(repr=False)
    pid: int
    port: int


class ServerAnswer(Enum):
    """What a server makes of our token."""

    OURS = "it knows us"
    REFUSED = "it is up, but our token means nothing to it"
    SILENT = "nothing useful came back"


def ask_server(local: LocalServer, *, patience: float = ANSWER_SECONDS) -> ServerAnswer:
    """Whether the server behind *local* is up, and whether it is ours."""
    try:
        with _client(local, timeout=patience) as client:
            health = client.get("/health")
            if health.status_code != httpx.codes.OK:
                return ServerAnswer.SILENT
            reply = client.get("/api/current-user/whoami", headers=_key(local.token))
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
    The API token of a user of this name in the same organisation.

    Asked again, the same user's token. The account's password is made from
    ours and the address, so that there is no second file of secrets to lose.
    """
    email = email.lower()
    secret = hmac.new(local.password.encode(), email.encode(), hashlib.sha256).hexdigest()
    with _talk(local) as client:
        if not _sign_in(client, email, secret):
            _sign_up(local, client, email, secret)
        token = str(_good(client.get("/api/current-user/token")).json()["token"])
    with _talk(local) as client:  # anew, for a session's cookies win over a token
        me = _good(client.get("/api/current-user/whoami", headers=_key(token))).json()["id"]
        names = {"first_name": first_name, "last_name": last_name}
        _good(client.patch(f"/api/users/{me}/", json=names, headers=_key(token)))
    return token


def reset_login(environment: Path, settings: dict[str, str], log: Path) -> None:
    """Give the account in the server's data the password and token of *settings*."""
    command = [str(environment_python(environment)), "-I", "-c", _RESET]
    with log.open("ab") as stream:
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
            f"Label Studio's login could not be set again: {last_error(log)}",
            hint=f"look into {log}; the annotations are safe beside it",
        )


# Runs inside Label Studio's environment, with what it needs in its environment
# variables: a command line can be read by everybody on the machine.
_RESET = """
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


def _sign_in(client: httpx.Client, email: str, secret: str) -> bool:
    reply = _post_form(client, "/user/login/", {"email": email, "password": secret})
    return reply.is_redirect


def _sign_up(local: LocalServer, client: httpx.Client, email: str, secret: str) -> None:
    """By the organisation's invitation: a user made through the API belongs to none."""
    with _talk(local) as admin:
        invite = _good(admin.get("/api/invite", headers=_key(local.token))).json()["invite_url"]
    reply = _post_form(client, invite, {"email": email, "password": secret})
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
    _good(client.get(path))
    stamp = {"csrfmiddlewaretoken": client.cookies["csrftoken"]}
    return _good(client.post(path, data=fields | stamp))


@contextmanager
def _talk(local: LocalServer) -> Iterator[httpx.Client]:
    """A client whose faults are sentences."""
    try:
        with _client(local, timeout=ANSWER_SECONDS) as client:
            yield client
    except (httpx.HTTPError, ValueError, LookupError) as error:
        raise StudioError(
            f"Label Studio at {local.url} didn't answer as it should ({type(error).__name__})",
            hint="type: curate up",
        ) from None


def _client(local: LocalServer, *, timeout: float) -> httpx.Client:
    # Proxies are for the world outside.
    return httpx.Client(base_url=local.url, timeout=timeout, trust_env=False)


def _key(token: str) -> dict[str, str]:
    return {"Authorization": f"Token {token}"}


def _good(reply: httpx.Response) -> httpx.Response:
    if reply.is_error:
        request = reply.request
        raise StudioError(
            f"Label Studio answered {reply.status_code} to {request.method} {request.url.path}",
            hint="type: curate down, then: curate up",
        )
    return reply
