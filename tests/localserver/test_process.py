"""A process of ours is found by its mark alone, and is stopped with its children."""

import os
import socket
import subprocess
import sys
import time
from contextlib import suppress

import psutil
import pytest

from curation.localserver import process as server_process
from curation.localserver.process import NO_PROCESS, ServerProcess, find_process, process_mark

PARENT = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
print(child.pid, flush=True)
time.sleep(600)
"""

# Starts a process and never asks how it ended.
CARELESS = """
import subprocess, sys, time
child = subprocess.Popen(sys.argv[1:], start_new_session=True)
print(child.pid, flush=True)
time.sleep(600)
"""


def command(mark, code="import time; time.sleep(600)"):
    return [sys.executable, "-X", mark, "-c", code, "--port", "8081", "--last"]


@pytest.fixture
def mark(tmp_path):
    return process_mark(tmp_path)


@pytest.fixture
def started(mark):
    with subprocess.Popen(
        command(mark, PARENT), start_new_session=True, stdout=subprocess.PIPE, text=True
    ) as process:
        child = int(process.stdout.readline())
        yield process, child
        for pid in (process.pid, child):
            with suppress(ProcessLookupError):
                os.kill(pid, 9)


def test_it_is_found_by_its_mark_wherever_its_folder_is_moved_to(started, mark, tmp_path):
    process, _ = started
    moved = tmp_path.rename(tmp_path.with_name("moved"))

    assert find_process(process_mark(moved)) == ServerProcess(process.pid, mark)
    moved.rename(tmp_path)


def test_another_process_of_the_same_number_is_not_it(started, mark):
    process, _ = started

    assert ServerProcess(process.pid, mark).is_alive
    assert not ServerProcess(process.pid, f"{mark}0").is_alive
    assert not ServerProcess(os.getpid(), mark).is_alive
    ServerProcess(process.pid, f"{mark}0").stop()
    assert process.poll() is None


def test_a_process_of_ours_that_leads_no_group_is_not_it(mark):
    with subprocess.Popen(command(mark)) as process:
        found = find_process(mark)
        process.kill()

    assert found == NO_PROCESS


def test_an_option_is_what_follows_its_name(started, mark):
    process, _ = started
    server = ServerProcess(process.pid, mark)

    assert (server.option("port"), server.option("last"), server.option("host")) == (
        "8081",
        "",
        "",
    )
    assert NO_PROCESS.option("port") == ""


def test_a_port_is_its_own_if_it_listens_there_and_not_another(mark):
    code = (
        "import socket, time; s = socket.create_server(('127.0.0.1', 0)); "
        "print(s.getsockname()[1], flush=True); time.sleep(600)"
    )
    with (
        socket.create_server(("127.0.0.1", 0)) as other,
        subprocess.Popen(
            command(mark, code), start_new_session=True, stdout=subprocess.PIPE, text=True
        ) as process,
    ):
        port = int(process.stdout.readline())
        server = ServerProcess(process.pid, mark)
        found = server.listens_at(port), server.listens_at(other.getsockname()[1])
        server.stop()

    assert found == (True, False)
    assert not server.listens_at(port)


def test_its_children_are_stopped_with_it(started, mark):
    process, child = started

    ServerProcess(process.pid, mark).stop()

    until = time.monotonic() + 600
    while psutil.pid_exists(child) and time.monotonic() < until:
        if psutil.Process(child).status() == psutil.STATUS_ZOMBIE:
            break
        time.sleep(0.05)
    assert not psutil.pid_exists(process.pid), "a child of ours is cleared away"
    assert not psutil.pid_exists(child) or (
        psutil.Process(child).status() == psutil.STATUS_ZOMBIE
    )


def test_one_whose_parent_never_asks_how_it_ended_counts_as_stopped(mark, monkeypatch):
    monkeypatch.setattr(server_process, "STOP_SECONDS", 600.0)
    parent = subprocess.Popen(
        [sys.executable, "-c", CARELESS, *command(mark)], stdout=subprocess.PIPE, text=True
    )
    server = ServerProcess(int(parent.stdout.readline()), mark)
    while not server.is_alive:
        time.sleep(0.05)
    begun = time.monotonic()

    server.stop()

    assert not server.is_alive
    # A process has no command line any more a moment before it is a zombie.
    while psutil.Process(server.pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() - begun < 60
        time.sleep(0.01)
    assert find_process(mark) == NO_PROCESS
    parent.kill()
    parent.communicate()
