"""How long a text waits for a language model, by what summarization said of its load."""

import pytest
from google.protobuf.duration_pb2 import Duration

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.summarization.v1.summarization_pb2 import (
    Heartbeat,
    StreamSummaryResponse,
    SummaryCompleted,
    WritingLoad,
)
from askmesh.gateway.writing_load import WritingQueue


class Clock:
    now = 100.0

    def __call__(self) -> float:
        return self.now


def saying(texts: int, places: int = 4, seconds: int = 8) -> StreamSummaryResponse:
    duration = Duration(seconds=seconds) if seconds else None
    load = WritingLoad(text_count=texts, place_count=places, text_duration=duration)
    return StreamSummaryResponse(heartbeat=Heartbeat(load=load))


@pytest.mark.parametrize(
    ("texts", "coming", "seconds"),
    [(0, 0, 0), (3, 0, 0), (4, 0, 2), (4, 2, 6), (0, 5, 4), (9, 0, 12)],
)
def test_a_text_waits_for_those_before_it_at_the_rate_at_which_they_are_written(
    texts: int, coming: int, seconds: float
) -> None:
    queue = WritingQueue(Clock())
    queue.note(saying(texts))
    assert queue.seconds(coming) == pytest.approx(seconds)


def test_what_is_written_meanwhile_is_waited_for_no_longer() -> None:
    clock = Clock()
    queue = WritingQueue(clock)
    queue.note(saying(6))
    waits = list[float]()
    for clock.now in (100.0, 102.0, 106.0, 130.0):
        waits.append(queue.seconds(0))
    assert waits == pytest.approx([6, 4, 0, 0])


def test_the_end_of_a_summary_says_it_too_and_other_parts_change_nothing() -> None:
    queue = WritingQueue(Clock())
    load = saying(4).heartbeat.load
    queue.note(StreamSummaryResponse(completed=SummaryCompleted(load=load)))
    queue.note(StreamSummaryResponse(text_delta=TextDelta(text="Yes.")))
    queue.note(StreamSummaryResponse(heartbeat=Heartbeat()))  # of an earlier version
    assert queue.seconds(0) == pytest.approx(2)


def test_of_what_is_coming_each_replica_gets_its_share() -> None:
    queue = WritingQueue(Clock())
    queue.note(saying(4))
    assert queue.seconds(4, replicas=2) == pytest.approx(6)


@pytest.mark.parametrize("said", [[], [saying(9, seconds=0)], [saying(9), saying(0, places=0)]])
def test_nobody_waits_where_nothing_is_known_or_no_model_is_asked(
    said: list[StreamSummaryResponse],
) -> None:
    queue = WritingQueue(Clock())
    for part in said:
        queue.note(part)
    assert queue.seconds(9) == 0
