"""A trace on the terminal: parts below wholes, in the order of their starts."""

from dataclasses import replace
from io import StringIO

from rich.console import Console

from askmesh.cli.waterfall import nested, waterfall
from askmesh.observing import SeenSpan, is_whole
from support.seen_spans import span

MILLISECOND = 1_000_000
ROOT = span("1", name="askmesh.api.G/StreamAnswer", kind="server", end=100 * MILLISECOND)
LATER = span("3", parent="1", name="later", start=60 * MILLISECOND, end=80 * MILLISECOND)
CALL = span(
    "2",
    parent="1",
    name="askmesh.api.R/Retrieve",
    kind="client",
    start=MILLISECOND,
    end=50 * MILLISECOND,
    attributes={"rpc.response.status_code": "OK"},
)
SERVED = span("4", parent="2", service="retrieval", name="askmesh.api.R/Retrieve", kind="server")


def lines(*spans: SeenSpan, width: int = 100) -> list[str]:
    text = StringIO()
    Console(file=text, width=width).print(waterfall(spans))
    return [line.rstrip() for line in text.getvalue().splitlines()]


def test_parts_follow_their_whole_in_the_order_of_their_starts() -> None:
    found = [(each.span_id, depth) for each, depth in nested([LATER, SERVED, CALL, ROOT])]
    assert found == [("1", 0), ("2", 1), ("4", 2), ("3", 1)]


def test_a_span_whose_whole_is_missing_is_shown_all_the_same() -> None:
    assert [(each.span_id, depth) for each, depth in nested([SERVED])] == [("4", 0)]


def test_each_line_has_service_name_milliseconds_and_status() -> None:
    failed = span("5", parent="1", name="reranking", start=90 * MILLISECOND, is_error=True)
    refused = span(
        "6",
        parent="1",
        start=95 * MILLISECOND,
        attributes={"rpc.response.status_code": "CANCELLED"},
    )
    title, root, call, *rest = lines(ROOT, CALL, SERVED, LATER, failed, refused)
    assert title == "trace t"
    assert root.split()[:2] == ["gateway", "StreamAnswer"]
    assert root.endswith("100.0 ms")
    assert call.split()[:3] == ["gateway", ">", "Retrieve"]
    assert "49.0 ms" in call
    assert any("reranking failed" in line for line in rest)
    assert any("CANCELLED" in line for line in rest)


def test_a_narrow_terminal_has_a_line_for_each_span_with_its_bar_and_time() -> None:
    deep = [
        replace(
            SERVED,
            span_id=str(number),
            parent_id=str(number - 1),
            service="query_understanding",
            name="text_completion ensemble",
            end=100 * MILLISECOND,
        )
        for number in range(6, 11)
    ]
    unwell = replace(ROOT, span_id="5", attributes={"rpc.response.status_code": "CANCELLED"})
    told = lines(unwell, *deep, width=80)
    assert len(told) == 7
    assert "StreamAnswer CANCELLED" in told[1]
    assert all("█" in line and line.endswith(".0 ms") for line in told[1:])


def test_a_trace_is_whole_with_its_root_its_parents_and_both_sides_of_calls() -> None:
    assert is_whole([ROOT, CALL, SERVED, LATER])
    assert not is_whole([ROOT, CALL, LATER])
    assert not is_whole([CALL, SERVED])
    assert not is_whole([ROOT, SERVED])
    assert not is_whole([])


def test_the_other_side_of_a_call_that_failed_may_be_missing() -> None:
    told = {"rpc.response.status_code": "UNAVAILABLE"}
    failed = span("2", parent="1", name=CALL.name, kind="client", attributes=told)
    assert is_whole([ROOT, failed])


def test_a_trace_of_which_parts_are_missing_says_so() -> None:
    assert lines(CALL)[0] == "trace t, of which parts are missing"
