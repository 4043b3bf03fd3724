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
settings.register_profile("laws", deadline=None, suppress_health_check=[HealthCheck.too_slow])
# As `make quick` has it: where a test says nothing of its own.
settings.register_profile("quick", settings.get_profile("laws"), max_examples=20)
settings.load_profile("laws")


@pytest.fixture(autouse=True)
def _no_command_ran():
    """A command that ran in this process leaves no --all behind."""
    yield
    forget_list_limit()
