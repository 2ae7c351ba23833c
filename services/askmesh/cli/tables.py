"""Tables as text, for other programs."""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Literal

TableForm = Literal["csv", "markdown"]


def table_text(columns: Sequence[str], rows: Iterable[Sequence[str]], form: TableForm) -> str:
    """Return a table in that form, with a line feed at its end."""
    return _csv(columns, rows) if form == "csv" else _markdown(columns, rows)


def _csv(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows([columns, *rows])
    return text.getvalue()


def _markdown(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [columns, ["---"] * len(columns), *rows]
    return "".join(f"| {' | '.join(map(_markdown_cell, line))} |\n" for line in lines)


def _markdown_cell(text: str) -> str:
    return " ".join(text.split()).replace("\\", "\\\\").replace("|", "\\|")
