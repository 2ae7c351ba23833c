"""Addresses to listen on, and why one cannot be used."""

import errno
import socket

from askmesh.errors import StartupError


def try_address(address: str, variable: str) -> None:
    """Raise `StartupError` if `address` cannot be used. gRPC itself does not say why."""
    host, _, port = address.rpartition(":")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host.strip("[]"), int(port)))
            probe.listen()
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise _in_use(address, variable) from error
            raise unusable(address, variable, error.strerror or str(error)) from error


def unusable(address: str, variable: str, cause: str) -> StartupError:
    """Return the error of an address that is none of this machine."""
    return StartupError(
        "ADDRESS_UNUSABLE",
        f"The address {address} cannot be used ({cause}): set {variable} to one of this machine.",
        address=address,
    )


def _in_use(address: str, variable: str) -> StartupError:
    return StartupError(
        "ADDRESS_IN_USE",
        f"Port {address} is in use: stop what listens there, or set {variable}.",
        address=address,
    )
