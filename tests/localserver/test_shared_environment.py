"""All folders of a user share one installation of Label Studio, unless a folder has one of its own."""

from pathlib import Path

import pytest

from curation.localserver.install import LABEL_STUDIO_VERSION, shared_environment
from curation.workspace import Workspace


def installed_for(folder: Path) -> Path:
    return Workspace(folder / "gold", folder / ".curate").server_environment


def test_two_folders_share_what_is_in_the_folder_for_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    one, other = (installed_for(tmp_path / name) for name in ("a", "b"))

    assert one == other
    assert one.parent == tmp_path / "data" / "curate"
    assert one.name.startswith(f"label-studio-{LABEL_STUDIO_VERSION}-")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("data", ["", "data"])
def test_without_a_folder_for_data_it_is_the_usual_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, data: str
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", data)
    monkeypatch.setenv("HOME", str(tmp_path))

    found = shared_environment()

    assert found
    assert found.parent == tmp_path / ".local" / "share" / "curate"


def test_what_a_folder_has_of_its_own_is_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    (tmp_path / ".curate" / "label-studio").mkdir(parents=True)

    assert installed_for(tmp_path) == tmp_path / ".curate" / "label-studio"


def test_where_nothing_can_be_written_the_folder_has_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "data").write_text("A file.")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data" / "x"))

    assert installed_for(tmp_path) == tmp_path / ".curate" / "label-studio"
