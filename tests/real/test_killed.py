"""Killed at any point and run again, a command ends where it would have ended undisturbed."""

import pickle
import re
import shutil
import uuid
from functools import partial

import killing
import pytest

from curation.labelstudio.server.client import HttpStudio
from curation.labelstudio.server.twin import MemoryStudio

LIVES = {
    "push into nothing": ([], killing.push_first),
    "replace suggestions": (
        [killing.push_first, killing.annotate],
        killing.push_anew,
    ),
    "deal out shares": ([], killing.push_shares),
    "deal out what is there": (
        [killing.push_first, killing.annotate],
        killing.push_shares,
    ),
    "pull everything": ([killing.push_first, killing.annotate], killing.pull),
    "pull what changed": (
        [killing.push_first, killing.annotate, killing.pull, killing.annotate_more],
        killing.pull,
    ),
    "pull every project": (
        [killing.push_first, killing.annotate, killing.push_beside],
        killing.pull_every,
    ),
    "send back": ([killing.push_first, killing.annotate], killing.send_back),
    "send back what changed": (
        [killing.push_first, killing.annotate, killing.send_back, killing.annotate_more],
        killing.send_back,
    ),
    "adjudicate": ([killing.differ], killing.adjudicate),
    "adjudicate what changed": ([killing.differ_elsewhere], killing.adjudicate),
    "take verdicts from a file": ([killing.differ], killing.decide),
    "the first release": ([killing.gather], killing.release),
    "the next release": ([killing.gather, killing.change], killing.release),
    "drop": ([killing.gather], killing.drop),
    "restore": ([killing.gather, killing.drop], killing.restore),
    "withdraw": ([killing.gather, killing.release], killing.withdraw),
    "rename a type": ([killing.work_a_little], killing.rename),
    "remove a type": ([killing.work_a_little], killing.remove),
}


@pytest.mark.parametrize(
    "step", [pytest.param(5, id="some"), pytest.param(1, id="all", marks=pytest.mark.long)]
)
@pytest.mark.parametrize("life", LIVES)
def test_death_at_any_point_changes_nothing(life, step, tmp_path):
    """Files, server, cursor and problems are what they are after one run."""
    before, act = LIVES[life]
    template = tmp_path / "template"
    template.mkdir()
    (template / "server").write_bytes(pickle.dumps(MemoryStudio()))
    for earlier in before:
        killing.run(earlier, template)

    wrong = killing.killed_everywhere(act, template, tmp_path, step)

    assert wrong == {}


# So many deaths beside a real server, from the first to the last point.
SAMPLE = 4
REAL = {
    "push into nothing": ([], killing.push_first, "(create_project|import_tasks)$"),
    "replace suggestions": (
        [killing.push_first, killing.submit],
        killing.push_anew,
        "(rewrite|update_project)$",
    ),
    "deal out what is there": (
        [killing.push_first],
        killing.push_shares,
        "(update_project|import_tasks|set_overlap)$",
    ),
    "pull": ([killing.push_first, killing.submit], killing.pull, "export$|os.rename"),
    "send back": (
        [killing.push_first, killing.submit],
        killing.send_back,
        "(create_view|replace_task_data)$",
    ),
    "rename": (
        [killing.settle_in, killing.push_first, killing.submit],
        killing.rename,
        "(rewrite|update_project)$",
    ),
}


@pytest.mark.parametrize("life", REAL)
def test_death_beside_a_real_server_changes_nothing(life, tmp_path, label_studio):
    """A sample: around each call that writes, and before each file of ours appears."""
    before, act, sample = REAL[life]
    server = (label_studio.url, label_studio.token)
    studio = HttpStudio(*server)

    def ended(at=None):
        """The points of the act, and what it left on the server and beside it."""
        home, title = tmp_path / str(uuid.uuid4()), f"killed {uuid.uuid4()}"
        home.mkdir()
        for earlier in before:
            killing.run(partial(earlier, title=title), home, server)
        if at is not None:
            killing.run(partial(act, title=title), home, server, at)
        names = killing.run(partial(act, title=title), home, server)
        files = {k: v for k, v in killing.seen(home).items() if k.startswith("gold")}
        shutil.rmtree(home)
        return names, (killing.held(studio, title), files)

    names, whole = ended()
    points = [at for at, name in enumerate(names) if re.search(sample, name)]
    assert len(points) >= SAMPLE, names
    points = [points[n * len(points) // SAMPLE] for n in range(SAMPLE)]
    wrong = {at: after for at in points if (after := ended(at)[1]) != whole}

    assert wrong == {}
