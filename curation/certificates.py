"""Whose certificates are trusted on the way to a server, and what is wrong with one that isn't."""

import os
import re
import shlex
import ssl
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TypeVar
from urllib.parse import urlsplit

import httpx

from curation.errors import CurateError

# Where people name the certificates of their own authority, as with OpenSSL and curl.
FILE = "SSL_CERT_FILE"
FOLDER = "SSL_CERT_DIR"

# OpenSSL's numbers of what it found (X509_V_ERR_…).
NOT_YET_VALID = 9
EXPIRED = 10
OTHER_NAME = 62
OTHER_ADDRESS = 64
SIGNED_BY_NOBODY = (2, 18, 19, 20, 21, 27)

# The names of the files in a folder by which OpenSSL finds them.
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+").fullmatch

_E = TypeVar("_E", bound=BaseException)

_PEM = "a file with certificates begins with: -----BEGIN CERTIFICATE-----"


def trusted_certificates(kind: type[CurateError]) -> ssl.SSLContext:
    """
    The certificates that come with httpx, those of this machine, and those that SSL_CERT_FILE and SSL_CERT_DIR name.

    Raises an error of this *kind* where one of the two names nothing in which a certificate can be
    found. OpenSSL and httpx by themselves would trust nobody but whom they name: a team's own
    authority, say, and then not the Hugging Face Hub.
    """
    context = httpx.create_ssl_context(trust_env=False)
    # Where OpenSSL looks unless the two variables say otherwise.
    machine = ssl.get_default_verify_paths()
    for file, folder in ((machine.openssl_cafile, None), (None, machine.openssl_capath)):
        with suppress(OSError):
            context.load_verify_locations(file, folder)
    if file := os.environ.get(FILE):
        _trust_file(context, Path(file), kind)
    if folders := os.environ.get(FOLDER):
        _trust_folders(context, folders, kind)
    return context


def _trust_file(context: ssl.SSLContext, path: Path, kind: type[CurateError]) -> None:
    if path.is_dir():
        what = f"{FILE} is {path}, a folder"
        raise kind(what, hint=f"unset {FILE}; export {FOLDER}={shlex.quote(str(path))}")
    if not path.is_file():
        raise _unusable(kind, FILE, f"{path}, and no file is there")
    try:
        context.load_verify_locations(cafile=path)
    except PermissionError:
        raise _unusable(kind, FILE, f"{path}, which can't be read") from None
    except OSError:  # as ssl.SSLError is
        if _is_der(path):
            name = shlex.quote(str(path))
            to_pem = f"openssl x509 -inform DER -in {name} -out {name}.pem"
            raise kind(
                f"{FILE} is {path}, which is in DER, not in PEM",
                hint=f"{to_pem} && export {FILE}={name}.pem",
            ) from None
        raise kind(f"{FILE} is {path}, which holds no certificate", hint=_PEM) from None


def _is_der(path: Path) -> bool:
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cadata=path.read_bytes())
    except (OSError, ValueError):
        return False
    return True


def _trust_folders(context: ssl.SSLContext, given: str, kind: type[CurateError]) -> None:
    """Trust whom one folder or several hold; OpenSSL looks into them when it needs a certificate."""
    folders = [Path(name) for name in given.split(os.pathsep) if name and Path(name).is_dir()]
    if not folders:
        raise _unusable(kind, FOLDER, f"{given}, and no folder is there")
    try:
        has_some = any(_HASHED(path.name) for folder in folders for path in folder.iterdir())
    except PermissionError:
        raise _unusable(kind, FOLDER, f"{given}, which can't be read") from None
    if not has_some:
        raise kind(
            f"{FOLDER} is {given}, which holds no certificate that OpenSSL finds",
            hint=f"name the files by their hashes: openssl rehash {folders[0]}",
        )
    for folder in folders:
        context.load_verify_locations(capath=folder)


def _unusable(kind: type[CurateError], variable: str, found: str) -> CurateError:
    return kind(f"{variable} is {found}", hint=f"set {variable}, or unset it")


def certificate_mistake(
    error: BaseException, kind: type[CurateError], parties: Mapping[str, str]
) -> CurateError | None:
    """
    What is wrong with the TLS of a server or of the proxy on the way, as an error of this *kind*.

    *parties* are those of both that speak TLS, by their names, which end in their addresses, each with
    the variable that names it. None where the *error* came from something else, as a connection that
    was cut, which may work later.
    """
    cause = cause_of(error, ssl.SSLError)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _untrusted(cause, kind, parties)
    # The classes of its own are those of cut connections.
    if type(cause) is ssl.SSLError:
        return kind(
            f"{' or '.join(parties)} doesn't speak HTTPS as it should: {cause.reason or cause}",
            hint="is the address right, or does it begin with http://? "
            f"set {' or '.join(parties.values())}",
        )
    return None


def cause_of(error: BaseException, kind: type[_E]) -> _E | None:
    """What the *error* came from, where that is of this *kind*."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, kind):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _untrusted(
    error: ssl.SSLCertVerificationError, kind: type[CurateError], parties: Mapping[str, str]
) -> CurateError:
    code = error.verify_code
    whose = " or of ".join(parties)
    first = next(iter(parties))
    if code in (NOT_YET_VALID, EXPIRED):
        # The error doesn't tell of which it is.
        when = "has expired" if code == EXPIRED else "isn't valid yet"
        return kind(
            f"the certificate of {whose} {when}, or that of whoever signed it",
            hint="whoever runs the server renews it; is this machine's clock right? date",
        )
    if code in (OTHER_NAME, OTHER_ADDRESS):
        words = error.verify_message
        party = next((one for one in parties if f"'{_host(one)}'" in words), first)
        return kind(
            f"the certificate of {party} isn't for {_host(party)}",
            hint=f"set {parties[party]} to a name that the certificate has: "
            f"{_shown(party)} -ext subjectAltName",
        )
    if code in SIGNED_BY_NOBODY:
        return kind(
            f"the certificate of {whose} is signed by nobody whom this machine trusts"
            f"{_nor_named()}: {error.verify_message}",
            hint=f"export {FILE}=/path/to/ca.pem, the certificate of whoever signed the server's",
        )
    return kind(
        f"the certificate of {whose} isn't accepted: {error.verify_message}",
        hint=f"whoever runs the server mends it; see: {_shown(first)} -text",
    )


def _nor_named() -> str:
    """That the file of one's own doesn't help, and why if it holds no authority."""
    path = os.environ.get(FILE)
    if not path:
        return ""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    with suppress(OSError):
        context.load_verify_locations(path)
        if not context.cert_store_stats()["x509_ca"]:
            return f"; {FILE} ({path}) holds a server's own certificate, not its signer's"
    return f", nor by whom {FILE} names ({path})"


def _host(party: str) -> str:
    return urlsplit(party.split()[-1]).hostname or ""


def _shown(party: str) -> str:
    """The command that shows the certificate."""
    port = urlsplit(party.split()[-1]).port or 443
    return f"openssl s_client -connect {_host(party)}:{port} </dev/null | openssl x509 -noout"
