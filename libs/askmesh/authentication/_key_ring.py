"""Callers by their keys, and by the names in their certificates."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from hmac import compare_digest
from pathlib import Path
from time import monotonic

from askmesh.authentication._api_keys import ApiKey, digest_of
from askmesh.authentication._certified import CertifiedName
from askmesh.authentication._key_file import read_known_callers
from askmesh.authentication._refusing import contradicting, expired, invalid
from askmesh.errors import StartupError
from askmesh.identity import Caller

LOOK_SECONDS = 1.0
_logger = logging.getLogger("askmesh.authentication")


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class _Known:
    """The entries of a file, by what is shown."""

    keys: Mapping[str, ApiKey]
    certificates: Mapping[str, Collection[CertifiedName]]


class KeyRing:
    """The entries of a file that may change: what is revoked counts no longer a second later.

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
        self._known = _read(path)
        self._looked = monotonic()

    @property
    def knows_certificates(self) -> bool:
        """Whether the file has names in certificates."""
        return bool(self._known.certificates)

    async def caller_of(self, credential: str) -> Caller:
        """Return whom a key stands for. Raise `UnauthenticatedError` if it is none, or expired."""
        await self._keep_up()
        digest = digest_of(credential)
        # What the time of this look-up tells is about digests, and no key follows from one.
        key = self._known.keys.get(digest)
        if key is None or not compare_digest(key.sha256, digest):
            raise invalid("there is no such key, or no longer")
        return self._caller(key)

    async def caller_with(self, subjects: Collection[str]) -> Caller | None:
        """Return whom the names of a certificate that was verified stand for; None if for nobody.

        Raise `UnauthenticatedError` if for more than one, or if none of them counts any longer.
        What is over contradicts nothing that counts.
        """
        await self._keep_up()
        certificates = self._known.certificates
        found = [each for subject in subjects for each in certificates.get(subject, ())]
        counting = [each for each in found if not self._is_over(each)] or found
        if len({each.caller for each in counting}) > 1:
            raise contradicting("the names in the certificate stand for different callers")
        return self._caller(counting[0]) if counting else None

    def _caller(self, entry: ApiKey | CertifiedName) -> Caller:
        if self._is_over(entry):
            raise expired()
        return entry.caller

    def _is_over(self, entry: ApiKey | CertifiedName) -> bool:
        return entry.is_over(self._now())

    async def _keep_up(self) -> None:
        if monotonic() - self._looked >= self._look_seconds:
            self._looked = monotonic()
            await asyncio.to_thread(self._look)

    def _look(self) -> None:
        stamp = _stamp(self._path)
        if stamp == self._stamp:
            return
        try:
            self._known = _read(self._path)
            self._stamp = stamp
        except StartupError as error:
            if stamp != self._told:
                _logger.error("the keys that were read last still count: %s", error.message)  # noqa: TRY400 - the sentence says it all
            self._told = stamp


def _read(path: Path) -> _Known:
    known = read_known_callers(path)
    certificates: defaultdict[str, list[CertifiedName]] = defaultdict(list)
    for each in known.certificates:
        certificates[each.folded].append(each)
    return _Known({key.sha256: key for key in known.keys}, dict(certificates))


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with a file; None while there is none."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return stat.st_mtime_ns, stat.st_ino, stat.st_size
