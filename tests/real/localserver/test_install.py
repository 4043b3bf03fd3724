"""
The environment of Label Studio: made, checked, mended.

pip really runs, but what it installs is a wheel of one empty module, from a folder.
"""

import zipfile
from pathlib import Path

import pytest

from curation.errors import CurateError, StudioError
from curation.files import lock
from curation.localserver.install import (
    LABEL_STUDIO_VERSION,
    environment_python,
    install,
    reason_to_install,
)


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that pip takes wheels from, and from nowhere else."""
    folder = tmp_path / "shelf"
    folder.mkdir()
    info = f"label_studio-{LABEL_STUDIO_VERSION}.dist-info"
    with zipfile.ZipFile(
        folder / f"label_studio-{LABEL_STUDIO_VERSION}-py3-none-any.whl", "w"
    ) as wheel:
        wheel.writestr("label_studio/__init__.py", "")
        wheel.writestr(
            f"{info}/METADATA",
            f"Metadata-Version: 2.1\nName: label-studio\nVersion: {LABEL_STUDIO_VERSION}\n",
        )
        wheel.writestr(
            f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
        )
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    return folder


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    return tmp_path / "my papers" / ".curate" / "label-studio"


@pytest.fixture
def pins(tmp_path: Path) -> Path:
    path = tmp_path / "pins.txt"
    path.write_text(f"label-studio=={LABEL_STUDIO_VERSION}\n")
    return path


def test_an_environment_is_made_once(shelf: Path, environment: Path, pins: Path) -> None:
    said: list[str] = []

    install(environment, say=said.append, pins=pins)
    once = len(said)
    install(environment, say=said.append, pins=pins)
    sentences = [line for line in said if not line.startswith("…")]  # signs of life, if slow

    assert reason_to_install(environment, pins) == ""
    assert once == len(said)
    assert len(sentences) == 2
    assert (environment.parent / ".gitignore").read_text() == "*\n"
    assert (environment.parent / "label-studio.log").stat().st_mode & 0o077 == 0
    assert (environment / "pyvenv.cfg").stat().st_mode & 0o077 == 0


@pytest.mark.long
def test_a_broken_environment_is_said_and_mended(
    shelf: Path, environment: Path, pins: Path
) -> None:
    """A set-up that was cut short, a Python that went, packages that changed."""
    environment.mkdir(parents=True)
    assert "was not finished" in reason_to_install(environment, pins)
    said: list[str] = []
    install(environment, say=said.append, pins=pins)
    assert reason_to_install(environment, pins) == ""

    environment_python(environment).unlink()
    environment_python(environment).symlink_to("/nowhere/python3")
    assert "no longer runs" in reason_to_install(environment, pins)
    install(environment, say=said.append, pins=pins)
    assert reason_to_install(environment, pins) == ""

    pins.write_text(f"label-studio=={LABEL_STUDIO_VERSION}\nsix==1.17.0\n")
    assert "have changed" in reason_to_install(environment, pins)
    install(environment, say=said.append, pins=pins)
    assert reason_to_install(environment, pins) == ""

    reasons = [line for line in said if line.startswith("setting up")]
    assert [reason.split(": ", 1)[1] for reason in reasons] == [
        f"the last set-up in {environment} was not finished",
        f"the Python in {environment} no longer runs",
        "the versions of the packages have changed",
    ]


def test_a_set_up_that_fails_is_a_sentence_and_counts_for_nothing(
    shelf: Path, environment: Path, pins: Path
) -> None:
    pins.write_text("label-studio==0.0.1\n")

    with pytest.raises(StudioError, match="could not be set up: ERROR") as caught:
        install(environment, say=print, pins=pins)

    assert str(environment.parent / "label-studio.log") in caught.value.hint
    assert "was not finished" in reason_to_install(environment, pins)


def test_two_at_once_don_t_get_in_each_others_way(environment: Path, pins: Path) -> None:
    with (
        lock(environment.with_name("label-studio.lock"), busy=""),
        pytest.raises(CurateError, match="another command sets up Label Studio"),
    ):
        install(environment, say=print, pins=pins)
