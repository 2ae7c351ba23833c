"""A door that records whom it refuses."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from askmesh.auditing import AuditEvent, AuditTrail
from askmesh.errors import AskmeshError
from askmesh.identity import Caller
from askmesh.rpc import CallMetadata
from askmesh.serving._admitting import GuardedDoor

STRANGERS_SECONDS = 0.1
"""How often a stranger is recorded at most: whoever knocks must not fill a disk."""


@dataclass(slots=True)
class AuditedDoor:
    """Lets in whom a guarded door lets in, and records the others with the reason."""

    door: GuardedDoor
    audit: AuditTrail
    clock: Callable[[], float] = time.monotonic
    _recorded: float = field(default=float("-inf"), init=False)
    _unrecorded: int = field(default=0, init=False)

    async def admit(self, method: str, metadata: CallMetadata) -> Caller:
        said = dict(tuple(metadata))
        caller: Caller | None = None
        try:
            caller = await self.door.caller_of(said)
            self.door.require_allowed(caller, method, said)
        except AskmeshError as error:
            self._refused(caller, method, error.reason)
            raise
        return caller

    def _refused(self, caller: Caller | None, method: str, reason: str) -> None:
        details: dict[str, str | int] = {"method": method.lstrip("/"), "reason": reason}
        if caller is None:
            if self.clock() - self._recorded < STRANGERS_SECONDS:
                self._unrecorded += 1
                return
            details["others_since"] = self._unrecorded
            self._recorded, self._unrecorded = self.clock(), 0
        self.audit.record(AuditEvent("call.refused", caller, details))
