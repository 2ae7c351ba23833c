"""Room for so much work at once: what comes in, what waits, what is refused."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest

from askmesh.errors import DeadlineError, OverloadedError, TooManyCallsError
from askmesh.resilience import (
    FixedLimit,
    Limit,
    MeasuredWork,
    Party,
    Priority,
    Room,
    RoomPlace,
    RoomRules,
    Why,
    current_place,
    deadline,
    prioritized,
)

ANN, BEN, EVE = Party("blue", "ann"), Party("blue", "ben"), Party("red", "eve")
RULES = RoomRules("answers", "TOO_MANY_ANSWERS", wait_seconds=60.0)
IMPATIENT = RoomRules("answers", "TOO_MANY_ANSWERS", wait_seconds=0.01)


@dataclass
class Clock:
    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Counted:
    """Remembers what it is told."""

    rooms: list[tuple[int, int, int]] = field(default_factory=list[tuple[int, int, int]])
    refusals: list[Why] = field(default_factory=list[Why])
    waits: list[float] = field(default_factory=list[float])

    def set_room(self, room: str, *, places: int, in_use: int, waiting: int) -> None:
        assert room == "answers"
        self.rooms.append((places, in_use, waiting))

    def count_refusal(self, room: str, why: Why) -> None:
        assert room == "answers"
        self.refusals.append(why)

    def observe_wait(self, resource: str, seconds: float) -> None:
        assert resource == "answers"
        self.waits.append(seconds)


@dataclass
class Scene:
    """A room, and work in it that is done when it is told to be."""

    limit: Limit = field(default_factory=lambda: FixedLimit(2))
    rules: RoomRules = RULES
    order: list[str] = field(default_factory=list[str])
    counted: Counted = field(default_factory=Counted)
    clock: Clock = field(default_factory=Clock)
    ends: dict[str, asyncio.Event] = field(default_factory=dict[str, asyncio.Event])

    def __post_init__(self) -> None:
        self.room = Room(self.limit, self.rules, self.counted, clock=self.clock)

    async def work(self, name: str, party: Party, priority: Priority) -> None:
        with prioritized(priority):
            async with self.room.entered(party):
                self.order.append(name)
                await self.ends[name].wait()

    async def begin(
        self,
        tasks: asyncio.TaskGroup,
        name: str,
        party: Party = ANN,
        priority: Priority = Priority.INTERACTIVE,
    ) -> asyncio.Task[None]:
        """Begin a piece of work, and let it come as far as it does."""
        self.ends[name] = asyncio.Event()
        task = tasks.create_task(self.work(name, party, priority))
        await settled()
        return task

    async def end(self, *names: str) -> None:
        """End pieces of work one after the other."""
        for name in names:
            self.ends[name].set()
            await settled()

    async def end_all(self) -> None:
        while self.room.in_use:
            await self.end(*list(self.ends))


async def settled() -> None:
    """Let the loop do what it can do at once."""
    for _ in range(5):
        await asyncio.sleep(0)


async def queued(scene: Scene, tasks: asyncio.TaskGroup, parties: Sequence[Party]) -> None:
    for number, party in enumerate(parties):
        await scene.begin(tasks, f"{party.user}{number}", party)


async def test_no_more_is_done_at_once_than_there_are_places() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN] * 4)
        assert scene.order == ["ann0", "ann1"]
        assert (scene.room.in_use, scene.room.waiting) == (2, 2)
        await scene.end("ann0")
        assert scene.order == ["ann0", "ann1", "ann2"]
        await scene.end_all()
    assert scene.order == ["ann0", "ann1", "ann2", "ann3"]
    assert scene.counted.rooms[-1] == (2, 0, 0)
    assert len(scene.counted.waits) == 2


async def test_no_more_wait_than_there_are_places() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN] * 4)
        with pytest.raises(OverloadedError) as caught:
            async with scene.room.entered(ANN):
                pass
        await scene.end_all()
    assert caught.value.reason == "TOO_MANY_ANSWERS"
    assert caught.value.retry_after_seconds > 0
    assert scene.counted.refusals == ["full"]


async def test_a_place_goes_to_the_tenant_that_has_none_before_the_one_that_has_all() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN, ANN, ANN, ANN, EVE])
        await scene.end("ann0", "ann1")
        assert scene.order[2:] == ["eve4", "ann2"]
        await scene.end_all()


async def test_a_tenant_that_fills_the_queue_keeps_no_other_out() -> None:
    scene = Scene(FixedLimit(3))
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN] * 6)
        await scene.begin(tasks, "eve", EVE)
        await scene.begin(tasks, "ben", BEN)
        await scene.end("ann0", "ann1")
        assert scene.order[3:] == ["eve", "ben"]
        await scene.end_all()


async def test_who_has_a_share_of_the_places_is_told_whose_it_is_while_others_wait() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN, ANN, ANN, ANN, EVE])
        with pytest.raises(TooManyCallsError) as caught:
            async with scene.room.entered(ANN):
                pass
        await scene.end_all()
    assert caught.value.quota == "tenant:blue"
    assert scene.counted.refusals == ["share"]


async def test_what_people_wait_for_comes_before_batch_work() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN, ANN])
        await scene.begin(tasks, "batch", EVE, Priority.BATCH)
        await scene.begin(tasks, "person", ANN)
        await scene.end("ann0", "ann1")
        assert scene.order[2:] == ["person", "batch"]
        await scene.end_all()


async def test_batch_work_leaves_places_free() -> None:
    scene = Scene(FixedLimit(4), IMPATIENT)
    async with asyncio.TaskGroup() as tasks:
        for number in range(3):
            await scene.begin(tasks, f"batch{number}", ANN, Priority.BATCH)
        with prioritized(Priority.BATCH), pytest.raises(OverloadedError):
            scene.room.enter_now(ANN)
        await scene.begin(tasks, "person", ANN)
        assert scene.order == ["batch0", "batch1", "batch2", "person"]
        await scene.end_all()
    assert scene.counted.refusals == ["batch"]


async def test_where_there_is_one_place_batch_work_may_have_it() -> None:
    room = Room(FixedLimit(1), RULES)
    with prioritized(Priority.BATCH):
        async with room.entered(ANN):
            assert room.in_use == 1


async def test_work_that_waits_in_vain_is_refused() -> None:
    scene = Scene(FixedLimit(1), IMPATIENT)
    async with asyncio.TaskGroup() as tasks:
        await scene.begin(tasks, "first")
        with pytest.raises(OverloadedError) as caught:
            async with scene.room.entered(ANN):
                pass
        assert scene.room.waiting == 0
        await scene.end_all()
    assert caught.value.metadata["why"] == "waited"
    assert scene.counted.refusals == ["waited"]


async def test_work_is_refused_at_once_where_a_place_will_not_be_free_in_time() -> None:
    scene = Scene(FixedLimit(1))
    async with asyncio.TaskGroup() as tasks:
        await scene.begin(tasks, "first")
        await scene.begin(tasks, "second")
        scene.clock.now = 16.0  # the first took so long, and so will the second
        await scene.end("first")
        await scene.begin(tasks, "third")
        with pytest.raises(OverloadedError) as caught:
            async with scene.room.entered(ANN):
                pass
        assert caught.value.metadata["why"] == "full"
        assert scene.counted.waits == [16.0]
        await scene.end_all()


async def test_before_anybody_has_left_places_are_expected_to_be_free_after_the_usual_time() -> (
    None
):
    limit = FixedLimit(2, usual_seconds=40.0)
    for rules, waits in ((RULES, 1), (replace(RULES, usual_share=0.4), 0)):
        scene = Scene(limit, rules)
        async with asyncio.TaskGroup() as tasks:
            await queued(scene, tasks, [ANN, ANN])
            if waits:
                await scene.begin(tasks, "waits")  # for 20 s, within half of 60
            with pytest.raises(OverloadedError):
                await scene.work("refused", ANN, Priority.INTERACTIVE)
            assert scene.room.waiting == waits
            await scene.end_all()


async def test_while_nobody_leaves_at_all_work_is_refused_at_once() -> None:
    scene = Scene(FixedLimit(1))
    async with asyncio.TaskGroup() as tasks:
        await scene.begin(tasks, "first")
        scene.clock.now = 31.0  # more than half of what it may wait
        with pytest.raises(OverloadedError):
            async with scene.room.entered(ANN):
                pass
        await scene.end_all()


async def test_however_slow_places_are_who_has_less_than_their_share_waits_for_the_next() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN, ANN])
        scene.clock.now = 31.0  # more than half of what they may wait
        with pytest.raises(OverloadedError):
            scene.room.enter_now(ANN)
        scene.room.require_hope(EVE, Priority.INTERACTIVE)
        await scene.begin(tasks, "eve", EVE)
        for party in (ANN, EVE):
            with pytest.raises(OverloadedError):
                async with scene.room.entered(party):
                    pass
        await scene.end("ann0")
        assert scene.order == ["ann0", "ann1", "eve"]
        await scene.end_all()


async def test_once_work_was_refused_there_is_no_hope_for_more_until_there_is_room() -> None:
    scene = Scene(FixedLimit(1))
    async with asyncio.TaskGroup() as tasks:
        await scene.begin(tasks, "first")
        await scene.begin(tasks, "second")
        scene.room.require_hope(ANN, Priority.INTERACTIVE)  # nobody knows yet
        with pytest.raises(OverloadedError):
            scene.room.enter_now(ANN)
        with pytest.raises(OverloadedError):
            scene.room.require_hope(ANN, Priority.INTERACTIVE)
        await scene.end_all()
        scene.room.require_hope(ANN, Priority.INTERACTIVE)


async def test_work_that_nearly_ran_out_of_time_is_overtaken_by_the_newest() -> None:
    scene = Scene()
    async with asyncio.TaskGroup() as tasks:
        await queued(scene, tasks, [ANN] * 4)
        scene.clock.now = 46.0  # more than three quarters of what they may wait
        await scene.end("ann0")
        assert scene.order[2:] == ["ann3"]
        await scene.end_all()


async def test_work_whose_caller_has_gone_waits_no_longer() -> None:
    scene = Scene(FixedLimit(1))
    async with asyncio.TaskGroup() as tasks:
        await scene.begin(tasks, "first")
        gone = await scene.begin(tasks, "gone")
        gone.cancel()
        await settled()
        assert scene.room.waiting == 0
        await scene.begin(tasks, "last")
        await scene.end("first")
        assert scene.order == ["first", "last"]
        await scene.end_all()


async def test_a_place_that_comes_when_its_caller_goes_is_not_lost() -> None:
    scene = Scene(FixedLimit(1))
    async with asyncio.TaskGroup() as tasks:
        await scene.begin(tasks, "first")
        gone = await scene.begin(tasks, "gone")
        scene.ends["first"].set()
        await asyncio.sleep(0)  # the place is given, but nobody has it yet
        gone.cancel()
        await settled()
        assert (scene.room.in_use, scene.room.waiting) == (0, 0)


async def test_work_that_cannot_end_in_time_is_not_begun() -> None:
    scene = Scene(FixedLimit(1, usual_seconds=10.0))
    with deadline(4.0), pytest.raises(DeadlineError):
        async with scene.room.entered(ANN):
            raise AssertionError
    with deadline(6.0):
        async with scene.room.entered(ANN):
            assert scene.room.in_use == 1


async def test_a_place_that_is_held_outlives_the_block_that_took_it() -> None:
    room = Room(FixedLimit(1), RULES)
    async with room.entered(ANN) as place:
        assert current_place() is place
        place.hold()
    assert room.in_use == 1
    place.leave()
    place.leave()
    assert room.in_use == 0
    assert current_place() is None


async def test_a_place_that_was_left_is_nobodys() -> None:
    room = Room(FixedLimit(1), RULES)
    async with room.entered(ANN) as place:
        place.leave()
        assert current_place() is None
    assert room.in_use == 0


def test_without_room_a_place_may_be_given_back_by_somebody() -> None:
    taken = list[RoomPlace]()
    room = Room(FixedLimit(1), RULES, reclaim=lambda _: taken.pop().leave() if taken else None)
    taken.append(room.enter_now(ANN))
    room.enter_now(EVE)
    with pytest.raises(OverloadedError):
        room.enter_now(EVE)


@pytest.mark.parametrize(("batch", "people"), [(3, 0), (3, 1), (1, 3)])
def test_where_one_less_makes_room_a_place_is_asked_back_for_work_of_a_priority(
    batch: int, people: int
) -> None:
    asked = list[Priority]()
    room = Room(FixedLimit(4), RULES, reclaim=asked.append)
    with prioritized(Priority.BATCH):
        for _ in range(batch):
            room.enter_now(ANN)
    for _ in range(people):
        room.enter_now(EVE)
    with prioritized(Priority.BATCH), pytest.raises(OverloadedError):
        room.enter_now(ANN)
    assert asked == [Priority.BATCH]


def test_no_place_is_asked_back_where_more_are_taken_than_there_are() -> None:
    asked = list[Priority]()
    room = Room(FixedLimit(1), RULES, reclaim=asked.append)
    room.enter_now(ANN)
    room.enter_anyway(ANN)
    with pytest.raises(OverloadedError):
        room.enter_now(EVE)
    assert asked == []


def test_work_that_has_begun_elsewhere_comes_in_anyway() -> None:
    room = Room(FixedLimit(1), RULES)
    room.enter_now(ANN)
    room.enter_anyway(ANN)
    assert room.in_use == 2


async def test_a_limit_that_grows_lets_in_those_who_wait() -> None:
    @dataclass
    class Growing:
        places: int = 1
        usual_seconds: float = 0.0

        def learn(self, measured: MeasuredWork) -> None:
            assert measured == MeasuredWork(0.5, 1, went_short=False)
            self.places = 2

    scene = Scene(Growing())
    async with asyncio.TaskGroup() as tasks:
        place = scene.room.enter_now(ANN)
        await scene.begin(tasks, "waits")
        assert scene.order == []
        place.learn(0.5)
        await settled()
        assert scene.order == ["waits"]
        place.leave()
        place.learn(0.5)
        await scene.end_all()
