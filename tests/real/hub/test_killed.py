"""The process is killed at any call to the Hub; the next run ends the work."""

import os
import signal
import subprocess
import sys

import pytest
from hub.publishing import FILES, NAME, WANTED, publish
from hub.stub import WRITER, stub_hub

from curation.hub.client import HubClient

PUBLISH = """
import sys
from hub.publishing import publish
from curation.hub.client import HubClient
publish(HubClient(*sys.argv[1:]))
"""
CALLS = 27
# Of make test, and not of make long alone: what uploads, commits and tags.
COMMIT, TAG = 17, 22


@pytest.mark.parametrize("half", ["before", "after"])
@pytest.mark.parametrize(
    "at",
    [
        pytest.param(at, marks=() if at in (COMMIT, TAG) else pytest.mark.long)
        for at in range(CALLS)
    ],
)
def test_the_next_run_ends_what_was_killed_at_any_call(at, half):
    path = os.pathsep.join(filter(None, sys.path))
    with stub_hub() as server:
        run = [sys.executable, "-c", PUBLISH, server.url, WRITER]
        with subprocess.Popen(run, env=os.environ | {"PYTHONPATH": path}) as process:

            def kill(number):
                if number == at:
                    process.kill()
                    process.wait()

            setattr(server, half, kill)
            died = process.wait()
            setattr(server, half, lambda number: None)
        server.order()

        publish(HubClient(server.url, WRITER))

        stored = server.repositories[NAME]
        assert died == -signal.SIGKILL
        assert stored.messages == ["initial commit", "Publish 1.0.0"]
        assert stored.commits[stored.tags[WANTED.tag]].items() >= FILES.items()
