"""What goes wrong on the way to the Hub is told as what it is."""

import pytest
from serving import serving, without_proxies

from curation.errors import HubConnectionLost, HubError
from curation.hub.client import HubClient


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch):
    without_proxies(monkeypatch)
    return monkeypatch


@pytest.mark.parametrize(
    ("variable", "given"),
    [
        ("HTTPS_PROXY", "http://user:pa55/word@proxy.example.org:3128"),
        ("HTTPS_PROXY", "socks9://proxy.example.org:3128"),
    ],
)
def test_proxies_that_cannot_be_used_are_named_and_no_password_shown(
    plain_environment, variable, given
):
    plain_environment.setenv(variable, given)

    with pytest.raises(HubError) as caught:
        HubClient("https://hub.example.org", "").repository("a/b")

    assert type(caught.value) is HubError
    assert variable in str(caught.value)
    assert "pa55" not in str(caught.value) + caught.value.hint


def test_a_connection_that_is_cut_before_it_is_encrypted_may_work_later():
    with (
        serving(lambda _: (200, b"{}"), cuts=99) as (address, calls),
        pytest.raises(HubConnectionLost),
    ):
        HubClient(f"https://{address}", "").repository("a/b")

    assert calls
