"""What is worth a line."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TypeAlias

from askmesh.identity import Caller

Detail: TypeAlias = str | int | Sequence[str]


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class AuditEvent:
    """Somebody did something. Without a caller nobody knows who it was.

    `action` is a closed set of names such as "answer.asked"; `details` name what it was about, and
    `texts` is what people wrote, which is kept only if the operator wants it.
    """

    action: str
    caller: Caller | None
    details: Mapping[str, Detail]
    texts: Mapping[str, str] = field(default_factory=dict[str, str])
    time: datetime = field(default_factory=_now)

    def line(self, service: str, *, with_texts: bool) -> bytes:
        """Return the event as a line of JSON; see `json_line`."""
        told = {
            "time": self.time.isoformat(timespec="milliseconds"),
            "service": service,
            "action": self.action,
            **self.fields(with_texts=with_texts),
        }
        return json_line(told)

    def fields(self, *, with_texts: bool) -> Mapping[str, Detail]:
        """Return who did it, and what it was about."""
        who = {"tenant": self.caller.tenant, "user": self.caller.user} if self.caller else {}
        return {**who, **self.details, **(self.texts if with_texts else {})}


def json_line(told: Mapping[str, object]) -> bytes:
    """Return a line of JSON in UTF-8, with its end.

    Names may hold halves of characters, for which UTF-8 has no bytes; JSON has escapes.
    """
    return json.dumps(told, ensure_ascii=False).encode(errors="backslashreplace") + b"\n"
