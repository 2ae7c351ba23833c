"""The place that a question has from the door on, until it is known whether it needs one."""

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from askmesh.resilience import PlaceEntry


class _Entering:
    """What a question has, until somebody takes it."""

    def __init__(self, entry: PlaceEntry | None) -> None:
        self._entry = entry

    def take(self) -> PlaceEntry | None:
        entry, self._entry = self._entry, None
        return entry


_entering: ContextVar[_Entering | None] = ContextVar("askmesh_entering", default=None)


@contextmanager
def entering(entry: PlaceEntry | None) -> Generator[None]:
    """Have `entry` for the question of the block. What nobody took is given up at its end."""
    token = _entering.set(_Entering(entry))
    try:
        yield
    finally:
        give_up_entry()
        _entering.reset(token)


def taken_entry() -> PlaceEntry | None:
    """Return what the question at hand has from the door on, once: it is the caller's then."""
    held = _entering.get()
    return held.take() if held else None


def give_up_entry() -> None:
    """Give up what the question at hand has from the door on: it needs no place."""
    if entry := taken_entry():
        entry.give_up()
