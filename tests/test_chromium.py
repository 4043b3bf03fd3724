"""Which browser is taken, and what is tried where there is none."""

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser.chromium import executables, launch
from playwright.sync_api import Error


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A folder that is all of PATH; put programs into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(file):
    file.parent.mkdir(exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


class Shell:
    """Remembers what it was told to run, and puts there what that would."""

    def __init__(self, **makes):
        self.makes = makes
        self.told = []

    def __call__(self, command):
        said = " ".join(command[-3:])
        self.told.append(said)
        made = [program(file) for word, file in self.makes.items() if word in said]
        return bool(made)


def found(own, shell, *, root=False, apps=()):
    return list(executables(own, run=shell, root=root, apps=apps))


def test_what_is_there_is_taken_before_anything_is_fetched(path, tmp_path):
    chrome, chromium = program(path / "google-chrome"), program(path / "chromium")
    app = program(tmp_path / "app" / "Google Chrome")
    shell = Shell()

    choices = executables(tmp_path / "own", run=shell, root=True, apps=[app])

    assert [next(choices) for _ in range(3)] == [chromium, chrome, app]
    assert shell.told == []


def test_then_playwrights_download_that_is_there(path, tmp_path):
    own, shell = program(tmp_path / "own" / "chrome"), Shell()

    assert found(own, shell) == [own]
    assert shell.told == []


def test_then_playwright_is_asked_to_download_one(path, tmp_path):
    own = tmp_path / "own" / "chrome"
    shell = Shell(playwright=own)

    assert found(own, shell) == [own]
    assert shell.told == ["playwright install chromium"]


def test_then_debians_package_where_we_may(path, tmp_path):
    program(path / "apt-get")
    shell = Shell(apt=path / "nothing", chromium=path / "chromium")
    own = tmp_path / "own" / "chrome"

    assert found(own, shell, root=False) == []
    assert Path(path / "chromium") in found(own, shell, root=True)


def test_where_there_is_none_to_be_had_there_is_none(path, tmp_path):
    assert found(tmp_path / "own", Shell(), root=True) == []


@dataclass
class Driver:
    """As much of Playwright as a launch needs: its own download isn't there, and nothing starts."""

    executable_path: str

    @property
    def chromium(self):
        return self

    def launch(self, *, executable_path, **_):
        raise Error(f"{executable_path.name} is no browser\nand more")


@pytest.mark.parametrize("broken", [False, True], ids=["none", "one that does not start"])
def test_in_the_end_there_is_one_command_to_type(path, tmp_path, broken):
    if broken:
        program(path / "chromium")

    with pytest.raises(RuntimeError) as caught:
        launch(Driver(str(tmp_path / "own" / "chrome")), run=Shell(), apps=())

    *before, last = str(caught.value).splitlines()
    said = f"{path / 'chromium'} doesn't start: chromium is no browser"
    assert before == ([said] if broken else [])
    assert last.endswith(f"type: {sys.executable} -m playwright install --with-deps chromium")
