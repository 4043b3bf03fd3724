"""A version goes to the Hub once, whatever happens on the way."""

from curation.hub.plan import VersionToPublish
from curation.hub.publish import publish_files
from curation.hub.state import look_at_hub
from curation.hub.twin import MemoryHub

NAME = "org/news"
FILES = {
    "README.md": b"# News\n",
    "1.0.0/manifest.json": b"{}\n",
    "1.0.0/train-1a2b.parquet": b"PAR1 rows PAR1",
}
WANTED = VersionToPublish(version="1.0.0", files=FILES)


def publish(hub, wanted=WANTED):
    found = look_at_hub(hub, NAME, tag=wanted.tag)
    return publish_files(hub, found, wanted, wait=lambda _: None)


def content(hub, commit):
    files = hub.tree(NAME, commit)
    return {file.path: hub.read(NAME, file.path, commit) for file in files}


def test_a_version_is_one_commit_and_its_tag():
    hub = MemoryHub()

    done = publish(hub)

    assert done.created
    assert done.is_private
    assert set(done.sent) == FILES.keys()
    assert hub.tags(NAME) == {"v1.0.0": done.commit}
    assert content(hub, done.commit).items() >= FILES.items()


def test_a_second_run_does_nothing():
    hub = MemoryHub()
    first = publish(hub)

    again = publish(hub)

    assert (again.created, again.sent, again.tagged) == (False, (), False)
    assert again.commit == first.commit
