"""Whose certificates are trusted on the way to a server, and what is wrong with one that isn't."""

import os
import re
import ssl
from contextlib import suppress
from pathlib import Path
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

# The names of the files in a folder by which OpenSSL finds them.
_HASHED = re.compile(r"[0-9a-f]{8}\.[0-9]+").fullmatch

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
    if not path.is_file():
        raise _unusable(kind, FILE, f"{path}, and no file is there")
    try:
        context.load_verify_locations(cafile=path)
    except PermissionError:
        raise _unusable(kind, FILE, f"{path}, which can't be read") from None
    except OSError:  # as ssl.SSLError is
        raise kind(f"{FILE} is {path}, which holds no certificate", hint=_PEM) from None


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
    url: str, error: BaseException, kind: type[CurateError], variable: str
) -> CurateError | None:
    """
    What is wrong with the TLS of the server at *url*, which *variable* names, as an error of this *kind*.

    None where the *error* came from something else, as a connection that was cut, which may work later.
    """
    cause = tls_error(error)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _untrusted(url, cause, kind, variable)
    # The classes of its own are those of cut connections.
    if type(cause) is ssl.SSLError:
        return kind(
            f"{url} doesn't speak HTTPS as it should: {cause.reason or cause}",
            hint=f"is the address right, or does it begin with http://? set {variable}",
        )
    return None


def tls_error(error: BaseException) -> ssl.SSLError | None:
    """What the *error* came from, where that is TLS."""
    cause: BaseException | None = error
    while cause:
        if isinstance(cause, ssl.SSLError):
            return cause
        cause = cause.__cause__ or cause.__context__
    return None


def _untrusted(
    url: str, error: ssl.SSLCertVerificationError, kind: type[CurateError], variable: str
) -> CurateError:
    parts = urlsplit(url)
    if error.verify_code in (NOT_YET_VALID, EXPIRED):
        when = "has expired" if error.verify_code == EXPIRED else "isn't valid yet"
        return kind(
            f"the certificate of {url} {when}",
            hint="whoever runs the server renews it; is this machine's clock right? date",
        )
    if error.verify_code in (OTHER_NAME, OTHER_ADDRESS):
        return kind(
            f"the certificate of {url} isn't for {parts.hostname}",
            hint=f"set {variable} to a name that the certificate has: openssl s_client "
            f"-connect {parts.hostname}:{parts.port or 443} </dev/null "
            "| openssl x509 -noout -ext subjectAltName",
        )
    path = os.environ.get(FILE)
    nor = f", nor by whom {FILE} names ({path})" if path else ""
    return kind(
        f"the certificate of {url} is signed by nobody whom this machine trusts{nor}: "
        f"{error.verify_message}",
        hint=f"export {FILE}=/path/to/ca.pem, the certificate of whoever signed the server's",
    )
