"""What the tests of flows share."""

import pytest

from curation.workspace import Workspace


@pytest.fixture
def place(tmp_path):
    """An empty folder to work in."""
    return Workspace(tmp_path / "gold", tmp_path / ".curate")
