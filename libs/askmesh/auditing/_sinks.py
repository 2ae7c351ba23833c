"""Where events go beside a folder: to standard output, or a collector of logs."""

import sys
from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.auditing._events import AuditEvent
from askmesh.telemetry import CollectedRecord, LogCollector


@dataclass(frozen=True, slots=True)
class OutputSink:
    """Writes events to standard output, for whatever collects it."""

    service: str
    with_texts: bool

    def write(self, events: Sequence[AuditEvent]) -> int:
        for event in events:
            sys.stdout.buffer.write(event.line(self.service, with_texts=self.with_texts))
        sys.stdout.buffer.flush()
        return len(events)


@dataclass(frozen=True, slots=True)
class CollectorSink:
    """Sends events to a collector of logs, each under the name of its action."""

    collector: LogCollector
    with_texts: bool

    def write(self, events: Sequence[AuditEvent]) -> int:
        return self.collector.send(
            [
                CollectedRecord(event.action, event.time, event.fields(with_texts=self.with_texts))
                for event in events
            ]
        )
