"""What readers get of an answer that is made a second time."""

from collections.abc import Sequence

import pytest

from askmesh.api.common.v1.answer_pb2 import (
    ANSWER_OUTCOME_ABSTAINED,
    ANSWER_OUTCOME_ANSWERED,
    Citation,
    Degradation,
    TableDelta,
    TableRow,
    TextDelta,
    UnsupportedSpan,
)
from askmesh.api.gateway.v1.gateway_pb2 import AnswerCompleted, AnswerEvent, SourcesFound
from askmesh.errors import UnavailableError
from askmesh.gateway.continuing import CUT_SHORT, LOST, Continuation

FOUND = AnswerEvent(sources_found=SourcesFound(passage_count=2))
ROW = AnswerEvent(table_delta=TableDelta(rows=[TableRow(cells=["a"])]))
COMPLETED = AnswerEvent(completed=AnswerCompleted(outcome=ANSWER_OUTCOME_ANSWERED))
ABSTAINED = AnswerEvent(completed=AnswerCompleted(outcome=ANSWER_OUTCOME_ABSTAINED))
CUT = AnswerEvent(degradation=CUT_SHORT)


def words(text: str, sequence: int = 0) -> AnswerEvent:
    return AnswerEvent(sequence=sequence, text_delta=TextDelta(text=text))


def cited(start: int, end: int) -> AnswerEvent:
    return AnswerEvent(citation=Citation(source_number=1, start_offset=start, end_offset=end))


def unsupported(start: int, end: int) -> AnswerEvent:
    return AnswerEvent(unsupported_span=UnsupportedSpan(start_offset=start, end_offset=end))


def made_again(
    delivered: Sequence[AnswerEvent], events: Sequence[AnswerEvent]
) -> list[AnswerEvent]:
    """Return what readers get of a second making who have some events of the first one."""
    passed_on: list[AnswerEvent] = []

    def pass_on(event: AnswerEvent) -> None:
        passed_on.append(event)

    def cut_short(degradation: Degradation) -> None:
        continuation(AnswerEvent(degradation=degradation))

    known = [each.SerializeToString() for each in delivered]
    continuation = Continuation(known, pass_on, cut_short)
    for each in events:
        copy = AnswerEvent()
        copy.CopyFrom(each)
        continuation(copy)
    return passed_on


def test_a_second_making_goes_on_where_the_first_one_broke_off() -> None:
    delivered = [FOUND, words("One ", 2), words("tw", 3)]
    again = [FOUND, words("One two"), words(" three."), ROW, COMPLETED]
    assert made_again(delivered, again) == [words("o"), words(" three."), ROW, COMPLETED]


def test_a_row_that_comes_twice_is_passed_on_as_often_as_it_is_new() -> None:
    assert made_again([ROW], [ROW, ROW]) == [ROW]


def test_an_answer_that_is_written_in_other_words_ends_with_its_last_whole_sentence() -> None:
    delivered = [FOUND, words("A net."), cited(0, 6), words(" A mesh.")]
    again = [
        FOUND,
        words("A net."),
        cited(0, 6),
        words(" A web."),
        cited(7, 13),
        unsupported(7, 13),
        words(" And more."),
        ROW,
        COMPLETED,
    ]
    assert made_again(delivered, again) == [CUT, ROW, COMPLETED]


@pytest.mark.parametrize("about", [cited(0, 6), unsupported(0, 6)])
def test_other_words_from_the_first_on_leave_what_is_delivered(about: AnswerEvent) -> None:
    delivered = [words("A net."), about]
    again = [words("Webs."), cited(0, 5), COMPLETED]
    assert made_again(delivered, again) == [CUT, COMPLETED]


def test_an_answer_whose_second_making_is_shorter_says_so_at_its_end() -> None:
    cut, completed = made_again(
        [words("A net."), cited(0, 6), words(" A web.")], [words("A net."), cited(0, 6), COMPLETED]
    )
    assert cut == CUT
    assert list(completed.completed.degradations) == [CUT_SHORT]


def test_an_answer_that_is_made_a_third_time_is_cut_short_once() -> None:
    delivered = [words("A net."), cited(0, 6), CUT]
    assert made_again(delivered, [words("Webs."), COMPLETED]) == [COMPLETED]


@pytest.mark.parametrize(
    ("delivered", "again"),
    [
        ([FOUND], [AnswerEvent(sources_found=SourcesFound(passage_count=3))]),
        ([ROW], [AnswerEvent(table_delta=TableDelta(rows=[TableRow(cells=["b"])]))]),
        ([words("One")], [words("Two")]),
        ([words("One")], [COMPLETED]),
        ([words("Nothing says so."), words(" Near."), cited(17, 22)], [words("One.")]),
        ([words("A net."), cited(0, 6)], [words("Nothing says so."), ABSTAINED]),
    ],
    ids=["sources", "rows", "half a sentence", "no end", "abstention first", "abstention second"],
)
def test_an_answer_that_would_have_to_take_something_back_is_lost(
    delivered: list[AnswerEvent], again: list[AnswerEvent]
) -> None:
    with pytest.raises(UnavailableError) as lost:
        made_again(delivered, again)
    assert lost.value.reason == LOST
