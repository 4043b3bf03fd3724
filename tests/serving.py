"""A server on this machine that answers what a test says, or cuts connections."""

from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import StreamRequestHandler, ThreadingTCPServer
from threading import Thread

PROXY_VARIABLES = ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY")
CERTIFICATE_VARIABLES = ("SSL_CERT_FILE", "SSL_CERT_DIR")


def without_proxies(monkeypatch):
    """The environment names no proxies, and no certificates of one's own."""
    for name in (*PROXY_VARIABLES, *CERTIFICATE_VARIABLES):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@contextmanager
def in_a_thread(server):
    """The server answers inside of the block, and has stopped behind it."""
    thread = Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield
    finally:
        server.shutdown()
        thread.join()


@contextmanager
def serving(answer, cuts=0):
    """
    The address of a server, and the calls that it got; *answer* gives each its status, body and headers.

    The first *cuts* connections are closed before anything is said.
    """
    calls = []

    class Handler(BaseHTTPRequestHandler):
        def answer(self):
            calls.append(self.path)
            status, body, *headers = answer(self.path)
            self.rfile.read(int(self.headers.get("content-length", 0)))
            self.send_response(status)
            for name, value in (("content-length", str(len(body))), *headers):
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_DELETE = do_CONNECT = answer

        def log_message(self, *_):
            pass

    class Server(ThreadingHTTPServer):
        left = cuts

        def verify_request(self, request, client_address):
            if self.left > 0:
                self.left -= 1
                calls.append("cut")
                request.recv(65536)  # so that it ends cleanly, without a reset
                return False
            return True

    with Server(("127.0.0.1", 0), Handler) as server, in_a_thread(server):
        yield f"127.0.0.1:{server.server_port}", calls


@contextmanager
def listening(talk):
    """The address of a server that calls *talk* with each connection, and then closes it."""

    class Handler(StreamRequestHandler):
        def handle(self):
            with suppress(OSError):
                talk(self.request)

    class Server(ThreadingTCPServer):
        daemon_threads = True

    with Server(("127.0.0.1", 0), Handler) as server, in_a_thread(server):
        yield f"127.0.0.1:{server.server_address[1]}"
