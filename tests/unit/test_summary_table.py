import pytest

from askmesh.summarization.evidence import rank_sentences
from askmesh.summarization.support import Grounds
from askmesh.summarization.table import CheckedTable, evidence_table, parse_row
from askmesh.summarization.values import TableDelta, TableRow
from support.summaries import CRISIS, TALKS

COLUMNS = ("Event", "Year")


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        ("oil crisis | 1973 [1]", ("oil crisis", "1973")),
        ("| **oil crisis** | 1973 |", ("oil crisis", "1973")),
        ("Event | Year", None),
        ("|---|---|", None),
        ("oil crisis", None),
        ("oil crisis | 1973 | more", None),
        ("oil crisis | ", None),
    ],
)
def test_lines_are_rows_if_they_have_a_cell_per_column(
    line: str, cells: tuple[str, ...] | None
) -> None:
    assert parse_row(line, COLUMNS) == cells


def _table() -> CheckedTable:
    evidence = rank_sentences("When did the crisis begin?", [CRISIS, TALKS])
    return CheckedTable(COLUMNS, Grounds("When?", evidence, support_bar=0.7))


def test_the_columns_come_with_the_first_row_only() -> None:
    table = _table()
    first = table.take("oil crisis | October 1973 [2]")
    second = table.take("price of oil | March 1974")
    assert first == TableDelta(COLUMNS, (TableRow(("oil crisis", "October 1973"), (1,)),))
    assert second is not None
    assert second.columns == ()


def test_rows_that_the_evidence_does_not_support_or_repeat_are_dropped() -> None:
    table = _table()
    assert table.take("oil crisis | October 1979") is None
    assert table.take("oil crisis | October 1973") is not None
    assert table.take("oil crisis | October 1973") is None


def test_the_evidence_itself_makes_a_table() -> None:
    evidence = rank_sentences("Who negotiated?", [CRISIS, TALKS])
    table = evidence_table([item for item in evidence if item.source_number == 2])
    assert table.columns == ("Source", "Statement")
    assert [row.source_numbers for row in table.rows] == [(2,), (2,)]
    assert table.rows[0].cells[0] == "Kissinger"
    assert table.rows[1].cells[1] == "Japan did not support the embargo."
