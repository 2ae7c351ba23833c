"""Profiles: where the time of a service's processor goes, stage by stage in threads that work."""

import asyncio
import sys
from http import HTTPStatus
from pathlib import Path
from threading import Event
from types import FrameType

import pytest

from askmesh.cli.profiling import stacks_in
from askmesh.config import ServiceSettings
from askmesh.pages import PageRequest
from askmesh.resilience import threads
from askmesh.telemetry import Telemetry, telemetry
from askmesh.telemetry._profiles import Profiles
from askmesh.telemetry._sampling import PROFILER, lines_of, processor_time
from support.commands import askmesh
from support.http_requests import fetched
from support.kneading import kneading

ON = ServiceSettings(profiling=True)
PYROSCOPES_LINE = 64 * 1024
TO_FALL_ASLEEP = 10_000
"""How many microseconds of half a second a thread may take until it waits."""
A_MINUTE = PageRequest("GET", "/profile", {"seconds": "60"}, {})


async def profile(signals: Telemetry, seconds: str = "0.5") -> tuple[int, str]:
    return await fetched(f"127.0.0.1:{signals.metrics_port}", f"/profile?seconds={seconds}")


async def test_a_busy_thread_is_told_with_its_kind_its_stage_and_its_functions() -> None:
    async with telemetry("bakery", ON) as signals, kneading(signals):
        status, text = await profile(signals)
    assert status == 200
    stacks = stacks_in(text)
    # A machine without a free core may leave the oven less than the profile itself needs.
    busiest = max(stacks.keys() - {PROFILER}, key=lambda stack: stacks[stack])
    assert busiest[0] == "oven"
    assert busiest[-1].endswith(".knead")
    assert busiest.index("stage baking") < len(busiest) - 1
    assert PROFILER in stacks


async def test_who_waits_uses_next_to_nothing() -> None:
    async with telemetry("bakery", ON) as signals, threads("idle", 1) as waiting:
        released = Event()
        call = asyncio.create_task(waiting.call(released.wait))
        _, text = await profile(signals)
        released.set()
        await call
    used = sum(used for stack, used in stacks_in(text).items() if stack[0] == "idle")
    assert used < TO_FALL_ASLEEP


async def test_profiles_are_off_unless_a_setting_says_otherwise() -> None:
    async with telemetry("bakery", ServiceSettings()) as signals:
        assert await profile(signals) == (404, "Profiles are off: set ASKMESH_PROFILING=true\n")


@pytest.mark.parametrize("seconds", ["0", "-1", "61", "nan", "x"])
async def test_a_time_that_is_none_is_refused(seconds: str) -> None:
    async with telemetry("bakery", ON) as signals:
        status, text = await profile(signals, seconds)
    assert (status, text) == (400, "seconds must be a number up to 60\n")


async def test_one_profile_is_made_at_a_time() -> None:
    profiles = Profiles(enabled=True, variable="")
    first = asyncio.create_task(profiles.answer(A_MINUTE))
    while not is_profiled():
        await asyncio.to_thread(lambda: None)
    second = await profiles.answer(A_MINUTE)
    first.cancel()
    await asyncio.wait([first])
    assert (second.status, first.cancelled()) == (HTTPStatus.CONFLICT, True)


def is_profiled() -> bool:
    """Tell whether a profile of this process is being made."""
    for running in sys._current_frames().values():  # pyright: ignore[reportPrivateUsage]
        frame: FrameType | None = running
        while frame is not None:
            if frame.f_code is processor_time.__code__:
                return True
            frame = frame.f_back
    return False


async def abandoned_profile() -> None:
    profiles = Profiles(enabled=True, variable="")
    asked = asyncio.create_task(profiles.answer(A_MINUTE))
    while not is_profiled():
        await asyncio.to_thread(lambda: None)
    asked.cancel()
    await asyncio.wait([asked])


@pytest.mark.timeout(50)
def test_a_profile_that_nobody_waits_for_ends() -> None:
    asyncio.run(abandoned_profile())  # waits for its threads


def test_whoever_stops_a_profile_gets_it_at_once() -> None:
    stopped = Event()
    stopped.set()
    assert isinstance(processor_time(60, stopped), dict)


async def test_the_command_writes_a_flame_graph(tmp_path: Path) -> None:
    graph, lines, change = (tmp_path / name for name in ("oven.svg", "oven.txt", "change.svg"))
    async with telemetry("bakery", ON) as signals, kneading(signals):
        for file, against in ((graph, []), (lines, []), (change, ["--against", str(lines)])):
            result = await asyncio.to_thread(
                askmesh,
                *("profile", "gateway", "--seconds", "0.5", "--output", str(file)),
                *("--metrics-address", f"127.0.0.1:{signals.metrics_port}", *against),
            )
            assert result.returncode == 0, result.stderr
            assert f"s of processor in 0.5 s. Written to {file}." in result.stdout
    assert "stage baking" in graph.read_text(encoding="utf-8")
    assert "by itself" not in graph.read_text(encoding="utf-8")
    assert "by itself" in change.read_text(encoding="utf-8")
    assert any("stage baking" in stack for stack in stacks_in(lines.read_text(encoding="utf-8")))


async def test_the_command_says_why_there_is_no_profile() -> None:
    async with telemetry("bakery", ServiceSettings()) as signals:
        address = f"127.0.0.1:{signals.metrics_port}"
        off = await asyncio.to_thread(askmesh, "profile", "gateway", "--metrics-address", address)
    gone = await asyncio.to_thread(askmesh, "profile", "gateway", "--metrics-address", address)
    assert off.returncode == gone.returncode == 1
    assert "Profiles are off: set ASKMESH_PROFILING=true." in off.stderr
    assert f"No service tells its profile at {address}" in gone.stderr


def test_a_recursion_however_deep_is_a_line_that_a_store_reads_with_its_outermost_functions() -> (
    None
):
    deep = ("oven", *(f"bakery.röst_{depth}" for depth in range(20_000)))
    lines = lines_of({deep: 7_000, ("oven", "bakery.cool"): 2_000}).splitlines()
    assert max(len(line.encode()) for line in lines) < PYROSCOPES_LINE
    told, cooled = stacks_in("\n".join(lines)).items()
    assert told == (deep[: len(told[0])], 7)
    assert len(told[0]) > 500
    assert cooled == (("oven", "bakery.cool"), 2)
