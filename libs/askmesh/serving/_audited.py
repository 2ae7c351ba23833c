"""Recording whom a door refuses."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias

from askmesh.auditing import AuditEvent, AuditTrail
from askmesh.errors import AskmeshError
from askmesh.identity import Caller

REFUSALS_SECONDS = 0.1
"""How often what is refused to one caller is recorded at most: knocking must not fill a disk."""

MAX_KNOWN = 10_000
"""Of how many callers it is known when something was refused to them last."""

_Who: TypeAlias = tuple[str, str] | None
"""Tenant and user; None for strangers."""


@dataclass(frozen=True, slots=True)
class _Refusals:
    """When one was recorded last, and how many were not since."""

    recorded: float = float("-inf")
    unrecorded: int = 0


@dataclass(slots=True)
class RecordedRefusals:
    """Records those whom a door refuses, with the reason.

    Each caller, and all strangers together, are recorded every `REFUSALS_SECONDS` at most, and
    while there is room; `others_since` counts what was not recorded.
    """

    audit: AuditTrail
    clock: Callable[[], float] = time.monotonic
    _refusals: dict[_Who, _Refusals] = field(default_factory=dict[_Who, _Refusals], init=False)

    def __call__(self, caller: Caller | None, method: str, error: AskmeshError) -> None:
        """Take down that a method was refused to a caller, or to a stranger."""
        who = (caller.tenant, caller.user) if caller else None
        known = self._refusals.pop(who, _Refusals())
        now = self.clock()
        event = AuditEvent(
            "call.refused",
            caller,
            {
                "method": method.lstrip("/"),
                "reason": error.reason,
                "others_since": known.unrecorded,
            },
        )
        is_recorded = now - known.recorded >= REFUSALS_SECONDS and self.audit.offer(event)
        self._refusals[who] = (
            _Refusals(now) if is_recorded else _Refusals(known.recorded, known.unrecorded + 1)
        )
        if len(self._refusals) > MAX_KNOWN:
            del self._refusals[next(iter(self._refusals))]
