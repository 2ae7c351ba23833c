"""An answer as one JSON object, for programs."""

from dataclasses import asdict
from datetime import datetime

from askmesh.client import (
    Citation,
    Completed,
    Event,
    PlanMade,
    SourcesRanked,
    TableDelta,
    TextDelta,
)

_ENVELOPE = ("answer_id", "sequence")


class AnswerRecord:
    """Collect the events of one answer."""

    def __init__(self) -> None:
        self._text: list[str] = []
        self._columns: list[str] = []
        self._rows: list[dict[str, object]] = []
        self._citations: list[dict[str, object]] = []
        self._fields: dict[str, object] = {}

    def show(self, event: Event) -> None:
        """Take one event."""
        match event:
            case TextDelta(text=text):
                self._text.append(text)
            case TableDelta(columns=columns, rows=rows):
                self._columns = list(columns) or self._columns
                self._rows.extend(asdict(row) for row in rows)
            case Citation():
                self._citations.append(_body(event))
            case PlanMade() | SourcesRanked() | Completed():
                self._fields |= {"answer_id": event.answer_id, **_body(event)}
            case _:
                pass

    def as_json(self) -> dict[str, object]:
        """Return everything, in types that JSON has."""
        table = {"columns": self._columns, "rows": self._rows} if self._rows else None
        return {
            "text": "".join(self._text),
            "table": table,
            "citations": self._citations,
            **self._fields,
        }


def jsonable(value: object) -> str:
    """Return the text of a value that JSON has no type for. For `json.dumps(default=…)`."""
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no form in JSON")


def _body(event: Event) -> dict[str, object]:
    return {name: value for name, value in asdict(event).items() if name not in _ENVELOPE}
