"""Files that are read again when they change."""

import logging
from pathlib import Path
from threading import Lock
from typing import TypeAlias

from askmesh.errors import StartupError
from askmesh.transport._files import Pems, TlsFiles

_Stamp: TypeAlias = tuple[tuple[int, int, int] | None, ...]

_logger = logging.getLogger("askmesh.transport")


class FollowedPems:
    """The newest contents of files that fit.

    Files that do not fit, such as while they are being replaced one after the other, change
    nothing, are told in the log once, and are tried again: a certificate may be valid later.
    """

    def __init__(self, files: TlsFiles) -> None:
        """Read the files. Raise `StartupError` if they cannot be used."""
        self._files = files
        self._stamp = self._told = _stamp(files)
        self._looking = Lock()
        self.pems = _read(files)

    def look(self) -> bool:
        """Return whether the contents are other ones than before. Blocks, for microseconds."""
        with self._looking:  # handshakes look, each in a thread of gRPC
            stamp = _stamp(self._files)
            return stamp != self._stamp and self._take(stamp)

    def _take(self, stamp: _Stamp) -> bool:
        try:
            pems = _read(self._files)
        except StartupError as error:
            if stamp != self._told:
                _logger.error("the certificates that were read last still count: %s", error.message)  # noqa: TRY400 - the sentence says it all
            self._told = stamp
            return False
        self._stamp = stamp
        if pems == self.pems:
            return False
        self.pems = pems
        _logger.info("certificates were read again; the own one holds until %s", pems.expires)
        return True


def _read(files: TlsFiles) -> Pems:
    from askmesh.transport._reading import read_pems  # noqa: PLC0415 - what reads them is large

    return read_pems(files)


def _stamp(files: TlsFiles) -> _Stamp:
    return tuple(map(_stamp_of, (files.authority, files.certificate, files.key)))


def _stamp_of(path: Path | None) -> tuple[int, int, int] | None:
    """Return what changes with a file and with who may read it; None while there is none."""
    if path is None:
        return None
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_ctime_ns, stat.st_ino, stat.st_size
