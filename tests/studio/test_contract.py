"""The twin in memory keeps the contract."""

import pytest
from studio.contract import *  # noqa: F403

from curation.studio.memory import MemoryStudio


@pytest.fixture
def studio():
    return MemoryStudio()
