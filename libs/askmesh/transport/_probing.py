"""Why a connection is not made: gRPC says no more than that it is not."""

import asyncio
import socket
import ssl
from enum import Enum

from askmesh.transport._files import TlsFiles

_SECONDS = 2.0
# As OpenSSL numbers what is wrong with a certificate.
_TIMES = {9, 10}
_NAMES = {62, 64}


class TlsProblem(Enum):
    """What keeps two from talking, as a clause about the one that is called."""

    ENCRYPTED = "speaks TLS, and was spoken to in plain text"
    PLAIN = "does not speak TLS"
    STRANGER = "shows a certificate that the authority has not signed"
    OTHER_NAME = "shows a certificate for another name"
    EXPIRED = "shows a certificate that is not valid now"
    REFUSES = "takes only callers with a certificate that it knows"


async def tls_problem(address: str, files: TlsFiles | None) -> TlsProblem | None:
    """Return what is wrong with TLS at an address, None if nothing is, or nobody is there.

    `files` are those that a connection is to be made with, None for plain text.
    """
    host, _, port = address.removeprefix("dns:///").rpartition(":")
    if not port.isdecimal():
        return None
    place = host.removeprefix("ipv4:").removeprefix("ipv6:").strip("[]"), int(port)
    return await asyncio.to_thread(_problem, place, files)


def _problem(place: tuple[str, int], files: TlsFiles | None) -> TlsProblem | None:
    try:
        with socket.create_connection(place, timeout=_SECONDS) as connection:
            return _of(connection, place[0], files)
    except OSError:
        return None


def _of(connection: socket.socket, host: str, files: TlsFiles | None) -> TlsProblem | None:
    try:
        secured = _context(files).wrap_socket(connection, server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        return _problem_of(error.verify_code)
    except (ssl.SSLEOFError, ssl.SSLZeroReturnError):  # which one depends on the OpenSSL
        return None
    except ssl.SSLError as error:
        is_told = "ALERT" in (error.reason or "")
        if files is None:
            return TlsProblem.ENCRYPTED if is_told else None
        return TlsProblem.REFUSES if is_told else TlsProblem.PLAIN
    with secured:
        if files is None:
            return TlsProblem.ENCRYPTED
        return None if _is_welcome(secured) else TlsProblem.REFUSES


def _is_welcome(secured: ssl.SSLSocket) -> bool:
    """Tell whether the server speaks: one that refuses a certificate hangs up only now."""
    try:
        return bool(secured.recv(1))
    except TimeoutError:
        return True
    except (ssl.SSLError, ConnectionError):
        return False


def _context(files: TlsFiles | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=files.authority if files else None)
    context.set_alpn_protocols(["h2"])
    if files is None:
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    elif files.certificate:
        context.load_cert_chain(files.certificate, files.key)
    return context


def _problem_of(code: int) -> TlsProblem:
    if code in _TIMES:
        return TlsProblem.EXPIRED
    return TlsProblem.OTHER_NAME if code in _NAMES else TlsProblem.STRANGER
