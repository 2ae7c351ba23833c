"""Logs and timetables in plain text: a line is a statement of its own."""

import pytest

from askmesh.ingestion.blocks import Block, Code, KeyValue, ListItem, Paragraph
from askmesh.ingestion.text_reader import read_text


def _blocks(text: str) -> tuple[Block, ...]:
    return read_text(text).blocks


@pytest.mark.parametrize(
    "stamp",
    [
        "2026-11-28 10:00:00,123 INFO",
        "2026-11-28T10:00:00.123Z",
        "20261128T100000Z",
        "2026/11/28 10:00:00",
        "28.11.2026 10:00:00",
        "[28/Nov/2026:10:00:00 +0000]",
        "[Sat Nov 28 10:00:00.123 2026] [core:error]",
        "Nov 28 10:00:00 host sshd[123]:",
        "<34>1 2026-11-28T10:00:00.003Z host",
        '192.0.2.1 - bob [28/Nov/2026:10:00:00 +0000] "GET / HTTP/1.1"',
        "I1128 10:00:00.123456 1 main.go:3]",
        "[ 1.234567] usb:",
        "10:00:00.123 [main] INFO",
        "WARN 2026-11-28 10:00:00",
        "1764324000.123",
        "ERROR:root:",
        "[INFO]",
        'time="2026-11-28T10:00:00Z" level=info',
        "28/11/2026, 10:00 - Ann:",
        "10:30",
        "2026-11-28",
    ],
)
def test_each_line_that_begins_with_a_time_or_a_level_is_a_statement(stamp: str) -> None:
    lines = [f"{stamp} The pump is full. It stops", f"{stamp} The pump is empty"]
    assert _blocks("\n".join(lines)) == tuple(map(ListItem, lines))


def test_each_object_of_a_log_is_a_statement() -> None:
    lines = ['{"time": 1, "message": "full"}', '{"time": 2, "message": "empty"}']
    assert _blocks("\n".join(lines)) == tuple(map(ListItem, lines))


def test_what_an_entry_goes_on_with_is_of_it_and_what_was_traced_stands_below_it() -> None:
    trace = 'Traceback:\n  File "pump.py", line 3\nValueError: full'
    text = f"2026-11-28 10:00:00 broken\n{trace}\n2026-11-28 10:00:01 mended\n  by hand"
    assert _blocks(text) == (
        ListItem("2026-11-28 10:00:00 broken"),
        Code(trace),
        ListItem("2026-11-28 10:00:01 mended by hand"),
    )


@pytest.mark.parametrize(
    "prose",
    [
        "The pump was started on\n2026-11-28 10:00:00 and stopped on\n2026-11-29.",
        "2026 was a good year for us\nand for all who came.",
        "Error: the pump is full.\nInfo stands below.",
        "12.5 kg of flour are needed,\n3.5 kg of sugar too.",
    ],
)
def test_wrapped_prose_with_a_time_or_a_number_is_no_log(prose: str) -> None:
    assert _blocks(prose) == (Paragraph(" ".join(prose.split())),)


def test_colours_of_a_terminal_are_no_text_and_a_line_above_a_log_is_none_of_its_entries() -> None:
    text = "== start\n\x1b[32m2026-11-28 10:00:00 up\x1b[0m\n\x1b[1;31m2026-11-28 10:01:00 down"
    assert _blocks(text) == (
        Paragraph("== start"),
        ListItem("2026-11-28 10:00:00 up"),
        ListItem("2026-11-28 10:01:00 down"),
    )


def test_dots_lead_from_a_key_to_its_value() -> None:
    lines = ("Opening ........ 7:00", "Phone ... 0800")
    assert _blocks("\n".join(lines)) == tuple(map(KeyValue, lines))
