"""What can go wrong on the way to a server: a proxy in front of a real one, with faults to order."""

import json
import select
import socket
import socketserver
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from http.cookiejar import DefaultCookiePolicy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from math import inf
from time import sleep

import httpx
from serving import in_a_thread

PAGE, HTML = b"<html>%b</html>", {"Content-Type": "text/html"}
HOPS = {
    "connection",
    "proxy-connection",
    "transfer-encoding",
    "content-encoding",
    "content-length",
    "host",
    "date",
}


@dataclass(frozen=True)
class Fault:
    """
    What happens to calls whose line (``POST /api/…``) holds *on*, *times* times.

    *status* answers in the server's place; without it the server is asked, and
    *cut* leaves that share of its answer, *reset* breaks the connection after
    that, *slow* holds the answer back for so many seconds. *late* holds back
    the call itself, for so long or until all is settled, while the client is
    told *status* and *body* (or 504) at once. *without* is taken off every item that is sent.
    Only calls are meant whose
    body holds *sent*.
    """

    on: str
    status: int = 0
    body: str = ""
    headers: tuple[tuple[str, str], ...] = ()
    cut: float | None = None
    reset: bool = False
    slow: float = 0
    late: float = 0
    without: str = ""
    sent: bytes = b""
    times: int = 1


@dataclass(frozen=True)
class Limits:
    """
    What the proxy lets through, in bytes: the rest it cuts.

    A *body* that is larger is answered with 413. An *answer* that is larger breaks off. What is
    sent and larger than *slow_body* takes longer than the proxy waits: it answers 504, and the
    server carries the call out or not.
    """

    body: float = inf
    answer: float = inf
    slow_body: float = inf
    is_carried_out: bool = True


@dataclass
class Proxy:
    """Where it listens, what it saw, and the faults that are still to come."""

    url: str
    server: str
    # One for all calls: to make one takes as long as a call does.
    client: httpx.Client
    # What stands before each path, and isn't the server's.
    prefix: str = ""
    limits: Limits = Limits()
    faults: list[Fault] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    late: list[threading.Thread] = field(default_factory=list)
    settled: threading.Event = field(default_factory=threading.Event)
    # What was held back is done one by one: SQLite writes no two things at once, and may wait too long.
    turn: threading.Lock = field(default_factory=threading.Lock)

    def take(self, line: str, body: bytes = b"") -> Fault | None:
        self.calls.append(line)
        for fault in self.faults:
            if fault.on in line and fault.sent in body:
                self.faults.remove(fault)
                return fault
        return None

    def order(self, *faults: Fault) -> None:
        self.faults[:] = [fault for fault in faults for _ in range(fault.times)]
        self.calls.clear()

    def settle(self) -> None:
        """Until the server has done all that was held back."""
        self.settled.set()
        for thread in self.late:
            thread.join()
        self.late.clear()
        self.settled.clear()


