"""What many tests need: a real Label Studio and a real browser, each started once."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from browser.chromium import launch
from playwright.sync_api import Browser, sync_playwright
from postgres import label_studio_on_postgres
from servers import ENVIRONMENT, KEPT, start

from curation.files import lock
from curation.localserver.accounts import LocalServer
from curation.localserver.run import stop_server


@pytest.fixture(scope="session")
def label_studio_environment() -> Path:
    """Where Label Studio is installed, or will be on first use."""
    return ENVIRONMENT


@pytest.fixture(scope="session")
def label_studio_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the shared server's state."""
    return tmp_path_factory.mktemp("label-studio") / ".curate" / "server"


@pytest.fixture(scope="session")
def label_studio(
    label_studio_home: Path, label_studio_environment: Path
) -> Iterator[LocalServer]:
    """A real server with an account and nothing in it but what tests put there."""
    yield start(label_studio_home, label_studio_environment)
    stop_server(label_studio_home)


@pytest.fixture(scope="session")
def second_label_studio(label_studio_environment: Path) -> Iterator[LocalServer]:
    """Another server, whose database is PostgreSQL: a project may be moved there."""
    with label_studio_on_postgres(label_studio_environment) as local:
        yield local


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Chromium or Chrome; never skipped. There can be but one Playwright in a process."""
    with sync_playwright() as playwright:
        with lock(KEPT.with_name("browser.lock"), busy=None):  # one process fetches it
            browser = launch(playwright)
        yield browser
        browser.close()
