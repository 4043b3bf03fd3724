"""A port of this machine that no program listens on."""

import socket
from contextlib import suppress

from curation.errors import StudioError
from curation.localserver.install import Say

# How many ports are tried, from the one that is asked for.
PORTS_TRIED = 100


def free_port(host: str, asked: int, last: int, say: Say) -> int:
    """
    The port of *last* time if it is free, since people keep links; else the first free one.

    Raises StudioError where all ports from *asked* on are taken.
    """
    ports = range(asked, min(asked + PORTS_TRIED, 65536))
    preferred = last if last in ports else asked
    candidates: list[int] = [preferred, *ports]
    for port in candidates:
        if _is_free(host, port):
            if port not in (preferred, asked):
                say(f"port {preferred} is taken; taking {port}")
            return port
    raise StudioError(
        f"no port between {ports[0]} and {ports[-1]} is free",
        hint="stop a program that listens there, or type: curate up --port PORT",
    )


def _is_free(host: str, port: int) -> bool:
    # Both are tried: systems differ on which programs may listen on one port.
    with socket.socket() as client:
        client.settimeout(1)
        if client.connect_ex((host, port)) == 0:
            return False
    with socket.socket() as listener, suppress(OSError):
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        return True
    return False
