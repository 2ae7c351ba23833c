"""Tables as text, for other programs."""

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from askmesh.cli.answer_record import table_text

CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\r\x00"), max_size=6)


@given(st.lists(st.tuples(CELLS, CELLS), max_size=3))
def test_a_table_as_csv_reads_back_as_it_was(rows: list[tuple[str, str]]) -> None:
    text = table_text(["a", "b"], rows, "csv")
    assert list(csv.reader(io.StringIO(text, newline=""))) == [["a", "b"], *map(list, rows)]


def test_a_table_as_markdown_keeps_one_line_per_row_whatever_the_cells_hold() -> None:
    text = table_text(["Room", "Seats"], [("A|B", "20\n(30)"), ("C\\D", "5")], "markdown")
    assert text.splitlines() == [
        "| Room | Seats |",
        "| --- | --- |",
        "| A\\|B | 20 (30) |",
        "| C\\\\D | 5 |",
    ]
