"""A port of this machine that nobody listens on."""

import socket
from contextlib import suppress

from curation.errors import StudioError
from curation.localserver.install import Say

PORTS = 100  # how many are tried, from the one asked for


def free_port(host: str, asked: int, last: int, say: Say) -> int:
    """The first free port, preferring last time's: people keep links."""
    ports = range(asked, min(asked + PORTS, 65536))
    before = last if last in ports else asked
    tries: list[int] = [before, *ports]
    for port in tries:
        if _free(host, port):
            if port not in (before, asked):
                say(f"port {before} is taken; taking {port}")
            return port
    raise StudioError(
        f"no port between {ports[0]} and {ports[-1]} is free", hint="stop what listens there"
    )


def _free(host: str, port: int) -> bool:
    # Both questions, for systems differ on who may listen beside whom.
    with socket.socket() as knock:
        knock.settimeout(1)
        if knock.connect_ex((host, port)) == 0:
            return False
    with socket.socket() as seat, suppress(OSError):
        seat.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        seat.bind((host, port))
        return True
    return False
