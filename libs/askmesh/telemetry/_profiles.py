"""Profiles that can be had over HTTP, one at a time."""

import asyncio
import sys
from collections.abc import Mapping
from http import HTTPStatus
from threading import Event

from askmesh.pages import PageRequest, WebPage, problem, text_page
from askmesh.telemetry._sampling import Stack, lines_of, processor_time

MAX_SECONDS = 60.0
_DEFAULT_SECONDS = "10"


class Profiles:
    """Makes profiles if that is `enabled`."""

    def __init__(self, *, enabled: bool, variable: str) -> None:
        self._enabled = enabled
        self._variable = variable
        self._one = asyncio.Lock()

    async def answer(self, request: PageRequest) -> WebPage:
        """Return where the time of the next `seconds` goes: a line for each stack.

        A line has the names of the functions, from the outermost on, with `;` between them, and
        microseconds of processor: what tools for flame graphs read.
        """
        if not self._enabled:
            return problem(HTTPStatus.NOT_FOUND, f"Profiles are off: set {self._variable}=true")
        if sys.platform != "linux":
            return problem(HTTPStatus.NOT_IMPLEMENTED, "Profiles need the clocks of Linux")
        seconds = _seconds(request.query.get("seconds", _DEFAULT_SECONDS))
        if seconds is None:
            sentence = f"seconds must be a number up to {MAX_SECONDS:.0f}"
            return problem(HTTPStatus.BAD_REQUEST, sentence)
        if self._one.locked():
            return problem(HTTPStatus.CONFLICT, "Another profile is being made: try again later")
        async with self._one:
            return text_page(lines_of(await _profile(seconds)))


async def _profile(seconds: float) -> Mapping[Stack, int]:
    stopped = Event()
    try:
        return await asyncio.to_thread(processor_time, seconds, stopped)
    finally:
        stopped.set()


def _seconds(text: str) -> float | None:
    try:
        seconds = float(text)
    except ValueError:
        return None
    return seconds if 0 < seconds <= MAX_SECONDS else None
