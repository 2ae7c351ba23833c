"""Giving the events of an answer to the other gateways while it is made."""

import logging
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Self

from askmesh.errors import UnavailableError
from askmesh.gateway.answers import Making
from askmesh.gateway.desk import AnswerDesk
from askmesh.gateway.sharing import SharedAnswers, end_of

PUBLISHING_SECONDS = 0.25
"""How often whoever makes an answer says so, and learns who follows and who cancels."""

_logger = logging.getLogger("askmesh.gateway")


async def publish(desk: AnswerDesk, shared: SharedAnswers, making: Making) -> None:
    """Give all events to the others until the end, and do what they want."""
    log, position, end = making.log, 0, ""
    is_new = not log.ended  # others may have what has ended: look first
    try:
        with _Followed(desk, making) as followed:
            while not end:
                events = log.events[position:] if is_new else ()
                whole = log.ended and position + len(events) == log.last_sequence
                end = end_of(log.failure) if whole else ""
                news = await shared.publish(making.making_id, position, events, end)
                if news.length < 0:
                    _lose(desk, making)
                    return
                position, is_new = news.length, True
                followed.note(is_followed=news.followed)
                _cancel(desk, news.cancelled)
                if not log.ended and position == log.last_sequence:
                    await log.news(PUBLISHING_SECONDS)
    except UnavailableError:
        _logger.warning("an answer is known to this gateway alone")


def _lose(desk: AnswerDesk, making: Making) -> None:
    """Stop what another gateway makes by now; whoever reads it here finds it there."""
    _logger.warning("an answer of this gateway was taken over by another one")
    for answer in making.answers:
        desk.register.forget(answer)
    making.answers.clear()
    making.log.end(UnavailableError("ANSWER_MOVED", "another gateway has the answer: resume it"))
    desk.stop(making)


def _cancel(desk: AnswerDesk, answer_ids: Sequence[str]) -> None:
    for answer_id in answer_ids:
        if answer := desk.register.get(answer_id):
            desk.cancel(answer.tenant, answer_id)


class _Followed:
    """Knows for a desk whether somebody follows a making elsewhere."""

    def __init__(self, desk: AnswerDesk, making: Making) -> None:
        self._desk = desk
        self._making = making
        self._held = ExitStack()
        self._is_held = False

    def note(self, *, is_followed: bool) -> None:
        """Take what is so now."""
        if is_followed and not self._is_held:
            self._held.enter_context(self._desk.followed(self._making))
        elif not is_followed:
            self._held.close()
        self._is_held = is_followed

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._held.close()
