"""A push to a second project of the same documents says so before anything is sent."""

import pytest
from samples import SCHEMA

from curation.commands.push import other_project_lines
from curation.documents.document import Document, Entity
from curation.errors import CurateError
from curation.flows.pull import PullOptions, pull
from curation.flows.pull_all import pull_all
from curation.flows.push import push
from curation.labelstudio.push.dealing import AskedDealing
from curation.labelstudio.server.twin import MemoryStudio
from curation.workspace import Workspace

DOCUMENTS = [Document(f"d{number}", f"Bob met Al. {number}") for number in range(1, 4)]


class Desk:
    """A workspace, and a server that all desks share; *told* is what a push said, and what was there then."""

    def __init__(self, folder, studio, gold=None):
        self.studio = studio
        self.place = Workspace(gold or folder / "gold", folder / ".curate")

    def push(self, title, documents=DOCUMENTS, **options):
        self.told = []
        self.tasks_then = None

        def tell(others):
            self.told += others
            self.tasks_then = len(self.studio.stored_tasks)

        return push(
            self.studio, self.place, documents, SCHEMA, title=title, tell_others=tell, **options
        )


@pytest.fixture
def desk(tmp_path):
    return Desk(tmp_path, MemoryStudio())


@pytest.mark.parametrize("dry_run", [False, True])
@pytest.mark.parametrize("is_there", [False, True], ids=["a new project", "an old one"])
def test_it_is_said_before_anything_is_sent(desk, dry_run, is_there):
    desk.push("news", DOCUMENTS[:2])
    assert desk.told == []
    if is_there:
        desk.push("blind", DOCUMENTS[2:])
    tasks = len(desk.studio.stored_tasks)

    desk.push("blind", dry_run=dry_run)

    (other,) = desk.told
    number = desk.studio.find_project("news").id
    assert (other.title, other.documents) == ("news", ("d1", "d2"))
    assert other.link == f"{desk.studio.url}/projects/{number}/data"
    assert desk.tasks_then == tasks
    (line,) = other_project_lines(desk.told)
    assert line.startswith(
        f"warning: 2 documents of this file are tasks of 'news' already ({other.link}); "
    )
    assert line.endswith("else work done twice: d1, d2")


def test_a_blind_project_beside_an_assisted_one_is_no_reason_to_warn(desk):
    desk.push("news")

    for documents, asked in (
        (DOCUMENTS[:1], {"dealing": AskedDealing(blind=True)}),
        (DOCUMENTS, {}),
    ):
        desk.push("news blind", documents, **asked)
        (line,) = other_project_lines(desk.told)
        assert line.endswith("/projects/1/data): here the blind arm.")
        assert "warning" not in line

    desk.push("again blind", dealing=AskedDealing(blind=True))
    lines = list(other_project_lines(desk.told))
    assert [line.startswith("warning") for line in lines] == [False, True]


def test_it_is_said_once(desk):
    desk.push("news")
    desk.push("blind")

    desk.push("blind")
    assert desk.told == []
    desk.push("news")
    assert desk.told == []


def test_what_another_maintainer_pulled_is_known_by_the_gold(desk, tmp_path):
    desk.push("news")
    desk.studio.submit(1, [])
    pull(desk.studio, desk.place, SCHEMA, title="news")
    second = Desk(tmp_path / "second", desk.studio, desk.place.gold)

    second.push("blind")

    assert [(one.title, one.documents) for one in second.told] == [("news", ("d1",))]


def test_a_project_that_is_gone_is_not_told(desk):
    desk.push("news")
    desk.studio.projects.clear()
    desk.studio.stored_tasks.clear()

    desk.push("blind")

    assert desk.told == []


def test_a_project_of_another_server_is_told_with_its_address(desk, tmp_path):
    class Elsewhere(MemoryStudio):
        url = "http://elsewhere"

    desk.push("news")
    desk.studio = Elsewhere()

    desk.push("news")

    assert [(one.title, one.link) for one in desk.told] == [("news", "http://127.0.0.1:1")]


def test_the_title_of_a_project_that_a_refused_push_never_made_is_not_remembered(desk):
    desk.push("news")
    unsound = Document("d9", "Bob met Al.", (Entity(0, 3, "NO_SUCH_TYPE"),))
    with pytest.raises(CurateError):
        desk.push("never made", [unsound])

    report = pull_all(desk.studio, desk.place, SCHEMA, options=PullOptions())

    assert desk.studio.find_project("never made") is None
    assert report.gone == ()
