"""Answers on the terminal and as JSON."""

import io
import json
from dataclasses import replace

import pytest
from rich.console import Console

from askmesh.cli.answer_record import AnswerRecord, jsonable
from askmesh.cli.answer_view import AnswerView
from askmesh.cli.asking import EventSink
from askmesh.client import (
    Abstention,
    AbstentionReason,
    CacheStatus,
    Completed,
    DegradationReason,
    Missing,
    ModelUsage,
    Outcome,
    Passage,
    RankedSource,
    SourcesRanked,
    StageDuration,
    TableDelta,
    TableRow,
    TextDelta,
    Usage,
)

SOURCE = RankedSource(
    number=1,
    score=0.87,
    passage=Passage(
        passage_id="p",
        document_id="d",
        title="Goats",
        headings=("Goats", "Milking"),
        text="Goats are milked [twice] a day.",
        source="goats.md",
        attributes={},
    ),
)
COMPLETED = Completed(
    answer_id="a",
    sequence=8,
    outcome=Outcome.ANSWERED,
    usage=Usage(10, 5, "model"),
    stage_durations=(
        StageDuration("retrieval", 0.0, 0.25),
        StageDuration("summarization", 0.25, 0.75),
    ),
    cache_status=CacheStatus.MISS,
    degradations=(Missing(DegradationReason.RERANKING_TRUNCATED, "Too little time."),),
    elapsed_seconds=1.0,
)


def tell(sink: EventSink) -> None:
    for event in (
        SourcesRanked(answer_id="a", sequence=3, sources=(SOURCE,)),
        TextDelta(answer_id="a", sequence=4, text="Twice [1]"),
        TextDelta(answer_id="a", sequence=5, text=" a day."),
        TableDelta(answer_id="a", sequence=6, columns=("x",), rows=(TableRow(("first",), (1,)),)),
        TableDelta(answer_id="a", sequence=7, columns=(), rows=(TableRow(("second",), (1,)),)),
        COMPLETED,
    ):
        sink.show(event)


@pytest.fixture
def shown() -> str:
    out = io.StringIO()
    tell(AnswerView(Console(file=out, width=120)))
    return out.getvalue()


def test_text_appears_as_written_brackets_and_all(shown: str) -> None:
    assert "Twice [1] a day." in shown


def test_sources_appear_with_number_score_place_and_words(shown: str) -> None:
    assert "[1] 0.87 Goats > Milking (goats.md): Goats are milked [twice] a day." in shown


def test_what_the_answer_did_without_is_told_after_the_text(shown: str) -> None:
    notice = shown.index("reranking_truncated: Too little time.")
    assert notice > shown.index("Twice [1] a day.")


def test_an_abstention_tells_why_and_names_the_nearest_source() -> None:
    out = io.StringIO()
    view = AnswerView(Console(file=out, width=120))
    view.show(SourcesRanked(answer_id="a", sequence=1, sources=(SOURCE,)))
    abstention = Abstention(AbstentionReason.NOT_ANSWERED, nearest_source_number=1)
    view.show(replace(COMPLETED, outcome=Outcome.ABSTAINED, abstention=abstention))
    assert (
        "Not answered: documents are about this, but none answers it; "
        "nearest is [1] Goats > Milking"
    ) in out.getvalue()


def test_sources_that_are_about_something_else_are_not_shown() -> None:
    out = io.StringIO()
    view = AnswerView(Console(file=out, width=120))
    view.show(SourcesRanked(answer_id="a", sequence=1, sources=(SOURCE,)))
    abstention = Abstention(AbstentionReason.NOTHING_NEAR, nearest_source_number=0)
    view.show(replace(COMPLETED, outcome=Outcome.ABSTAINED, abstention=abstention))
    assert "no document is about this" in out.getvalue()
    assert "Goats" not in out.getvalue()


def test_rows_that_come_later_are_added(shown: str) -> None:
    assert "first" in shown
    assert "second" in shown


def test_stages_appear_where_they_lie_in_time(shown: str) -> None:
    lines = {line.split()[0]: line for line in shown.splitlines() if "█" in line}
    assert lines["retrieval"].count("█") * 3 == lines["summarization"].count("█")
    assert lines["retrieval"].rindex("█") < lines["summarization"].index("█")


def test_each_model_is_shown_with_what_it_took_and_what_that_costs() -> None:
    out = io.StringIO()
    free = ModelUsage("small", 7, 2, 0, "EUR")
    usage = Usage(17, 5, "big", (ModelUsage("big", 10, 3, 1250, "EUR"), free))
    AnswerView(Console(file=out, width=120)).show(replace(COMPLETED, usage=usage))
    lines = [" ".join(line.split()) for line in out.getvalue().splitlines()]
    assert "model big 10 + 3 tokens, 0.001250 EUR" in lines
    assert "model small 7 + 2 tokens" in lines
    assert any("17 + 5 tokens" in line for line in lines)


def test_a_record_holds_everything_that_was_told() -> None:
    record = AnswerRecord()
    tell(record)
    answer = json.loads(json.dumps(record.as_json(), default=jsonable))
    assert answer["text"] == "Twice [1] a day."
    assert answer["table"]["rows"] == [
        {"cells": ["first"], "source_numbers": [1]},
        {"cells": ["second"], "source_numbers": [1]},
    ]
    assert answer["outcome"] == "answered"
    assert answer["sources"][0]["passage"]["title"] == "Goats"
    assert answer["usage"]["completion_tokens"] == 5
