"""Whom the machine trusts is trusted, and besides them whom SSL_CERT_FILE and SSL_CERT_DIR name."""

import os
import shutil
import ssl
import subprocess
from contextlib import suppress

import pytest
import trustme
from serving import without_proxies

from curation.certificates import certificate_mistake, trusted_certificates
from curation.errors import StudioError


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    without_proxies(monkeypatch)
    return monkeypatch


def authority(folder):
    """An authority, and the file with its certificate in a new *folder*."""
    folder.mkdir()
    made = trustme.CA()
    made.cert_pem.write_to_path(str(folder / "ca.pem"))
    return made, folder / "ca.pem"


def is_trusted(made):
    """Whether a handshake with a server whose certificate this authority signed succeeds."""
    own = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    made.issue_cert("example.org").configure_cert(own)
    here, there = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = trusted_certificates(StudioError).wrap_bio(
        here, there, server_hostname="example.org"
    )
    server = own.wrap_bio(there, here, server_side=True)
    try:
        for _ in range(4):
            for side in (client, server):
                with suppress(ssl.SSLWantReadError):
                    side.do_handshake()
    except ssl.SSLCertVerificationError:
        return False
    return True


def machine_trusts(monkeypatch, file="/nowhere", folder="/nowhere"):
    paths = ssl.get_default_verify_paths()._replace(
        openssl_cafile=str(file), openssl_capath=str(folder)
    )
    monkeypatch.setattr(ssl, "get_default_verify_paths", lambda: paths)


def test_whom_the_machine_trusts_stays_trusted_beside_a_file(plain_environment, tmp_path):
    """Also where the machine has only a file: OpenSSL by itself would read SSL_CERT_FILE in its place."""
    ours, file = authority(tmp_path / "ours")
    machines, bundle = authority(tmp_path / "machine")
    machine_trusts(plain_environment, file=bundle)
    plain_environment.setenv("SSL_CERT_FILE", str(file))

    assert is_trusted(ours)
    assert is_trusted(machines)
    assert not is_trusted(trustme.CA())


def test_a_machine_without_certificates_of_its_own_is_no_mistake(plain_environment, tmp_path):
    broken = tmp_path / "bundle.pem"
    broken.write_text("MII…")
    machine_trusts(plain_environment, file=broken)

    assert trusted_certificates(StudioError).get_ca_certs()


def test_each_folder_of_several_is_searched(plain_environment, tmp_path):
    """One that isn't there does no harm, as with OpenSSL."""
    assert shutil.which("openssl"), "install openssl: it names the files by their hashes"
    both = [authority(tmp_path / name) for name in ("a", "b")]
    folders = [file.parent for _, file in both]
    for folder in folders:
        subprocess.run(["openssl", "rehash", folder], check=True)
    given = os.pathsep.join(map(str, [*folders, tmp_path / "none"]))
    plain_environment.setenv("SSL_CERT_DIR", given)

    assert all(is_trusted(made) for made, _ in both)


def test_folders_in_which_no_certificate_can_be_found_are_told(plain_environment, tmp_path):
    """Certificates in a folder are found by the hash in the file's name alone."""
    _, file = authority(tmp_path / "plain")
    for folder in (file.parent, tmp_path):
        plain_environment.setenv("SSL_CERT_DIR", str(folder))

        with pytest.raises(StudioError, match="holds no certificate") as caught:
            trusted_certificates(StudioError)

        assert str(caught.value).startswith(f"SSL_CERT_DIR is {folder}, ")
        assert f"openssl rehash {folder}" in caught.value.hint


def unusable_file(monkeypatch, path):
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    with pytest.raises(StudioError) as caught:
        trusted_certificates(StudioError)
    return caught.value


def test_a_folder_in_place_of_a_file_is_told_with_its_variable(plain_environment, tmp_path):
    error = unusable_file(plain_environment, tmp_path)

    assert str(error) == f"SSL_CERT_FILE is {tmp_path}, a folder"
    assert error.hint == f"unset SSL_CERT_FILE; export SSL_CERT_DIR={tmp_path}"


def test_a_certificate_in_der_is_told_with_how_it_becomes_pem(plain_environment, tmp_path):
    assert shutil.which("openssl"), "install openssl: the hint is typed"
    made, pem = authority(tmp_path / "ours")
    der = tmp_path / "ca.cer"
    der.write_bytes(ssl.PEM_cert_to_DER_cert(pem.read_text()))

    error = unusable_file(plain_environment, der)

    assert str(error) == f"SSL_CERT_FILE is {der}, which is in DER, not in PEM"
    command, _, then = error.hint.partition(" && ")
    subprocess.run(command.split(), check=True)
    assert then == f"export SSL_CERT_FILE={der}.pem"
    plain_environment.setenv("SSL_CERT_FILE", f"{der}.pem")
    assert is_trusted(made)


def mistake(code, words, parties=None):
    """What is told of a certificate of which OpenSSL finds this."""
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_code = code
    error.verify_message = words
    return certificate_mistake(error, StudioError, parties or {"https://a.org": "A_URL"})


@pytest.mark.parametrize(
    ("code", "words", "said"),
    [
        (18, "self-signed certificate", "is signed by nobody whom this machine trusts: self-s"),
        (20, "unable to get local issuer", "is signed by nobody whom this machine trusts: una"),
        (23, "certificate revoked", "isn't accepted: certificate revoked"),
        (66, "EE certificate key too weak", "isn't accepted: EE certificate key too weak"),
        (85, "Missing Authority Key Identifier", "isn't accepted: Missing Authority Key Ide"),
        (10, "certificate has expired", "has expired, or that of whoever signed it"),
    ],
)
def test_what_is_wrong_with_a_certificate_is_said_of_it(plain_environment, code, words, said):
    error = mistake(code, words)

    assert str(error).startswith(f"the certificate of https://a.org {said}")
    assert ("SSL_CERT_FILE" in error.hint) == (code in (18, 20))


def test_a_name_that_a_certificate_lacks_is_the_servers_or_the_proxys(plain_environment):
    parties = {"https://a.org": "A_URL", "the proxy https://p.org:1": "HTTPS_PROXY"}
    for host, party, variable in (
        ("a.org:443", "https://a.org", "A_URL"),
        ("p.org:1", "the proxy https://p.org:1", "HTTPS_PROXY"),
    ):
        name = host.partition(":")[0]
        words = f"Hostname mismatch, certificate is not valid for '{name}'."
        error = mistake(62, words, parties)

        assert str(error) == f"the certificate of {party} isn't for {name}"
        assert f"set {variable} to" in error.hint
        assert f"-connect {host} " in error.hint


def test_the_certificate_of_a_server_in_place_of_its_signers_is_told(
    plain_environment, tmp_path
):
    made, file = authority(tmp_path / "ours")
    own = tmp_path / "own.pem"
    made.issue_cert("example.org").cert_chain_pems[0].write_to_path(str(own))

    for path, said in (
        (own, "holds a server's own certificate, not its signer's"),
        (file, "nor by whom SSL_CERT_FILE names"),
    ):
        plain_environment.setenv("SSL_CERT_FILE", str(path))
        assert said in str(mistake(20, "unable to get local issuer certificate"))
