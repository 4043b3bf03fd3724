"""Whom the machine trusts is trusted, and besides them whom SSL_CERT_FILE and SSL_CERT_DIR name."""

import os
import shutil
import ssl
import subprocess
from contextlib import suppress

import pytest
import trustme
from serving import without_proxies

from curation.certificates import trusted_certificates
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
