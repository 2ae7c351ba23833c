"""Many questions of one call: how many at a time, and what becomes of those without room."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Sequence
from dataclasses import dataclass, field

import pytest

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.gateway.v1.gateway_pb2 import (
    AnswerEvent,
    AnswerQuestionsRequest,
    AnswerQuestionsResponse,
    StreamAnswerRequest,
)
from askmesh.errors import (
    AskmeshError,
    InvalidRequestError,
    OverloadedError,
    TooManyCallsError,
    UnavailableError,
)
from askmesh.gateway.batches import CALL_SECONDS, Batches, BatchLimits
from askmesh.gateway.rates import Allowances
from askmesh.identity import Caller, local_operator
from askmesh.resilience import Priority, RoomPlace, current_place, current_priority

CALLER = local_operator("t")


@dataclass
class Answers:
    """Answers each question with its own words, once it may; `failures` come first."""

    failures: dict[str, list[AskmeshError]] = field(default_factory=dict[str, list[AskmeshError]])
    may_end: asyncio.Event = field(default_factory=asyncio.Event)
    begun: list[str] = field(default_factory=list[str])
    priorities: set[Priority] = field(default_factory=set[Priority])
    places: list[RoomPlace | None] = field(default_factory=list[RoomPlace | None])

    async def ask(
        self, caller: Caller, question: StreamAnswerRequest
    ) -> AsyncGenerator[Sequence[bytes]]:
        self.begun.append(question.question)
        self.priorities.add(current_priority())
        self.places.append(current_place())
        if failures := self.failures.get(question.question):
            raise failures.pop(0)
        await self.may_end.wait()
        words = AnswerEvent(sequence=1, text_delta=TextDelta(text=f"{caller.tenant}: "))
        yield [words.SerializeToString()]
        yield ()
        words = AnswerEvent(sequence=2, text_delta=TextDelta(text=question.question))
        yield [words.SerializeToString()]


@dataclass
class ScriptedAllowances:
    waits: list[float]

    async def take(self, who: str) -> float:
        del who
        return self.waits.pop(0)


@dataclass
class Call:
    """One call: what it has read and sent so far."""

    questions: Sequence[StreamAnswerRequest]
    read: int = 0
    sent: list[AnswerQuestionsResponse] = field(default_factory=list[AnswerQuestionsResponse])
    may_send: asyncio.Event = field(default_factory=asyncio.Event)

    async def requests(self) -> AsyncIterator[AnswerQuestionsRequest]:
        for question in self.questions:
            self.read += 1
            yield AnswerQuestionsRequest(question=question)

    async def send(self, response: AnswerQuestionsResponse) -> None:
        await self.may_send.wait()
        self.sent.append(response)

    def told(self) -> dict[str, str]:
        """Return what was sent, by the id of the request: words, or the reason of a failure."""
        return {
            each.request_id: each.failure.reason
            or "".join(event.text_delta.text for event in each.answer.events)
            for each in self.sent
        }


def call_of(*questions: str) -> Call:
    named = [
        StreamAnswerRequest(question=text, request_id=f"r{number}")
        for number, text in enumerate(questions)
    ]
    call = Call(named)
    call.may_send.set()
    return call


def batches(answers: Answers, allowances: Allowances | None = None, **limits: int) -> Batches:
    return Batches(answers, allowances, BatchLimits(**{"at_once": 8, "per_call": 4, **limits}))


def timed_batches(answers: Answers, *times: float) -> Batches:
    """Return batches that see these times, one after the other: the beginning, each reading."""
    limits, seen = BatchLimits(at_once=8, per_call=4), iter(times)
    return Batches(answers, None, limits, clock=lambda: next(seen))


async def test_each_answer_is_sent_whole_under_the_name_of_its_request() -> None:
    answers, call = Answers(), call_of("a", "b")
    answers.may_end.set()
    await batches(answers).run(CALLER, call.requests(), call.send)
    assert call.told() == {"r0": "t: a", "r1": "t: b"}
    assert answers.priorities == {Priority.BATCH}


async def many_turns_of_the_loop() -> None:
    """Return after all that follows by itself: nothing here waits for anything outside the loop."""
    for _ in range(100):
        await asyncio.sleep(0)


async def until_begun(answers: Answers, count: int) -> None:
    """Return when so many questions have been begun, and no more follow by themselves."""
    async with asyncio.timeout(60):
        while len(answers.begun) < count:  # noqa: ASYNC110 - it becomes so in this loop
            await asyncio.sleep(0)
    await many_turns_of_the_loop()


async def test_of_a_call_no_more_questions_are_read_than_may_be_answered() -> None:
    answers, call = Answers(), call_of(*"abcdef")
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(batches(answers, per_call=2).run(CALLER, call.requests(), call.send))
        await until_begun(answers, 2)
        assert (answers.begun, call.read) == (["a", "b"], 2)
        answers.may_end.set()
    assert len(call.told()) == 6


async def test_a_client_that_takes_no_answers_is_asked_for_no_more_questions() -> None:
    answers, call = Answers(), call_of(*"abcdef")
    answers.may_end.set()
    call.may_send.clear()
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(batches(answers, per_call=2).run(CALLER, call.requests(), call.send))
        await until_begun(answers, 2)
        assert call.read == 2
        call.may_send.set()
    assert len(call.told()) == 6


async def test_all_calls_together_have_a_bound_and_take_turns() -> None:
    answers, first, second = Answers(), call_of(*"abcd"), call_of(*"wxyz")
    shared = batches(answers, at_once=3, per_call=2)
    async with asyncio.TaskGroup() as tasks:
        for call in (first, second):
            tasks.create_task(shared.run(CALLER, call.requests(), call.send))
        await until_begun(answers, 3)
        assert len(answers.begun) == 3
        answers.may_end.set()
    assert len(first.told()) == len(second.told()) == 4


async def test_tenants_take_turns_however_many_calls_one_of_them_has() -> None:
    answers, many = Answers(), [call_of(*"aaaa") for _ in range(4)]
    shared, other = batches(answers, at_once=4), call_of(*"bbbb")
    async with asyncio.TaskGroup() as tasks:
        for call in many:
            tasks.create_task(shared.run(CALLER, call.requests(), call.send))
        await until_begun(answers, 4)
        tasks.create_task(shared.run(local_operator("u"), other.requests(), other.send))
        await many_turns_of_the_loop()
        answers.may_end.set()
    assert answers.begun[-3:] == ["a", "a", "a"]
    assert len(other.told()) == 4


async def test_a_caller_has_no_more_calls_than_questions_are_answered_at_once() -> None:
    answers, calls = Answers(), [call_of("a"), call_of("b")]
    shared, further = batches(answers, at_once=2), call_of("c")
    async with asyncio.timeout(60), asyncio.TaskGroup() as tasks:
        for call in calls:
            tasks.create_task(shared.run(CALLER, call.requests(), call.send))
        await until_begun(answers, 2)
        with pytest.raises(TooManyCallsError) as caught:
            await shared.run(CALLER, further.requests(), further.send)
        others = call_of("d")
        tasks.create_task(shared.run(local_operator("u"), others.requests(), others.send))
        answers.may_end.set()
    assert (caught.value.reason, caught.value.quota) == ("TOO_MANY_BATCHES", "tenant:t")
    assert others.told() == {"r0": "u: d"}
    await shared.run(CALLER, further.requests(), further.send)
    assert further.told() == {"r0": "t: c"}


async def test_the_place_of_an_answer_is_not_that_of_its_turn() -> None:
    answers, call = Answers(), call_of("a")
    answers.may_end.set()
    await batches(answers).run(CALLER, call.requests(), call.send)
    assert answers.places == [None]


async def test_a_question_without_room_waits_and_leaves_its_turn_to_others() -> None:
    full = OverloadedError("TOO_MANY_ANSWERS", "no room", retry_after_seconds=0.0)
    answers, call = Answers(failures={"a": [full, full]}), call_of("a", "b")
    answers.may_end.set()
    await batches(answers, at_once=1).run(CALLER, call.requests(), call.send)
    assert answers.begun.count("a") == 3
    assert call.told() == {"r0": "t: a", "r1": "t: b"}


async def test_each_question_counts_against_the_rate_of_its_caller_and_waits_for_it() -> None:
    allowances = ScriptedAllowances([0.0, 0.001, 0.001, 0.0])
    answers, call = Answers(), call_of("a", "b")
    answers.may_end.set()
    await batches(answers, allowances, at_once=1).run(CALLER, call.requests(), call.send)
    assert answers.begun == ["a", "b"]
    assert allowances.waits == []


async def test_a_question_counts_once_however_often_there_is_no_room_for_it() -> None:
    full = OverloadedError("TOO_MANY_ANSWERS", "no room", retry_after_seconds=0.0)
    allowances = ScriptedAllowances([0.0])
    answers, call = Answers(failures={"a": [full, full, full]}), call_of("a")
    answers.may_end.set()
    await batches(answers, allowances).run(CALLER, call.requests(), call.send)
    assert call.told() == {"r0": "t: a"}
    assert allowances.waits == []


async def test_what_is_wrong_with_one_question_is_its_result_and_the_others_go_on() -> None:
    down = UnavailableError("SEARCH_UNAVAILABLE", "no index", retry_after_seconds=2.5)
    answers, call = Answers(failures={"b": [down]}), call_of("a", "b", " ", "c")
    answers.may_end.set()
    await batches(answers).run(CALLER, call.requests(), call.send)
    assert call.told() == {
        "r0": "t: a",
        "r1": "SEARCH_UNAVAILABLE",
        "r2": "QUESTION_EMPTY",
        "r3": "t: c",
    }
    failures = {each.request_id: each.failure for each in call.sent if each.HasField("failure")}
    assert (failures["r1"].code, failures["r2"].code) == (14, 3)
    assert failures["r1"].retry_delay.ToTimedelta().total_seconds() == 2.5
    assert (failures["r2"].field, failures["r2"].HasField("retry_delay")) == ("question", False)


async def test_a_call_that_lasts_too_long_brings_no_more_questions() -> None:
    answers, call = Answers(), call_of("a", "b", "c")
    answers.may_end.set()
    await timed_batches(answers, 0.0, 0.0, CALL_SECONDS - 1, CALL_SECONDS).run(
        CALLER, call.requests(), call.send
    )
    assert call.told() == {"r0": "t: a", "r1": "t: b"}
    assert call.read == 2


async def test_a_call_that_is_idle_at_its_end_takes_no_question_later() -> None:
    answers, call, later = Answers(), call_of("a"), asyncio.Event()
    answers.may_end.set()

    async def requests() -> AsyncIterator[AnswerQuestionsRequest]:
        async for request in call.requests():
            yield request
        await later.wait()
        call.read += 1
        yield AnswerQuestionsRequest(question=StreamAnswerRequest(question="b", request_id="r1"))

    async with asyncio.timeout(60):
        await timed_batches(answers, 0.0, 0.0, CALL_SECONDS - 0.001).run(
            CALLER, requests(), call.send
        )
    assert call.told() == {"r0": "t: a"}
    later.set()  # what was being read comes to its end, and nobody takes it
    await many_turns_of_the_loop()
    assert (call.read, answers.begun) == (2, ["a"])


async def test_a_question_without_room_until_the_end_of_its_call_is_told_when_to_ask_again() -> (
    None
):
    full = OverloadedError("TOO_MANY_ANSWERS", "no room", retry_after_seconds=2.0)
    answers, call = Answers(failures={"a": [full]}), call_of("a")
    answers.may_end.set()
    await timed_batches(answers, 0.0, 0.0, 0.0, CALL_SECONDS - 1).run(
        CALLER, call.requests(), call.send
    )
    assert call.told() == {"r0": "TOO_MANY_ANSWERS"}
    assert call.sent[0].failure.retry_delay.ToTimedelta().total_seconds() == 2.0


@pytest.mark.parametrize(
    ("request_id", "reason"), [("", "REQUEST_ID_EMPTY"), ("r" * 101, "REQUEST_ID_TOO_LONG")]
)
async def test_a_question_whose_result_nobody_could_name_ends_the_call(
    request_id: str, reason: str
) -> None:
    call = Call([StreamAnswerRequest(question="a", request_id=request_id)])
    with pytest.raises(InvalidRequestError) as caught:
        await batches(Answers()).run(CALLER, call.requests(), call.send)
    assert caught.value.reason == reason
