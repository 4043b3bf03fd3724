"""The twin in memory keeps the contract."""

import pytest
from adjudicated_project import TwinHands
from labelstudio.contract import *  # noqa: F403

from curation.labelstudio.server.twin import MemoryStudio


@pytest.fixture
def studio():
    return MemoryStudio()


@pytest.fixture
def hands():
    return TwinHands(MemoryStudio())
