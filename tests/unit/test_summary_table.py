from collections.abc import Sequence
from dataclasses import replace

import pytest

from askmesh.api.common.v1.answer_pb2 import TableDelta, TableRow
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.question import take_apart
from askmesh.summarization.table import MISSING, CheckedTable, evidence_table, source_table
from askmesh.summarization.tabulating import records_of
from askmesh.summarization.values import Source
from support.summaries import CRISIS, TALKS

COLUMNS = ("Event", "Year")
ROOMS = Source(
    passage_id="rooms",
    title="Rooms",
    text=(
        "Room: Alder | Seats: 20 | Floor: 3\n"
        "Room: Birch | Seats: 4 | Floor: 1\n"
        "Room: Cedar | Seats: 8 | Floor: 2"
    ),
    score=0.8,
)


def _source_table(
    question: str, columns: tuple[str, ...] = (), *, sources: Sequence[Source] = (ROOMS, TALKS)
) -> TableDelta | None:
    ranked = tuple(rank_units(question, sources))
    evidence = Evidence(question=take_apart(question), shown=ranked, ranked=ranked, probability=0.9)
    return source_table(evidence, columns)


def test_the_table_of_the_sources_is_taken_as_it_is() -> None:
    table = _source_table("Show the rooms as a table")
    assert table is not None
    assert table.columns == ["Room", "Seats", "Floor"]
    assert table.rows[0] == TableRow(cells=["Alder", "20", "3"], source_numbers=[1])
    assert len(table.rows) == 3


def test_rows_of_a_document_that_is_stored_twice_are_told_once() -> None:
    copy = replace(ROOMS, passage_id="copy", text=f"{ROOMS.text}\nRoom: Elm | Seats: 6 | Floor: 2")
    table = _source_table("Show the rooms as a table", sources=(ROOMS, copy))
    assert table is not None
    assert [row.cells[0] for row in table.rows] == ["Alder", "Birch", "Cedar", "Elm"]


def test_rows_with_empty_cells_stay_in_their_table() -> None:
    lacking = replace(ROOMS, text=f"{ROOMS.text}\nRoom: Elm | Floor: 2")
    table = _source_table("Show the rooms as a table", sources=(lacking,))
    assert table is not None
    assert table.rows[-1] == TableRow(cells=["Elm", MISSING, "2"], source_numbers=[1])


def test_of_a_table_of_the_sources_the_columns_and_rows_asked_for_are_taken() -> None:
    table = _source_table("Compare the seats of Alder and Birch", ("room", "seats"))
    assert table is not None
    assert table.columns == ["Room", "Seats"]
    assert [list(row.cells) for row in table.rows] == [["Alder", "20"], ["Birch", "4"]]


@pytest.mark.parametrize(("first", "count"), [("", 0), ("Wheel {}\n", 2)])
def test_forms_without_a_title_are_told_by_their_first_line_unless_it_is_a_field(
    first: str, count: int
) -> None:
    forms = [
        Source(passage_id=name, document_id=name, text=f"{first.format(name)}Speed: 9\nMotor: belt")
        for name in ("A", "B")
    ]
    found = records_of(rank_units("Which motor has which speed?", forms))
    assert [len(each.records) for each in found] == [count] * bool(count)


def test_one_row_is_no_table() -> None:
    one = Source(passage_id="one", title="Rooms", text="Room: Alder | Seats: 20")
    assert records_of(rank_units("Which rooms are there?", [one])) == []


def test_forms_of_the_same_heading_are_named_by_what_differs_in_their_titles() -> None:
    forms = [
        Source(passage_id=name, document_id=name, title=f"{name}: manual", text="# Data\nSpeed: 9")
        for name in ("W100", "W200")
    ]
    (found,) = records_of(rank_units("Which speed has which wheel?", forms))
    assert [record.name for record in found.records] == ["W100", "W200"]


def _table(columns: tuple[str, ...] = COLUMNS) -> CheckedTable:
    return CheckedTable(columns, rank_units("When did the crisis begin?", [CRISIS, TALKS]))


@pytest.mark.parametrize(
    "line",
    ["Event | Year", "|---|---|", "oil crisis", "oil crisis | 1973 | more", "oil crisis | "],
)
def test_headers_rules_and_broken_lines_are_no_rows(line: str) -> None:
    assert _table().take(line) is None


def test_the_columns_come_with_the_first_row_only() -> None:
    table = _table()
    first = table.take("| **oil crisis** | October 1973 | [2]")
    second = table.take("oil shock | March 1974")
    assert first == TableDelta(
        columns=COLUMNS,
        rows=[TableRow(cells=["oil crisis", "October 1973"], source_numbers=[1])],
    )
    assert second is not None
    assert not second.columns


def test_the_model_names_the_columns_where_nobody_else_does() -> None:
    table = _table(())
    assert table.take("| Event | Began |") is None
    assert table.take("|---|---|") is None
    delta = table.take("| oil crisis | October 1973 |")
    assert delta is not None
    assert delta.columns == ["Event", "Began"]


def test_rows_that_no_source_has_or_that_repeat_are_dropped() -> None:
    table = _table()
    assert table.take("oil crisis | October 1979") is None
    assert table.take("black death | October 1973") is None
    assert table.take("oil crisis | October 1973") is not None
    assert table.take("oil crisis | October 1973") is None


def test_a_cell_that_the_source_does_not_have_is_left_out() -> None:
    delta = _table(("Event", "Year", "Cause")).take("oil crisis | October 1973 | a war in 1967")
    assert delta is not None
    assert delta.rows[0].cells == ["oil crisis", "October 1973", "\u2013"]


def test_what_stands_in_another_statement_is_not_told_twice() -> None:
    text = "Ice is cold. This means that it is slippery. Snow is soft."
    evidence = rank_units("What is ice?", [Source(passage_id="i", title="Ice", text=text)])
    said = [row.cells[1] for row in evidence_table([*evidence, *evidence]).rows]
    assert len(said) == len(set(said))
    assert not any(one != other and one in other for one in said for other in said)


def test_no_more_than_the_best_of_the_evidence_stands_in_for_a_table() -> None:
    text = " ".join(f"Lake {number} is {number * 10} metres deep." for number in range(1, 12))
    evidence = rank_units("Lakes?", [Source(passage_id="l", title="Lakes", text=text)])
    assert len(evidence_table(evidence).rows) == 6


def test_the_evidence_itself_makes_a_table() -> None:
    evidence = rank_units("Who negotiated?", [CRISIS, TALKS])
    table = evidence_table([item for item in evidence if item.source_number == 2])
    assert table.columns == ["Source", "Statement"]
    assert [list(row.source_numbers) for row in table.rows] == [[2], [2]]
    assert table.rows[0].cells[0] == "Kissinger"
    assert table.rows[1].cells[1] == "Japan did not support the embargo."
