"""What a hot path is to the gate."""

from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from typing import TypeAlias

Act: TypeAlias = Callable[[], object]
QUESTION = "Which contract did Avery report to the warehouse office after the harvest festival?"


@dataclass(frozen=True, slots=True)
class Case:
    """Prepares a piece of work for an input of a size, by a seed; the small input has `size`."""

    prepare: Callable[[int, int], Act]
    size: int


def run(coroutine: Coroutine[object, object, object]) -> None:
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("the coroutine waits for something")
