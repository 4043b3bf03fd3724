"""A server that speaks the protocol of the Hugging Face Hub, in memory, with faults to order."""

import base64
import hashlib
import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from fnmatch import fnmatch
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, unquote, urlsplit

import yaml
from serving import in_a_thread

WRITER = "hf_writerwriterwriter"
READER = "hf_readerreaderreader"
TOKENS = {WRITER: True, READER: False}
FIRST_FILES = {".gitattributes": b"*.parquet filter=lfs diff=lfs merge=lfs -text\n"}


@dataclass(frozen=True)
class HubFault:
    """
    What happens to the call number *at*, or to calls whose line (``POST /api/…``) holds *on*, *times* times.

    *status* answers in the Hub's place. *unread* breaks the connection before the call is read to
    its end, *lost* after it was carried out and before its answer; *cut* leaves half of the answer.
    """

    on: str = ""
    at: int = -1
    status: int = 0
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    unread: bool = False
    lost: bool = False
    cut: bool = False
    times: int = 1


@dataclass
class StoredRepository:
    is_private: bool
    commits: dict[str, dict[str, bytes]] = field(default_factory=dict)
    messages: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def head(self) -> str:
        return [*self.commits][-1]

    def resolve(self, revision: str) -> str:
        revision = {"main": self.head, **self.tags}.get(revision, revision)
        if revision not in self.commits:
            raise Refusal(404, "Invalid rev id", "RevisionNotFound")
        return revision

    def add(self, files: dict[str, bytes], message: str) -> str:
        before = self.commits[self.head] if self.commits else {}
        seed = f"{len(self.commits)} {message}".encode()
        commit = hashlib.sha1(seed).hexdigest()
        self.commits[commit] = before | files
        self.messages.append(message)
        return commit


@dataclass
class StubHub:
    """What is stored, what was called, the faults that are still to come, and what others do between."""

    url: str = ""
    repositories: dict[str, StoredRepository] = field(default_factory=dict)
    objects: dict[str, bytes] = field(default_factory=dict)
    uploads: dict[str, bytes] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    faults: list[HubFault] = field(default_factory=list)
    before: Callable[[int], None] = lambda number: None
    after: Callable[[int], None] = lambda number: None
    page: int = 1000
    doing: threading.RLock = field(default_factory=threading.RLock)

    def order(self, *faults: HubFault) -> None:
        self.faults[:] = [fault for fault in faults for _ in range(fault.times)]
        self.calls.clear()

    def take(self, number: int, line: str) -> HubFault | None:
        meant = (f for f in self.faults if f.on in line and f.at in (-1, number))
        fault = next(meant, None)
        if fault:
            self.faults.remove(fault)
        return fault

    def push(self, name: str, files: dict[str, bytes], message: str = "somebody else's") -> str:
        """What another program pushes."""
        return self.repositories[name].add(files, message)


