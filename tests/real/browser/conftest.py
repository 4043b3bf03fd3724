"""A real browser before a real server, and projects for annotators to work on."""

import shutil
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest
from browser.chromium import windows
from browser.screen import PATIENCE, Screen, sign_up
from gold_samples import write_dataset_facts
from playwright.sync_api import Browser, BrowserContext, expect
from pulling import Found, pull
from rest_calls import call
from samples import ROOT, SCHEMA

from curation.cli import main
from curation.documents.document import AnnotatedDocument, Document
from curation.labelstudio.pull.cursor import PullCursor
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.push.push import PushOptions, push_documents
from curation.labelstudio.server.client import HttpStudio
from curation.localserver.accounts import LocalServer

expect.set_options(timeout=PATIENCE)


@dataclass(frozen=True)
class Person:
    """An annotator who is logged in."""

    email: str
    password: str
    context: BrowserContext

    def window(self) -> Screen:
        return Screen(self.context.new_page())


def invitation(local: LocalServer) -> str:
    """The link by which a maintainer invites annotators."""
    reply = call(local, "GET", "/api/invite")
    return str(reply.raise_for_status().json()["invite_url"])


@pytest.fixture(scope="session")
def newcomer(chromium: Browser, label_studio: LocalServer) -> Callable[[str], Person]:
    """Makes annotators, who sign up by invitation."""

    def make(name: str) -> Person:
        email, password = f"{name}-{uuid.uuid4().hex[:6]}@example.org", uuid.uuid4().hex
        context = windows(chromium, label_studio.url)
        page = context.new_page()
        # As long as this page stays open, so does its process, which the others share.
        sign_up(page, invitation(label_studio), email, password)
        return Person(email, password, context)

    return make


@pytest.fixture(scope="session")
def ada(newcomer: Callable[[str], Person]) -> Person:
    return newcomer("ada")


@pytest.fixture(scope="session")
def ben(newcomer: Callable[[str], Person]) -> Person:
    return newcomer("ben")


@pytest.fixture
def screen(ada: Person) -> Iterator[Screen]:
    """Ada's window."""
    window = ada.window()
    yield window
    window.page.close()


@dataclass(frozen=True)
class Desk:
    """A project of our own: pushed by us, worked on in the browser, pulled by us."""

    studio: HttpStudio
    title: str
    project: int
    tasks: Mapping[str, int]

    def pull(self, since: PullCursor | None = None) -> Found:
        """Accounts are called by their e-mail address."""
        return pull(
            self.studio, SCHEMA, title=self.title, pseudonym=lambda _, email: email, since=since
        )

    def annotation(self) -> AnnotatedDocument:
        """The only one, and nothing wrong with it."""
        found = self.pull()
        assert found.cursor.all_problems() == ()
        (annotation,) = found.annotations
        return annotation


@pytest.fixture
def desk(label_studio: LocalServer) -> Callable[..., Desk]:
    """Pushes documents to a new project."""

    def make(*documents: Document, dealing: AskedDealing | None = None) -> Desk:
        studio = HttpStudio(label_studio.url, label_studio.token)
        title = f"desk {uuid.uuid4().hex[:12]}"
        options = PushOptions(dealing=dealing or AskedDealing())
        push_documents(studio, documents, SCHEMA, title=title, options=options)
        project = studio.find_project(title)
        assert project
        tasks = {task.doc_id: task.id for task in studio.tasks(project.id)}
        return Desk(studio, title, project.id, tasks)

    return make


@pytest.fixture
def curate(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    label_studio: LocalServer,
    capsys: pytest.CaptureFixture[str],
) -> Callable[..., str]:
    """Runs a command at a maintainer's desk, in *tmp_path*; what it said."""
    shutil.copytree(ROOT / "label_config", tmp_path / "label_config")
    write_dataset_facts(tmp_path / "gold")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("LABEL_STUDIO_URL", label_studio.url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", label_studio.token)

    def run(*arguments: str) -> str:
        with pytest.raises(SystemExit) as left:
            main(list(arguments))
        assert left.value.code == 0
        out, err = capsys.readouterr()
        return err + out

    return run
