"""Ports that no other test process takes, and no connection: the system gives connections other numbers."""

import fcntl
import os
import random
import tempfile
from contextlib import suppress
from functools import cache
from pathlib import Path

from curation.localserver.free_port import PORTS_TRIED

# What connections get where the system doesn't say so (IANA's range).
FIRST_OF_CONNECTIONS = 49152
LINUX_RANGE = Path("/proc/sys/net/ipv4/ip_local_port_range")
# Below are ports that people's own servers have, our default one among them.
LOWEST = 10000
LOCKS = Path(tempfile.gettempdir()) / f"curate-test-ports-{os.getuid()}"

# Two servers may be started in one process, each with all ports that `curate up` tries after its own.
SERVERS = 4
BLOCK = SERVERS * PORTS_TRIED


@cache
def own_ports() -> range:
    """Ports of this process alone, for as long as it lives; RuntimeError where no more are left."""
    blocks = list(range(LOWEST, _first_of_connections() - BLOCK + 1, BLOCK))
    random.SystemRandom().shuffle(blocks)
    LOCKS.mkdir(mode=0o700, exist_ok=True)
    for first in blocks:
        held = os.open(LOCKS / str(first), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with suppress(BlockingIOError):
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return range(first, first + BLOCK)  # held until the process ends
        os.close(held)
    raise RuntimeError(f"all ports below {_first_of_connections()} are taken: see {LOCKS}")


def _first_of_connections() -> int:
    with suppress(OSError, ValueError):
        return int(LINUX_RANGE.read_text().split()[0])
    return FIRST_OF_CONNECTIONS
