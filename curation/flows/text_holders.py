"""What still holds the text of a document that is withdrawn: versions, git, files, tasks."""

import json
import re
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from curation.annotations.record import DocumentRecord
from curation.gold.sealed.versions import read_manifest
from curation.gold.sealed.withdrawn import WITHDRAWN_FILE, held_text
from curation.gold.working.file_names import file_name
from curation.labelstudio.known_tasks import known_tasks
from curation.labelstudio.pull.cursor import links_by_project
from curation.workspace import Workspace

# How many characters of the longest line are looked for in files; where it has fewer, the whole text is.
_SHORTEST_WORDS = 12
_LONGEST_WORDS = 200

_EMPTIED = b'"text": []'


@dataclass(frozen=True, kw_only=True)
class GitHolders:
    """
    The *commits* that brought a text into *paths*, and the branches and tags that have them in their history.

    *paths* are relative to the folder that one stands in.
    """

    commits: tuple[str, ...]
    branches: tuple[str, ...]
    tags: tuple[str, ...]
    paths: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class TextHolders:
    """
    Where the text of a document still is: sealed *versions*, *files* outside of the gold, *tasks*, by their links.

    *git* is None where there is no git, or it never had the text. Where the text *is_unknown* here, since nothing
    but its hash is left, files weren't looked through.
    """

    versions: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    tasks: tuple[str, ...] = ()
    git: GitHolders | None = None
    is_unknown: bool = False

    @property
    def is_anywhere(self) -> bool:
        """Whether anything that we know of has the text."""
        return bool(self.versions or self.files or self.tasks or self.git)


def find_text_holders(
    workspace: Workspace,
    document: str,
    record: DocumentRecord | None,
    versions: Sequence[str],
) -> TextHolders:
    """What holds the text of a document, which sealed *versions* do, and *record* may, besides its own file."""
    text = record.whole_text if record else ""
    if versions and not text:
        manifest = read_manifest(workspace.gold, versions[0])
        text = held_text(workspace.gold / versions[0], manifest, document)
    here = workspace.gold.parent
    own_file = f"{workspace.gold.name}/{workspace.next.name}/{file_name(document)}"
    folders = [f"{workspace.gold.name}/{version}" for version in versions]
    own_commits = _commits_with_text(here, own_file)
    if not text and own_commits:
        text = _text_in(_git(here, "show", f"{own_commits[0]}:./{own_file}"))
    forms = _forms(text) if text.strip() else ()
    return TextHolders(
        versions=tuple(versions),
        files=tuple(_files_with(forms, here, workspace.home, [own_file, *folders])),
        tasks=tuple(_tasks(workspace, document)),
        git=_find_in_git(here, own_file, folders, own_commits, forms),
        is_unknown=not forms,
    )


def _tasks(workspace: Workspace, document: str) -> Iterator[str]:
    """The links to the tasks of a document; of one that was only pushed, its server and project."""
    links = links_by_project(workspace.state)
    for known in links.values():
        if document in known:
            yield known[document]
    for task in known_tasks(workspace.state):
        if task.document == document and document not in links.get((task.url, task.title), ()):
            yield f"{task.url}, project {task.title!r}"


def _text_in(record: str) -> str:
    """The text in the content of a document's file; empty where that isn't whole."""
    try:
        return "".join(json.loads(record)["text"])
    except (ValueError, LookupError, TypeError):
        return ""


def _forms(text: str) -> tuple[str, ...]:
    """The longest line of a text as files may have it: plain, and as JSON writes it."""
    line = max(text.splitlines(), key=len).strip()
    words = (line if len(line) >= _SHORTEST_WORDS else text.strip())[:_LONGEST_WORDS]
    return tuple(
        sorted({words, json.dumps(words)[1:-1], json.dumps(words, ensure_ascii=False)[1:-1]})
    )


def _files_with(
    forms: Sequence[str], here: Path, home: Path, others: Sequence[str]
) -> Iterator[str]:
    """The files that have one of *forms*, but for those below *others*, and what git ignores."""
    if not forms:
        return
    patterns = [part for form in forms for part in ("-e", form)]
    is_repository = _git(here, "rev-parse", "--is-inside-work-tree").strip() == "true"
    where = "--untracked" if is_repository else "--no-index"
    places = [".", *(f":!{path}" for path in (*others, home.name))]
    found = _git(here, "grep", where, "-lzF", *patterns, "--", *places)
    yield from filter(None, found.split("\0"))
    private = [home / "suggestions.jsonl", *sorted((home / "backups").rglob("*"))]
    for path in private:
        if path.is_file():
            raw = path.read_bytes()
            if any(form.encode() in raw for form in forms):
                yield str(path)


def _find_in_git(
    here: Path,
    own_file: str,
    folders: Sequence[str],
    own_commits: Sequence[str],
    forms: Sequence[str],
) -> GitHolders | None:
    """What git's history has of the document's own file, of the folders of versions, and of files with *forms*."""
    marks = [f":!{folder}/{WITHDRAWN_FILE}" for folder in folders]
    commits = [*(_commits(here, [*folders, *marks]) if folders else []), *own_commits]
    others: dict[str, None] = {}
    for commit, paths in _commits_of_words(here, forms, [own_file, *folders]):
        commits.append(commit)
        others |= dict.fromkeys(paths)
    if not commits:
        return None
    contains = [part for commit in commits for part in ("--contains", commit)]
    refs = _git(here, "for-each-ref", "--format=%(refname)", *contains).split()
    return GitHolders(
        commits=tuple(dict.fromkeys(commits)),
        branches=tuple(
            one.removeprefix("refs/heads/").removeprefix("refs/remotes/")
            for one in refs
            if not one.startswith("refs/tags/")
        ),
        tags=tuple(
            one.removeprefix("refs/tags/") for one in refs if one.startswith("refs/tags/")
        ),
        paths=(own_file, *folders, *sorted(others)),
    )


def _commits_with_text(here: Path, own_file: str) -> list[str]:
    """The commits, the newest first, after which the document's own file has a text."""
    return [
        commit
        for commit in _commits(here, [own_file])
        if _EMPTIED not in _git(here, "show", f"{commit}:./{own_file}").encode()
    ]


def _commits_of_words(
    here: Path, forms: Sequence[str], others: Sequence[str]
) -> Iterator[tuple[str, list[str]]]:
    """The commits that brought one of *forms* into files that aren't below *others*, with these files."""
    if not forms:
        return
    words = "|".join(re.sub(r"[][\\.^$*+?(){}|]", r"\\\g<0>", form) for form in forms)
    options = ("--all", "--full-history", "--relative", "--no-renames", "--diff-filter=AM")
    found = _git(
        here, "log", *options, "-z", "--format=%x01%h", "--name-only", "--pickaxe-regex", f"-S{words}",
        "--", ".", *(f":!{path}" for path in others),
    )  # fmt: skip
    for entry in filter(None, found.split("\1")):
        commit, *paths = (part.strip("\n") for part in entry.split("\0"))
        yield commit, [path for path in paths if path]


def _commits(here: Path, paths: Sequence[str]) -> list[str]:
    """The commits, the newest first, that added or changed one of the paths."""
    options = ("--all", "--full-history", "--diff-filter=AM", "--format=%h")
    return _git(here, "log", *options, "--", *paths).split()


def _git(here: Path, *words: str) -> str:
    """What git answers; nothing where there is no git, no repository, or no answer."""
    try:
        done = subprocess.run(
            ["git", "-C", str(here), *words],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            check=False,
        )
    except OSError:
        return ""
    return done.stdout.decode("utf-8", "surrogateescape")
