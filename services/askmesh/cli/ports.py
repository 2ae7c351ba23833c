"""Whether the ports of a mesh are free."""

import errno
import socket
from collections.abc import Iterable

from askmesh.errors import StartupError


def require_free(addresses: Iterable[str]) -> None:
    """Raise `StartupError` if one of these addresses (`host:port`) cannot be listened on."""
    for address in addresses:
        host, _, port = address.rpartition(":")
        try:
            with socket.create_server((host, int(port))):
                pass
        except OSError as error:
            raise _unusable(port, error) from None


def _unusable(port: str, error: OSError) -> StartupError:
    if error.errno == errno.EADDRINUSE:
        return StartupError(
            "PORT_IN_USE",
            f"Port {port} is in use: stop what listens there, or choose other ports "
            "with --base-port",
        )
    return StartupError(
        "PORT_UNUSABLE",
        f"Port {port} cannot be used ({error.strerror or error}): choose other ports with "
        "--base-port",
    )
