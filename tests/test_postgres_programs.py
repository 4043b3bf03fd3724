"""Which PostgreSQL is taken, and what is tried where there is none."""

import pytest
from postgres import find_programs


@pytest.fixture
def path(tmp_path, monkeypatch):
    """A folder that is all of PATH; put programs into it."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    return folder


def program(file):
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("#!/bin/sh\n")
    file.chmod(0o755)
    return file


def nothing(command):
    raise AssertionError(f"nothing is to be installed: {command}")


def test_the_newest_that_debian_has_is_taken(tmp_path, path):
    debian = tmp_path / "postgresql"
    for version in ("9.6", "15", "17"):
        program(debian / version / "bin" / "initdb")

    assert find_programs(run=nothing, root=True, debian=debian) == debian / "17" / "bin"


def test_what_is_on_the_path_is_taken_where_debian_has_none(tmp_path, path):
    initdb = program(path / "initdb")

    assert find_programs(run=nothing, root=True, debian=tmp_path / "none") == initdb.parent


def test_root_installs_it_where_there_is_none(tmp_path, path):
    debian = tmp_path / "postgresql"
    program(path / "apt-get")
    said = []

    def apt(command):
        said.append(command)
        if "install" in command:
            program(debian / "15" / "bin" / "initdb")
        return True

    assert find_programs(run=apt, root=True, debian=debian) == debian / "15" / "bin"
    assert [command[1] for command in said] == ["update", "install"]
    assert said[-1][-1] == "postgresql"


@pytest.mark.parametrize("root", [False, True], ids=["no root", "apt fails"])
def test_where_there_is_none_to_be_had_the_command_is_told(tmp_path, path, root):
    program(path / "apt-get")

    with pytest.raises(RuntimeError, match="type: apt-get install postgresql"):
        find_programs(run=lambda command: False, root=root, debian=tmp_path / "none")