def _less(item: dict[str, object], key: str) -> dict[str, object]:
    return {name: value for name, value in item.items() if name != key}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    proxy: Proxy

    def answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        # A browser that was told of a proxy says the whole address.
        self.path = self.path.removeprefix(self.proxy.server).removeprefix(self.proxy.prefix)
        limits = self.proxy.limits
        fault = self.proxy.take(f"{self.command} {self.path}", body) or Fault("")
        if fault.without:
            body = json.dumps(
                [_less(item, fault.without) for item in json.loads(body)]
            ).encode()
        headers = {k: v for k, v in self.headers.items() if k.lower() not in HOPS}
        url = f"{self.proxy.server}{self.path}"
        # All of the call, since this object goes on to the next one.
        ask = partial(
            self.proxy.client.request, self.command, url, content=body, headers=headers
        )
        if len(body) > limits.body:
            self._say(413, PAGE % b"too large", HTML)
        elif len(body) > limits.slow_body:
            if limits.is_carried_out:
                ask()
            self._say(504, PAGE % b"time-out", HTML)
        elif fault.late:
            thread = threading.Thread(target=self._later, args=(fault.late, ask))
            self.proxy.late.append(thread)
            thread.start()
            if fault.status:
                self._say(fault.status, fault.body.encode(), dict(fault.headers))
            else:
                self._say(504, PAGE % b"time-out", HTML)
        elif fault.status:
            self._say(fault.status, fault.body.encode(), dict(fault.headers))
        else:
            reply = ask()
            sleep(fault.slow)
            told = {k: v for k, v in reply.headers.items() if k.lower() not in HOPS}
            if len(reply.content) > limits.answer:
                fault = Fault("", cut=limits.answer / len(reply.content), reset=True)
            self._say(reply.status_code, reply.content, told, fault)

    def _later(self, seconds: float, ask: Callable[[], httpx.Response]) -> None:
        self.proxy.settled.wait(seconds)
        with self.proxy.turn:
            ask()

    def _say(
        self, status: int, body: bytes, headers: dict[str, str], fault: Fault | None = None
    ) -> None:
        fault = fault or Fault("")
        if fault.reset and not fault.cut:
            self._reset()
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if fault.cut is None or fault.reset:
            self.send_header("Content-Length", str(len(body)))
        else:  # an end that looks like one
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        sent = body if fault.cut is None else body[: int(len(body) * fault.cut)]
        with suppress(OSError):
            self.wfile.write(sent)
            self.wfile.flush()
        if fault.reset:
            self._reset()

    def _reset(self) -> None:
        linger = struct.pack("ii", 1, 0)
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        # Not shutdown, which would say goodbye first.
        self.connection.close()
        self.close_connection = True

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer

    def finish(self) -> None:
        with suppress(OSError, ValueError):
            super().finish()

    def log_message(self, *_: object) -> None:
        """Nobody wants to know."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, *_: object) -> None:
        """A client that hung up: that is what is tested."""


@contextmanager
def proxied(
    server: str, *, certificate: ssl.SSLContext | None = None, prefix: str = ""
) -> Iterator[Proxy]:
    """A proxy in front of *server*, on a port of its own, that speaks HTTPS where it has a certificate."""
    handler = type("Handler", (_Handler,), {})
    listening: socketserver.BaseServer
    # A connection for each call, as its client's own are.
    limits = httpx.Limits(max_keepalive_connections=0)
    with (
        httpx.Client(timeout=60, trust_env=False, limits=limits) as client,
        _Server(("127.0.0.1", 0), handler) as listening,
    ):
        client.cookies.jar.set_policy(DefaultCookiePolicy(allowed_domains=[]))  # it keeps none
        scheme = "http"
        if certificate:
            scheme = "https"
            listening.socket = certificate.wrap_socket(listening.socket, server_side=True)
        address = f"{scheme}://127.0.0.1:{listening.server_address[1]}{prefix}"
        proxy = Proxy(address, server, client, prefix)
        handler.proxy = proxy
        try:
            with in_a_thread(listening):
                yield proxy
        finally:
            proxy.settle()


class _Tunnel(socketserver.StreamRequestHandler):
    """Takes ``CONNECT name:443``, and leads to one place whatever the name is."""

    place: tuple[str, int]
    named: list[str]

    def handle(self) -> None:
        line = self.rfile.readline().decode()
        while self.rfile.readline().strip():
            pass
        self.named.append(line.split()[1])
        with socket.create_connection(self.place) as other:
            self.connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            ends = {self.connection: other, other: self.connection}
            while True:
                for ready in select.select([*ends], [], [])[0]:
                    if not (said := ready.recv(65536)):
                        return
                    ends[ready].sendall(said)


class _Tunnels(socketserver.ThreadingTCPServer):
    daemon_threads = True
    block_on_close = False


@contextmanager
def tunnelled(port: int) -> Iterator[tuple[str, list[str]]]:
    """The address of a proxy as HTTPS_PROXY names one, whose every name is *port* here; which were asked for."""
    named: list[str] = []
    handler = type("Tunnel", (_Tunnel,), {"place": ("127.0.0.1", port), "named": named})
    with _Tunnels(("127.0.0.1", 0), handler) as listening, in_a_thread(listening):
        yield f"http://127.0.0.1:{listening.server_address[1]}", named
