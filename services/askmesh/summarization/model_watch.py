"""Whether a language model is asked, and asking it beside the questions until it works again."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Iterable
from contextlib import (
    AbstractContextManager,
    aclosing,
    asynccontextmanager,
    contextmanager,
    suppress,
)
from time import monotonic

from askmesh.errors import AskmeshError, UnavailableError, single_failure
from askmesh.inference import GenerationRequest, LanguageModel
from askmesh.resilience import Attempt, Breaker, BreakerPosition

RETRY_SECONDS = 1.0
_QUICK_SECONDS = 60.0
_SLOW_PROBE_SECONDS = 10.0
LOOK_SECONDS = 1.0
"""How long a first token is waited for before it is asked whether the server lives."""
LIFE_SECONDS = 2.0
"""Within this time a server answers that, also on a busy machine."""
_PROBE = GenerationRequest(prompt="Yes", max_tokens=1)


class TooSlowError(UnavailableError):
    """The first token did not come, though there was time for it."""

    def __init__(self) -> None:
        super().__init__("LANGUAGE_MODEL_SLOW", "no first token came in time")


class SilentError(UnavailableError):
    """The server of the model gave no sign of life."""

    def __init__(self) -> None:
        super().__init__("LANGUAGE_MODEL_SILENT", "its server gives no sign of life")


class _Wait:
    """One wait for a first token, which can be given up before its time is over."""

    def __init__(self, limit: asyncio.Timeout) -> None:
        self._limit = limit
        self.is_given_up = False

    def give_up(self) -> None:
        self.is_given_up = True
        self._limit.reschedule(asyncio.get_running_loop().time())


class ModelWatch:
    """Leaves a language model alone that has failed, so that no question waits for it in vain."""

    def __init__(
        self,
        model: LanguageModel,
        *,
        name: str = "language model",
        first_token_seconds: float,
        retry_seconds: float = RETRY_SECONDS,
        on_change: Callable[[str, BreakerPosition], None] = lambda _name, _state: None,
        clock: Callable[[], float] = monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`on_change` is told the name, and whether the model is asked, when that changes."""
        self._model = model
        self._name = name
        self._first_token_seconds = first_token_seconds
        self._on_change = on_change
        self._left_alone = asyncio.Event()
        self._retry_seconds = retry_seconds
        self._clock = clock
        self._sleep = sleep
        self._is_watched = False
        self._waits = set[_Wait]()
        self._is_waited_for = asyncio.Event()
        self._breaker = Breaker(
            name, retry_seconds=retry_seconds, clock=clock, on_change=self._changed
        )

    @property
    def state(self) -> BreakerPosition:
        """Whether the model is asked now."""
        return self._breaker.state

    def attempt(self) -> AbstractContextManager[Attempt]:
        """Learn from what becomes of the block. Raise `UnavailableError` if it is left alone.

        While it is watched, the watch alone tries whether it works again.
        """
        if self._is_watched and self.state != "closed":
            raise UnavailableError(
                "LANGUAGE_MODEL_UNAVAILABLE",
                f"{self._name} failed and is not asked until it works again",
                retry_after_seconds=self._retry_seconds,
            )
        return self._breaker.attempt()

    @asynccontextmanager
    async def first_token_within(self, seconds: float) -> AsyncGenerator[None]:
        """Wait in the block for a first token, as long as the server shows life, and so long.

        Raise `TimeoutError` then, and `SilentError` as soon as a watched server shows none.
        """
        limit = asyncio.timeout(seconds)
        wait = _Wait(limit)
        try:
            async with limit:
                with self._waited_for(wait):
                    yield
        except TimeoutError:
            if wait.is_given_up:
                raise SilentError from None
            raise

    @contextmanager
    def _waited_for(self, wait: _Wait) -> Generator[None]:
        self._waits.add(wait)
        self._is_waited_for.set()
        try:
            yield
        finally:
            self._waits.discard(wait)
            if not self._waits:
                self._is_waited_for.clear()

    async def watch(self) -> None:
        """Ask for one token while the model is left alone, for life while it is waited for.

        Never return.
        """
        self._is_watched = True
        try:
            async with asyncio.TaskGroup() as tasks:
                tasks.create_task(self._probe_while_left_alone())
                tasks.create_task(self._look_while_waited_for())
        finally:
            self._is_watched = False

    async def _probe_while_left_alone(self) -> None:
        while True:
            await self._left_alone.wait()
            await self._probe_until_it_works()

    async def _look_while_waited_for(self) -> None:
        while True:
            await self._is_waited_for.wait()
            await self._sleep(LOOK_SECONDS)
            if self._waits and not await self._model.shows_life(LIFE_SECONDS):
                self._breaker.trip(SilentError().message)
                for wait in self._waits:
                    wait.give_up()

    async def _probe_until_it_works(self) -> None:
        quick_until = self._clock() + _QUICK_SECONDS
        while self._left_alone.is_set():
            is_quick = self._clock() < quick_until
            await self._sleep(self._retry_seconds if is_quick else _SLOW_PROBE_SECONDS)
            await self._probe()

    async def _probe(self) -> None:
        # A question that had begun before may have shown meanwhile that it works.
        with suppress(AskmeshError), self._breaker.attempt():
            async with aclosing(self._model.generate(_PROBE)) as chunks:
                try:
                    async with asyncio.timeout(self._first_token_seconds):
                        await anext(chunks, None)
                except TimeoutError:
                    raise TooSlowError from None

    def _changed(self, name: str, state: BreakerPosition) -> None:
        if state == "closed":
            self._left_alone.clear()
        else:
            self._left_alone.set()
        self._on_change(name, state)


@asynccontextmanager
async def watching(watches: Iterable[ModelWatch]) -> AsyncGenerator[None]:
    """Let models that fail be asked again until the block ends."""
    with single_failure():
        async with asyncio.TaskGroup() as tasks:
            begun = [tasks.create_task(watch.watch()) for watch in watches]
            try:
                yield
            finally:
                for task in begun:
                    task.cancel()
