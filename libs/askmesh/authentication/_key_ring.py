"""Callers by their keys."""

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path
from time import monotonic

from askmesh.authentication._api_keys import ApiKey, digest_of
from askmesh.authentication._key_file import read_keys
from askmesh.authentication._refusing import expired, invalid
from askmesh.errors import StartupError
from askmesh.identity import Caller

LOOK_SECONDS = 1.0
_logger = logging.getLogger("askmesh.authentication")


def _now() -> datetime:
    return datetime.now(UTC)


class KeyRing:
    """The keys of a file that may change: a key that is revoked counts no longer a second later.

    A file that has become unreadable changes nothing, is told in the log, and is tried again.
    """

    def __init__(
        self,
        path: Path,
        *,
        look_seconds: float = LOOK_SECONDS,
        now: Callable[[], datetime] = _now,
    ) -> None:
        """Read the file. Raise `StartupError` if it is no file of keys."""
        self._path = path
        self._look_seconds = look_seconds
        self._now = now
        self._stamp = self._told = _stamp(path)
        self._keys = _by_digest(path)
        self._looked = monotonic()

    async def caller_of(self, credential: str) -> Caller:
        """Return whom a key stands for. Raise `UnauthenticatedError` if it is none, or expired."""
        if monotonic() - self._looked >= self._look_seconds:
            self._looked = monotonic()
            await asyncio.to_thread(self._look)
        digest = digest_of(credential)
        # What the time of this look-up tells is about digests, and no key follows from one.
        key = self._keys.get(digest)
        if key is None or not compare_digest(key.sha256, digest):
            raise invalid("there is no such key, or no longer")
        if key.expires is not None and key.expires <= self._now():
            raise expired()
        return key.caller

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        try:
            self._keys = _by_digest(self._path)
            self._stamp = stamp
        except StartupError as error:
            if stamp != self._told:
                _logger.error("the keys that were read last still count: %s", error.message)  # noqa: TRY400 - the sentence says it all
            self._told = stamp


def _by_digest(path: Path) -> dict[str, ApiKey]:
    return {key.sha256: key for key in read_keys(path)}


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with a file; None while there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size
