"""Whose certificates are trusted on the way to a server, and what is wrong with one that isn't."""

import os
import ssl
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

_PEM = "a file with certificates begins with: -----BEGIN CERTIFICATE-----"


def trusted_certificates(kind: type[CurateError]) -> ssl.SSLContext:
    """
    The certificates that come with httpx, those of this machine, and those that SSL_CERT_FILE and SSL_CERT_DIR name.

    Raises an error of this *kind* where one of the two names nothing that holds a certificate.
    httpx by itself would trust nobody but whom they name: a team's own authority, say, and then
    not the Hugging Face Hub.
    """
    context = httpx.create_ssl_context(trust_env=False)
    context.load_default_certs()
    for variable in (FILE, FOLDER):
        if given := os.environ.get(variable):
            _trust_also(context, variable, Path(given), kind)
    return context


def _trust_also(
    context: ssl.SSLContext, variable: str, path: Path, kind: type[CurateError]
) -> None:
    is_file = variable == FILE
    what = "file" if is_file else "folder"
    if not (path.is_file() if is_file else path.is_dir()):
        raise kind(
            f"{variable} is {path}, and no {what} is there", hint=f"set {variable}, or unset it"
        )
    try:
        if is_file:
            context.load_verify_locations(cafile=path)
        else:
            context.load_verify_locations(capath=path)
    except (OSError, ssl.SSLError) as error:
        why = "can't be read" if isinstance(error, PermissionError) else "holds no certificate"
        raise kind(f"{variable} is {path}, which {why}", hint=_PEM) from None


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
