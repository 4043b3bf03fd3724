"""The twin in memory keeps the contract."""

import pytest
from labelstudio.contract import *  # noqa: F403

from curation.labelstudio.twin import MemoryStudio


@pytest.fixture
def studio():
    return MemoryStudio()
