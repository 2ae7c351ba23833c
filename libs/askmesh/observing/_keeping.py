"""The last traces and log lines, and no more of them than memory can hold."""

import json
from collections import OrderedDict, deque
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count, islice
from typing import cast

from askmesh.observing._records import SeenRecord
from askmesh.observing._spans import MAX_TEXT, SeenSpan

MAX_TRACES = 200
MAX_SPANS = 2_000
"""Of one trace: what comes after these is left out."""
MAX_LINES = 2_000
RECORDED = "AUDIT"
"""In place of a level, of what a service records."""
_ANSWER = "askmesh.answer.id"
_MESSAGE_TEXT = 10 * MAX_TEXT


@dataclass(frozen=True, slots=True)
class LogLine:
    """A line of a service's log. What is no line of JSON has its text alone."""

    number: int
    process: str
    text: str
    time: str = ""
    level: str = ""
    trace_id: str = ""


@dataclass(slots=True)
class _Trace:
    spans: list[SeenSpan] = field(default_factory=list[SeenSpan])
    answers: set[str] = field(default_factory=set[str])


class Kept:
    """Keeps what came last. Everything else is forgotten."""

    def __init__(self, *, traces: int = MAX_TRACES, lines: int = MAX_LINES) -> None:
        self._most = traces
        self._traces: OrderedDict[str, _Trace] = OrderedDict()
        self._lines = deque[LogLine](maxlen=lines)
        self._numbers = count(1)

    def add_spans(self, spans: Iterable[SeenSpan]) -> None:
        """Keep spans; the trace that has got none for longest is forgotten where there are many."""
        for span in spans:
            trace = self._traces.setdefault(span.trace_id, _Trace())
            self._traces.move_to_end(span.trace_id)
            if len(trace.spans) < MAX_SPANS:
                trace.spans.append(span)
                if answer := span.attributes.get(_ANSWER):
                    trace.answers.add(answer)
            if len(self._traces) > self._most:
                self._traces.popitem(last=False)

    def trace(self, trace_id: str) -> Sequence[SeenSpan]:
        """Return the spans of a trace; none of one that is not known."""
        found = self._traces.get(trace_id)
        return found.spans if found else ()

    def traces(self) -> Iterator[Sequence[SeenSpan]]:
        """Yield the traces, the newest first."""
        return (trace.spans for trace in reversed(self._traces.values()))

    def traces_of_answer(self, answer_id: str) -> list[Sequence[SeenSpan]]:
        """Return the traces of the calls that made, joined or resumed an answer, oldest first."""
        return [trace.spans for trace in self._traces.values() if answer_id in trace.answers]

    def add_line(self, process: str, text: str) -> None:
        """Keep a line that a process has written."""
        self._lines.append(_line(next(self._numbers), process, text))

    def add_records(self, records: Iterable[SeenRecord]) -> None:
        """Keep what services record for an audit, among the lines of their logs."""
        self._lines.extend(
            LogLine(
                next(self._numbers), each.service, each.text[:_MESSAGE_TEXT], each.time, RECORDED
            )
            for each in records
        )

    def lines(self, trace_id: str = "", *, limit: int = MAX_LINES) -> list[LogLine]:
        """Return the last lines, perhaps of one trace alone, the newest first."""
        chosen = (
            line for line in reversed(self._lines) if not trace_id or line.trace_id == trace_id
        )
        return list(islice(chosen, limit))


def _line(number: int, process: str, text: str) -> LogLine:
    try:
        told: object = json.loads(text) if text.startswith("{") else None
    except ValueError:
        told = None
    if not isinstance(told, dict):
        return LogLine(number, process, text[:_MESSAGE_TEXT])
    parts = {name: str(value) for name, value in cast("dict[str, object]", told).items()}
    time, level = parts.pop("time", ""), parts.pop("level", "")
    message, trace_id = parts.pop("message", ""), parts.pop("trace_id", "")
    for name in ("service", "logger", "span_id"):
        parts.pop(name, None)
    rest = " ".join(f"{name}={value}" for name, value in parts.items())
    return LogLine(
        number, process, f"{message} {rest}".rstrip()[:_MESSAGE_TEXT], time, level, trace_id
    )
