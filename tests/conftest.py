"""What holds for all tests."""

import signal

import pytest
from hypothesis import HealthCheck, settings

from curation.list_limit import forget_list_limit

# Tests, though in no file of the name of one.
pytest.register_assert_rewrite("labelstudio.contract", "hub.contract")

# Who runs us in the background has ^C ignored, and so had every process that a test starts.
if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)

# A law is no stopwatch: the same example takes longer to draw and to check on a busy machine.
drawn = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
# How many examples a law draws that says nothing of its own. `make test` draws the same ones each
# time, so that it fails by what was changed alone; `make quick` and `make long` draw new ones.
settings.register_profile("laws", drawn, max_examples=60, derandomize=True)
settings.register_profile("quick", drawn, max_examples=20)
settings.register_profile("long", drawn, max_examples=500)
settings.load_profile("laws")


# The longest files begin first, so that no process has much left when the others are done.
LONGEST = (
    "test_killed.py",
    "test_readme.py",
    "test_annotating.py",
    "test_run.py",
    "test_newcomer.py",
    "test_flat.py",
    "test_hard_life.py",
    "test_ray.py",
    "test_surroundings.py",
    "test_workers.py",
    "test_release.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files in that order, then as they were."""
    place = {name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: place.get(item.path.name, len(LONGEST)))


@pytest.fixture(autouse=True)
def _no_command_ran():
    """A command that ran in this process leaves no --all behind."""
    yield
    forget_list_limit()
