"""
What we rely on of the Hugging Face Hub: the twin in memory and the real client alike.

Who keeps the contract gives the fixture ``hub``, and takes in all that is here.
"""

import pytest

from curation.errors import HubConflict, HubError

NAME = "org/news"
FILES = {
    "README.md": "---\ntags: [news]\n---\n# Nachrichten · 新闻\n".encode(),
    "1.0.0/manifest.json": b"{}\n",
    "1.0.0/train-1a2b.parquet": b"PAR1\x00rows\xffPAR1",
    "empty.txt": b"",
}


def create(hub, *, is_private=True):
    hub.create(NAME, is_private=is_private)
    return hub.repository(NAME).head


def commit(hub, files=FILES):
    return hub.commit(NAME, files, message="add", parent=hub.repository(NAME).head)


def paths(hub, commit):
    return {file.path for file in hub.tree(NAME, commit)}


def test_what_nobody_made_is_no_repository(hub):
    assert hub.repository(NAME) is None


@pytest.mark.parametrize("is_private", [True, False])
def test_a_repository_is_as_private_as_asked_for_and_has_a_head(hub, is_private):
    head = create(hub, is_private=is_private)

    assert hub.repository(NAME).is_private == is_private
    assert paths(hub, head) == {".gitattributes"}


def test_a_repository_that_is_there_stays_as_it_is(hub):
    create(hub, is_private=False)

    with pytest.raises(HubConflict):
        hub.create(NAME, is_private=True)

    assert not hub.repository(NAME).is_private


def test_a_commit_adds_its_files_and_leaves_all_others(hub):
    create(hub)
    first = commit(hub, {"theirs.txt": b"theirs\n", "README.md": b"old\n"})

    second = commit(hub)

    assert hub.repository(NAME).head == second
    assert paths(hub, second) == {".gitattributes", "theirs.txt", *FILES}
    assert {path: hub.read(NAME, path, second) for path in FILES} == FILES
    assert hub.read(NAME, "README.md", first) == b"old\n"


def test_the_tree_tells_what_each_file_has(hub):
    create(hub)

    files = {file.path: file for file in hub.tree(NAME, commit(hub))}

    assert [path for path, content in FILES.items() if not files[path].has(content)] == []
    assert [path for path, content in FILES.items() if files[path].has(content + b"x")] == []
    turned = {path: bytes(reversed(content)) for path, content in FILES.items() if content}
    assert [path for path, content in turned.items() if files[path].has(content)] == []


def test_awkward_paths_are_kept(hub):
    create(hub)
    files = {
        f"a folder/{name}": name.encode() for name in ("ä #1.txt", "50%.md", "what?.parquet")
    }

    done = commit(hub, files)

    assert paths(hub, done) >= files.keys()
    assert {path: hub.read(NAME, path, done) for path in files} == files


def test_a_commit_on_what_isnt_the_head_is_refused(hub):
    old = create(hub)
    head = commit(hub, {"theirs.txt": b"theirs\n"})

    with pytest.raises(HubConflict):
        hub.commit(NAME, FILES, message="add", parent=old)

    assert hub.repository(NAME).head == head


def test_a_commit_of_what_is_there_is_the_head_whatever_its_parent(hub):
    """The trap: it may be somebody else's."""
    old = create(hub)
    commit(hub)
    head = commit(hub, {"theirs.txt": b"theirs\n"})

    assert hub.commit(NAME, FILES, message="add", parent=old) == head
    assert hub.repository(NAME).head == head


def test_each_file_that_is_sent_is_seen(hub):
    create(hub)
    seen = []

    def watch(items, activity, total):
        for item in items:
            seen.append((activity, total))
            yield item

    hub.commit(NAME, FILES, message="add", parent=hub.repository(NAME).head, watch=watch)

    assert seen == [("sending", len(FILES))] * len(FILES)


@pytest.mark.parametrize("path", ["1.0.0/manifest.json", "1.0.0/train-1a2b.parquet"])
def test_no_file_is_left_out_silently(hub, path):
    create(hub)
    head = commit(hub, {".gitignore": path.encode()})

    with pytest.raises(HubError, match="ignores"):
        commit(hub)

    assert hub.repository(NAME).head == head


def test_a_tag_names_its_commit_for_ever(hub):
    create(hub)
    first = commit(hub, {"a.txt": b"a"})
    second = commit(hub, {"b.txt": b"b"})

    hub.tag(NAME, "v1.0.0", commit=first)

    for other in (first, second):
        with pytest.raises(HubConflict):
            hub.tag(NAME, "v1.0.0", commit=other)
    assert hub.tags(NAME) == {"v1.0.0": first}


ASKED = {
    "tree of no repository": lambda hub, head: hub.tree("org/none", head),
    "tags of no repository": lambda hub, head: hub.tags("org/none"),
    "commit to no repository": lambda hub, head: hub.commit(
        "org/none", FILES, message="add", parent=head
    ),
    "tree of no commit": lambda hub, head: hub.tree(NAME, "0" * 40),
    "no file": lambda hub, head: hub.read(NAME, "none.txt", head),
    "tag of no commit": lambda hub, head: hub.tag(NAME, "v1", commit="0" * 40),
}


@pytest.mark.parametrize("asked", ASKED)
def test_what_isnt_there_is_an_error(hub, asked):
    head = create(hub)

    with pytest.raises(HubError):
        ASKED[asked](hub, head)
