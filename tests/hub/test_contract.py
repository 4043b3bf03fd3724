"""The twin in memory keeps the Hub's contract."""

import pytest
from hub.contract import *  # noqa: F403

from curation.hub.twin import MemoryHub


@pytest.fixture
def hub():
    return MemoryHub()
