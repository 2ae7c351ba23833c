"""Ports for servers that begin to listen later than their ports are chosen."""

import socket
from contextlib import closing
from itertools import cycle
from random import SystemRandom

# Below the ports that systems give to connections, which may take one at any moment.
_PORTS = range(10_000, 20_000)
_IN_ANY_ORDER = cycle(SystemRandom().sample(_PORTS, len(_PORTS)))


def free_port() -> int:
    """Return a port where nobody listens: here never the same, elsewhere hardly ever."""
    return next(port for port in _IN_ANY_ORDER if is_free(port))


def free_address() -> str:
    """Return an address of this machine where nobody listens, see `free_port`."""
    return f"127.0.0.1:{free_port()}"


def is_free(port: int) -> bool:
    """Tell whether a server could listen: no other one does, and no connection uses it."""
    with closing(socket.socket()) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
