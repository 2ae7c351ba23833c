"""An answer for programs: as one JSON object, or its table alone."""

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Literal

from askmesh.client import (
    Citation,
    Completed,
    Event,
    PlanMade,
    SourcesRanked,
    TableDelta,
    TableRow,
    TextDelta,
    UnsupportedSpan,
)

TableForm = Literal["csv", "markdown"]

_ENVELOPE = ("answer_id", "sequence")


class AnswerRecord:
    """Collect the events of one answer."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._columns: list[str] = []
        self._rows: list[TableRow] = []
        self._citations: list[dict[str, object]] = []
        self._unsupported: list[dict[str, object]] = []
        self._fields: dict[str, object] = {}

    def show(self, event: Event) -> None:
        """Take one event."""
        match event:
            case TextDelta(text=text):
                self._text.append(text)
            case TableDelta(columns=columns, rows=rows):
                self._columns = list(columns) or self._columns
                self._rows.extend(rows)
            case Citation():
                self._citations.append(_body(event))
            case UnsupportedSpan():
                self._unsupported.append(_body(event))
            case PlanMade() | SourcesRanked() | Completed():
                self._fields |= {"answer_id": event.answer_id, **_body(event)}
            case _:
                pass

    @property
    def text(self) -> str:
        """The whole text."""
        return "".join(self._text)

    @property
    def columns(self) -> list[str]:
        """The table's columns."""
        return self._columns

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """The cells of the table's rows."""
        return [row.cells for row in self._rows]

    def as_json(self) -> dict[str, object]:
        """Return everything, in types that JSON has."""
        rows = [asdict(row) for row in self._rows]
        return {
            "text": self.text,
            "table": {"columns": self._columns, "rows": rows} if rows else None,
            "citations": self._citations,
            "unsupported_spans": self._unsupported,
            **self._fields,
        }


def jsonable(value: object) -> str:
    """Return the text of a value that JSON has no type for. For `json.dumps(default=…)`."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def table_text(columns: Sequence[str], rows: Iterable[Sequence[str]], form: TableForm) -> str:
    """Return a table in that form, with a line feed at its end."""
    return _csv(columns, rows) if form == "csv" else _markdown(columns, rows)


def _body(event: Event) -> dict[str, object]:
    return {name: value for name, value in asdict(event).items() if name not in _ENVELOPE}


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


def _markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(map(_markdown_cell, line))} |\n" for line in lines)


def _markdown_cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
