"""What an observer keeps: the last of all, and little of each."""

import json
from importlib.resources import files

import pytest
from prometheus_client import generate_latest

from askmesh.observing import Kept
from askmesh.observing._json import export_from_json
from askmesh.observing._keeping import MAX_SPANS
from askmesh.observing._scraping import figures_of, quantile
from askmesh.observing._spans import MAX_ATTRIBUTES, MAX_TEXT, spans_of
from askmesh.telemetry import silent_telemetry
from support.seen_spans import span


def test_the_trace_that_has_got_no_span_for_longest_is_forgotten() -> None:
    kept = Kept(traces=2)
    kept.add_spans(span(str(number), trace=trace) for number, trace in enumerate("abac"))
    assert [spans[0].trace_id for spans in kept.traces()] == ["c", "a"]
    assert len(kept.trace("a")) == 2
    assert kept.trace("b") == ()


def test_a_trace_without_end_is_cut_off() -> None:
    kept = Kept()
    kept.add_spans(span(str(number)) for number in range(MAX_SPANS + 5))
    assert len(kept.trace("t")) == MAX_SPANS


def test_an_answer_has_the_traces_of_all_calls_that_name_it() -> None:
    kept, told = Kept(), {"askmesh.answer.id": "mine"}
    kept.add_spans([span("1", trace="made", attributes=told), span("2", trace="made")])
    kept.add_spans([span("3", trace="resumed", attributes=told), span("4", trace="other")])
    found = [[each.span_id for each in spans] for spans in kept.traces_of_answer("mine")]
    assert found == [["1", "2"], ["3"]]
    assert kept.traces_of_answer("") == []


def test_the_last_lines_are_kept_the_newest_first() -> None:
    kept = Kept(lines=2)
    for number in range(4):
        kept.add_line("gateway", f"line {number}")
    assert [line.text for line in kept.lines()] == ["line 3", "line 2"]
    assert [line.text for line in kept.lines(limit=1)] == ["line 3"]


def test_a_line_of_json_is_told_in_parts_and_found_by_its_trace() -> None:
    kept = Kept()
    told = {
        "time": "now",
        "level": "INFO",
        "service": "gateway",
        "logger": "l",
        "message": "served",
    }
    kept.add_line("gateway", json.dumps({**told, "code": "OK", "trace_id": "t", "span_id": "s"}))
    kept.add_line("gateway", "{no json")
    kept.add_line("gateway", "[1]")
    (line,) = kept.lines("t")
    assert (line.time, line.level, line.text) == ("now", "INFO", "served code=OK")
    assert [line.text for line in kept.lines()] == ["[1]", "{no json", "served code=OK"]


def test_a_line_without_end_is_cut_off() -> None:
    kept = Kept()
    kept.add_line("gateway", "x" * 1_000_000)
    kept.add_line("gateway", json.dumps({"message": "x" * 1_000_000}))
    assert all(len(line.text) < 10_000 for line in kept.lines())


EXPORT = {
    "resourceSpans": [
        {
            "resource": {
                "attributes": [{"key": "service.name", "value": {"stringValue": "triton"}}]
            },
            "scopeSpans": [
                {
                    "spans": [
                        {
                            "traceId": "0AF7651916CD43DD8448EB211C80319C",
                            "spanId": "00f067aa0ba902b7",
                            "parentSpanId": "",
                            "name": "x" * 1_000,
                            "kind": 2,
                            "startTimeUnixNano": "5",
                            "endTimeUnixNano": "7",
                            "unknown": True,
                            "attributes": [
                                {
                                    "key": "many",
                                    "value": {
                                        "arrayValue": {
                                            "values": [
                                                {"intValue": "1"},
                                                {"boolValue": True},
                                                {"doubleValue": 0.5},
                                            ]
                                        }
                                    },
                                },
                                *(
                                    {"key": f"k{n}", "value": {"stringValue": "y" * 1_000}}
                                    for n in range(100)
                                ),
                            ],
                            "status": {"code": 2},
                        }
                    ]
                }
            ],
        }
    ]
}


def test_an_export_in_json_is_read_and_cut_short() -> None:
    (seen,) = spans_of(export_from_json(json.dumps(EXPORT).encode()))
    assert seen.trace_id == "0af7651916cd43dd8448eb211c80319c"
    assert (seen.span_id, seen.parent_id, seen.service) == ("00f067aa0ba902b7", "", "triton")
    assert (seen.start, seen.end, seen.kind, seen.is_error) == (5, 7, "server", True)
    assert seen.attributes["many"] == "1, true, 0.5"
    assert len(seen.attributes) == MAX_ATTRIBUTES
    assert {len(seen.name), len(seen.attributes["k0"])} == {MAX_TEXT}


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"x",
        b"[]",
        b'{"resourceSpans": 1}',
        b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": "xyz"}]}]}]}',
        b'{"resourceSpans": [{"scopeSpans": [{"spans": [{"traceId": 5}]}]}]}',
        b"[" * 100_000,
        b"\xff",
    ],
)
def test_what_is_no_export_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - any
        export_from_json(body)


def test_figures_are_those_that_a_service_tells() -> None:
    metrics = silent_telemetry().metrics
    for code, seconds in (("OK", 0.02), ("OK", 0.02), ("UNAVAILABLE", 2.0)):
        metrics.calls_of("service", "Method").observe(code, seconds)
    metrics.observe_stage("fusion", 0.3)
    page = generate_latest(metrics.registry).decode()
    figures = figures_of("retrieval", page)
    assert (figures.service, figures.calls, figures.failed) == ("retrieval", 3, 1)
    assert 0.01 <= figures.median_seconds <= 0.025
    assert 1 <= figures.most_seconds <= 2.5
    (stage,) = figures.stages
    assert (stage.stage, stage.count) == ("fusion", 1)
    assert 0.25 <= stage.median_seconds <= 0.5


@pytest.mark.parametrize(
    ("counts", "share", "value"),
    [
        ({}, 0.5, 0.0),
        ({1.0: 0.0, float("inf"): 0.0}, 0.5, 0.0),
        ({1.0: 10.0, 2.0: 20.0, float("inf"): 20.0}, 0.5, 1.0),
        ({1.0: 10.0, 2.0: 20.0, float("inf"): 20.0}, 0.75, 1.5),
        ({1.0: 0.0, float("inf"): 5.0}, 0.5, 1.0),
    ],
)
def test_quantiles_are_estimated_as_prometheus_does(
    counts: dict[float, float], share: float, value: float
) -> None:
    assert quantile(counts, share) == value


def test_the_page_asks_nobody_else_and_writes_no_markup() -> None:
    page = {name: files("askmesh.observing").joinpath(name).read_text() for name in NAMES}
    assert not [name for name, text in page.items() if "://" in text]
    assert "innerHTML" not in page["page.js"]


NAMES = ("page.html", "page.css", "page.js")
