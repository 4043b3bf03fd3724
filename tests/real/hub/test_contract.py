"""The real client keeps the Hub's contract, with a server that speaks the Hub's protocol."""

import pytest
from hub.contract import *  # noqa: F403
from hub.stub import WRITER, stub_hub

from curation.hub.client import HubClient


@pytest.fixture(scope="module")
def server():
    with stub_hub() as server:
        server.page = 3
        yield server


@pytest.fixture
def hub(server):
    server.repositories.clear()
    server.objects.clear()
    return HubClient(server.url, WRITER)
