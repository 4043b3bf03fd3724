"""An address is published where everybody reaches its host, and nobody's login is in it."""

import pytest

from curation.gold.public_address import is_private_address


@pytest.mark.parametrize(
    "address",
    [
        "https://user:pw@10.0.0.5/a",
        "https://user:pw@example.org/a",
        "https://token@example.org/a",
        "http://localhost/a",
        "HTTP://LOCALHOST:8080",
        "http://10.0.0.5/a",
        "http://192.168.1.7:8000/a",
        "http://127.1/a",
        "http://0x7f.0.0.1/a",
        "http://2130706433/a",
        "http://169.254.169.254/latest",
        "http://[::1]/a",
        "http://[fe80::1%25eth0]/a",
        "http://[::ffff:10.0.0.5]/a",
        "http://[broken/a",
        "http://１０.0.0.5/a",
        "http://10。0。0。5/a",
        "http:10.0.0.5/a",
        "http:\\\\10.0.0.5\\a",
        "http://example.org\\@10.0.0.5/a",
        "http://wiki/a",
        "http://wiki./a",
        "http://cms.internal/a",
        "http://nas.home.arpa/a",
        "http://printer.local./a",
        "http:///a",
        "ftp://10.0.0.5/a",
        "ftp://user:pw@example.org/a",
        "file:///home/ada/a.txt",
        "FILE:/home/ada/a.txt",
        "/home/ada/a.txt",
        "~/a.txt",
        "C:\\Users\\ada\\a.txt",
        "\\\\server\\share\\a.txt",
        "10.0.0.5/a",
        "10.0.0.5:8000/a",
        "localhost:8000/a",
        "user:pw@example.org/a",
        "mailto:ada@example.org",
        "  http://localhost/a",
        "https://archive.example/2026/https://user:pw@example.org/a",
    ],
)
def test_an_address_that_leads_into_somebodys_house_is_private(address):
    assert is_private_address(address)


@pytest.mark.parametrize(
    "address",
    [
        "https://en.wikinews.org/wiki/A",
        "http://example.org:8080/a?who=ada@example.org#b",
        "https://example.org/@ada/1",
        "https://EXAMPLE.org./a",
        "https://xn--bcher-kva.example/a",
        "https://bücher.example/a",
        "http://93.184.215.14/a",
        "http://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/a",
        "https://localhost.example.org/a",
        "https://local.news/a",
        "ftp://example.org/a",
        "example.org/a",
        "example.org:8080/a",
        "doi:10.1000/182",
        "urn:newsml:example.org:2026:1",
        "The Gazette, page 4",
        "See https://example.org/a",
        "",
    ],
)
def test_an_address_that_everybody_may_see_is_not(address):
    assert not is_private_address(address)