class Refusal(Exception):
    def __init__(self, status: int, message: str, code: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.answer = {"error": message}
        self.headers = {"X-Error-Code": code} if code else {}
        self.headers["X-Error-Message"] = message


def git_oid(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()


def is_large(path: str, size: int) -> bool:
    return path.endswith(".parquet") and size > 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    hub: StubHub

    def handle_call(self) -> None:
        with self.hub.doing:
            number = len(self.hub.calls)
            line = f"{self.command} {self.path}"
            self.hub.calls.append(line)
            self.hub.before(number)
            fault = self.hub.take(number, line) or HubFault()
            if fault.unread:
                self._reset()
                return
            body = self._body()
            if fault.status:
                self._say(fault.status, fault.body.encode(), dict(fault.headers))
                return
            try:
                status, answer, headers = self._answer(body)
            except Refusal as refusal:
                status, answer, headers = refusal.status, refusal.answer, refusal.headers
            self.hub.after(number)
            content = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
            if fault.lost:
                self._reset()
            else:
                self._say(status, content, headers, cut=fault.cut)

    do_GET = do_HEAD = do_POST = do_PUT = handle_call

    def _body(self) -> bytes:
        if "chunked" in (self.headers.get("Transfer-Encoding") or ""):
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)
        return self.rfile.read(int(self.headers.get("Content-Length") or 0))

    def _answer(self, body: bytes) -> tuple[int, object, dict[str, str]]:
        path = unquote(urlsplit(self.path).path).strip("/").split("/")
        match self.command, path:
            case "PUT", ["objects", oid]:
                return self._store(oid, body)
            case _:
                self._check_token()
        match self.command, path:
            case "POST", ["objects", oid, "verify"]:
                self.hub.objects[oid] = self.hub.uploads[oid]
                return 200, {}, {}
            case "POST", ["api", "validate-yaml"]:
                return self._validate(json.loads(body)["content"])
            case "POST", ["api", "repos", "create"]:
                return self._create(json.loads(body))
            case "POST", ["datasets", user, git, "info", "lfs", "objects", "batch"]:
                self._stored(f"{user}/{git.removesuffix('.git')}", writes=True)
                return 200, {"objects": [*map(self._batch, json.loads(body)["objects"])]}, {}
            case (("GET" | "HEAD"), ["datasets", user, name, "resolve", revision, *parts]):
                return self._resolve(f"{user}/{name}", revision, "/".join(parts))
            case "GET", ["api", "datasets", user, name]:
                return self._info(f"{user}/{name}", "main")
            case method, ["api", "datasets", user, name, action, *rest]:
                return self._act(f"{method} {action}", f"{user}/{name}", rest, body)
        raise Refusal(404, "Sorry, we can't find the page you are looking for.")

    def _act(
        self, action: str, name: str, rest: list[str], body: bytes
    ) -> tuple[int, object, dict[str, str]]:
        match action, rest:
            case "GET revision", [revision]:
                return self._info(name, revision)
            case "GET refs", []:
                return self._refs(name)
            case "GET tree", [revision, *folder]:
                return self._tree(name, revision, "/".join(folder))
            case "POST preupload", [_]:
                return self._preupload(name, json.loads(body)["files"])
            case "POST commit", [_]:
                return self._commit(name, [json.loads(line) for line in body.splitlines()])
            case "POST tag", [revision]:
                return self._tag(name, revision, json.loads(body)["tag"])
            case "POST paths-info", [revision]:
                paths = parse_qs(body.decode()).get("paths", [])
                return self._paths(name, revision, paths)
        raise Refusal(404, "Sorry, we can't find the page you are looking for.")

    def _token(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def _check_token(self) -> None:
        if self._token() and self._token() not in TOKENS:
            raise Refusal(401, "Invalid credentials in Authorization header")

    def _stored(self, name: str, *, writes: bool = False) -> StoredRepository:
        stored = self.hub.repositories.get(name)
        if not self._token() and (stored is None or stored.is_private):
            raise Refusal(401, "Invalid username or password.")
        if stored is None:
            raise Refusal(404, "Repository not found", "RepoNotFound")
        if writes and not TOKENS.get(self._token()):
            raise Refusal(403, f"Forbidden: you must have write access to {name}")
        return stored

    def _create(self, asked: dict) -> tuple[int, object, dict[str, str]]:
        name = f"{asked['organization']}/{asked['name']}"
        if not TOKENS.get(self._token()):
            raise Refusal(
                403 if self._token() else 401, "You don't have the rights to create it"
            )
        if name in self.hub.repositories:
            url = f"{self.hub.url}/datasets/{name}"
            return 409, {"error": "You already created this dataset repo", "url": url}, {}
        stored = StoredRepository(is_private=asked.get("visibility") == "private")
        stored.add(FIRST_FILES, "initial commit")
        self.hub.repositories[name] = stored
        return 200, {"url": f"{self.hub.url}/datasets/{name}"}, {}

    def _validate(self, card: str) -> tuple[int, object, dict[str, str]]:
        head = card.split("---\n")[1] if card.startswith("---\n") else ""
        try:
            yaml.safe_load(head)
        except yaml.YAMLError as error:
            return 400, {"errors": [{"message": str(error)}], "warnings": []}, {}
        warnings = [] if head else [{"message": "empty or missing yaml metadata in repo card"}]
        return 200, {"errors": [], "warnings": warnings}, {}

    def _info(self, name: str, revision: str) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name)
        commit = stored.resolve(revision)
        siblings = [{"rfilename": path} for path in sorted(stored.commits[commit])]
        return 200, {
            "id": name, "sha": commit, "private": stored.is_private, "siblings": siblings, "tags": [],
        }, {}  # fmt: skip

    def _refs(self, name: str) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name)
        branches = [{"name": "main", "ref": "refs/heads/main", "targetCommit": stored.head}]
        tags = [
            {"name": tag, "ref": f"refs/tags/{tag}", "targetCommit": commit}
            for tag, commit in stored.tags.items()
        ]
        return 200, {"branches": branches, "tags": tags, "converts": []}, {}

    def _tree(
        self, name: str, revision: str, folder: str
    ) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name)
        commit = stored.resolve(revision)
        files = stored.commits[commit]
        asked = parse_qs(urlsplit(self.path).query)
        start = f"{folder}/" if folder else ""
        inside = sorted(path for path in files if path.startswith(start))
        if folder and not inside:
            raise Refusal(404, "path does not exist", "EntryNotFound")
        folders = sorted({p.rpartition("/")[0] for p in inside if "/" in p} - {folder, ""})
        if asked.get("recursive") != ["true"]:
            inside = [path for path in inside if "/" not in path.removeprefix(start)]
        listed: list[object] = [
            {"type": "directory", "path": path, "oid": git_oid(path.encode()), "size": 0}
            for path in folders
        ]
        listed += [_entry(path, files[path]) for path in inside]
        first = int(asked.get("cursor", ["0"])[0])
        headers = {}
        if first + self.hub.page < len(listed):
            query = f"recursive={asked['recursive'][0]}&cursor={first + self.hub.page}"
            place = f"{self.hub.url}/api/datasets/{name}/tree/{revision}"
            headers["Link"] = f'<{place}?{query}>; rel="next"'
        return 200, listed[first : first + self.hub.page], headers

    def _paths(
        self, name: str, revision: str, paths: list[str]
    ) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name)
        files = stored.commits[stored.resolve(revision)]
        return 200, [_entry(path, files[path]) for path in paths if path in files], {}

    def _preupload(self, name: str, asked: list[dict]) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name, writes=True)
        files = stored.commits[stored.head]
        ignored = files.get(".gitignore", b"").decode().split()
        return 200, {"files": [
            {
                "path": one["path"],
                "uploadMode": "lfs" if is_large(one["path"], one["size"]) else "regular",
                "shouldIgnore": any(fnmatch(one["path"], pattern) for pattern in ignored),
                "oid": _known_oid(one["path"], files),
            }
            for one in asked
        ]}, {}  # fmt: skip

    def _batch(self, asked: dict) -> dict:
        answer = {"oid": asked["oid"], "size": asked["size"]}
        if asked["oid"] in self.hub.objects:
            return answer
        href = f"{self.hub.url}/objects/{asked['oid']}"
        actions = {"upload": {"href": href}, "verify": {"href": f"{href}/verify"}}
        return answer | {"actions": actions}

    def _store(self, oid: str, body: bytes) -> tuple[int, object, dict[str, str]]:
        if hashlib.sha256(body).hexdigest() != oid:
            raise Refusal(400, "BadDigest")
        self.hub.uploads[oid] = body
        return 200, b"", {}

    def _commit(self, name: str, lines: list[dict]) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name, writes=True)
        header, *operations = lines
        if header["value"].get("parentCommit", stored.head) != stored.head:
            raise Refusal(412, "A commit has happened since. Please refresh and try again.")
        files = {}
        for operation in operations:
            value = operation["value"]
            if operation["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"])
            else:
                files[value["path"]] = self.hub.objects[value["oid"]]
        commit = stored.add(files, header["value"]["summary"])
        url = f"{self.hub.url}/datasets/{name}/commit/{commit}"
        return 200, {"commitUrl": url, "commitOid": commit}, {}

    def _tag(self, name: str, revision: str, tag: str) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name, writes=True)
        commit = stored.resolve(revision)
        if tag in stored.tags:
            raise Refusal(409, f"Tag reference exists already: {tag}")
        stored.tags[tag] = commit
        return 200, {}, {}

    def _resolve(
        self, name: str, revision: str, path: str
    ) -> tuple[int, object, dict[str, str]]:
        stored = self._stored(name)
        commit = stored.resolve(revision)
        headers = {"X-Repo-Commit": commit}
        if path not in stored.commits[commit]:
            refusal = Refusal(404, "Entry not found", "EntryNotFound")
            return 404, refusal.answer, refusal.headers | headers
        content = stored.commits[commit][path]
        known = _entry(path, content)
        headers["ETag"] = f'"{known["oid"]}"'
        if "lfs" in known:
            headers["X-Linked-ETag"] = f'"{known["lfs"]["oid"]}"'
            headers["X-Linked-Size"] = str(len(content))
        headers["Accept-Ranges"] = "bytes"
        asked = self.headers.get("Range", "")
        if not asked.startswith("bytes="):
            return 200, content, headers
        first, _, last = asked.removeprefix("bytes=").partition("-")
        end = min(int(last or len(content)) + 1, len(content))
        headers["Content-Range"] = f"bytes {first}-{end - 1}/{len(content)}"
        return 206, content[int(first) : end], headers

    def _say(
        self, status: int, content: bytes, headers: dict[str, str], *, cut: bool = False
    ) -> None:
        self.send_response(status)
        if not any(name.lower() == "content-type" for name in headers):
            self.send_header("Content-Type", "application/json")
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content[: len(content) // 2] if cut else content)
            self.wfile.flush()
        if cut:
            self._reset()

    def _reset(self) -> None:
        """Break the connection without a goodbye."""
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.connection.close()
        self.close_connection = True

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """Nobody wants to know."""


def _entry(path: str, content: bytes) -> dict:
    entry = {"type": "file", "path": path, "oid": git_oid(content), "size": len(content)}
    if not is_large(path, len(content)):
        return entry
    oid = hashlib.sha256(content).hexdigest()
    pointer = (
        f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize {len(content)}\n"
    )
    lfs = {"oid": oid, "size": len(content), "pointerSize": len(pointer)}
    return entry | {"oid": git_oid(pointer.encode()), "lfs": lfs}


def _known_oid(path: str, files: dict[str, bytes]) -> str | None:
    if path not in files:
        return None
    entry = _entry(path, files[path])
    return entry["lfs"]["oid"] if "lfs" in entry else entry["oid"]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that hung up: that is what is tested."""


@contextmanager
def stub_hub() -> Iterator[StubHub]:
    """A Hub that has nothing, on a port of its own."""
    hub = StubHub()
    handler = type("Handler", (_Handler,), {"hub": hub})
    with _Server(("127.0.0.1", 0), handler) as server:
        hub.url = f"http://127.0.0.1:{server.server_address[1]}"
        with in_a_thread(server):
            yield hub
