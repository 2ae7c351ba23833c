"""Whether the ports of a mesh are free."""

import socket
from collections.abc import Iterable

from askmesh.errors import StartupError


def require_free(addresses: Iterable[str]) -> None:
    """Raise `StartupError` if something listens on one of these addresses (`host:port`)."""
    for address in addresses:
        host, _, port = address.rpartition(":")
        try:
            with socket.create_server((host, int(port))):
                pass
        except OSError:
            raise StartupError(
                "PORT_IN_USE",
                f"Port {port} is in use: stop what listens there, or choose other ports "
                "with --base-port",
            ) from None
