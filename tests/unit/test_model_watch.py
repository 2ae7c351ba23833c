"""A language model that has failed is asked beside the questions until it works again."""

import asyncio

import pytest

from askmesh.errors import AskmeshError, UnavailableError
from askmesh.inference import LanguageModelUnavailableError
from askmesh.resilience import BreakerPosition
from askmesh.summarization.model_watch import ModelWatch, watching
from support.fake_language_model import ScriptedLanguageModel

GONE = LanguageModelUnavailableError("LANGUAGE_MODEL_UNAVAILABLE", "gone")


class Watched:
    """A model that fails or hangs for some probes, and what is told of it."""

    def __init__(self, *, failing: int = 0, hanging: int = 0, first_token: float = 5) -> None:
        async def before(_: int) -> None:
            if len(self.model.requests) <= failing:
                raise GONE
            if len(self.model.requests) <= failing + hanging:
                await asyncio.Event().wait()

        self.model = ScriptedLanguageModel("Yes", before_chunk=before)
        self.told: list[tuple[str, BreakerPosition]] = []
        self.works = asyncio.Event()
        self.watch = ModelWatch(
            self.model,
            name="big",
            first_token_seconds=first_token,
            retry_seconds=0.001,
            on_change=self._tell,
        )

    def _tell(self, name: str, state: BreakerPosition) -> None:
        self.told.append((name, state))
        if state == "closed":
            self.works.set()

    def fail(self) -> None:
        with pytest.raises(UnavailableError), self.watch.attempt():
            raise GONE


async def test_a_model_that_works_is_never_asked_for_nothing() -> None:
    watched = Watched()
    async with watching([watched.watch]):
        with watched.watch.attempt():
            pass
    assert watched.model.requests == []


@pytest.mark.parametrize(
    "watched", [Watched(failing=3), Watched(hanging=2, first_token=0.001), Watched(failing=1)]
)
async def test_a_model_that_failed_is_asked_for_one_token_until_it_answers(
    watched: Watched,
) -> None:
    watched.fail()
    async with asyncio.timeout(60), watching([watched.watch]):
        await watched.works.wait()
    assert watched.watch.state == "closed"
    assert {request.max_tokens for request in watched.model.requests} == {1}
    assert watched.told[0] == ("big", "open")
    assert watched.told[-1] == ("big", "closed")
    assert watched.model.active == 0


async def test_a_second_failure_is_watched_as_the_first() -> None:
    watched = Watched(failing=1)
    async with asyncio.timeout(60), watching([watched.watch]):
        for _ in range(2):
            watched.works.clear()
            watched.fail()
            await watched.works.wait()
    assert watched.watch.state == "closed"


async def test_while_a_failed_model_is_watched_no_question_tries_it() -> None:
    pausing = asyncio.Event()

    async def sleep(_: float) -> None:
        pausing.set()
        await asyncio.Event().wait()

    model = ScriptedLanguageModel("Yes")
    watch = ModelWatch(model, first_token_seconds=5, retry_seconds=0, sleep=sleep)
    async with asyncio.timeout(60), watching([watch]):
        await asyncio.sleep(0)
        with pytest.raises(UnavailableError), watch.attempt():
            raise GONE
        await pausing.wait()
        with pytest.raises(UnavailableError, match="until it works again"), watch.attempt():
            pytest.fail("a question tried it")
    with watch.attempt():  # nobody else would
        pass
    assert watch.state == "closed"


async def test_a_model_that_stays_away_for_a_minute_is_asked_less_often() -> None:
    now, pauses = 0.0, list[float]()
    slow = asyncio.Event()

    async def take_long(_: int) -> None:
        nonlocal now
        now += 25
        raise GONE

    async def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds
        pauses.append(seconds)
        if len(pauses) == 5:
            slow.set()
        await asyncio.sleep(0)

    model = ScriptedLanguageModel("Yes", before_chunk=take_long)
    watch = ModelWatch(model, first_token_seconds=1_000, clock=lambda: now, sleep=sleep)
    async with asyncio.timeout(60), watching([watch]):
        with pytest.raises(UnavailableError), watch.attempt():
            raise GONE
        await slow.wait()
    assert pauses[:5] == [1, 1, 1, 10, 10]


async def test_what_fails_beside_the_watch_is_raised_as_itself() -> None:
    with pytest.raises(AskmeshError) as caught:
        async with watching([Watched().watch]):
            raise GONE
    assert caught.value is GONE
