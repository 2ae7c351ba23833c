"""Who waits, by how urgent their work is."""

from itertools import chain
from typing import Generic, TypeVar

from askmesh.resilience._priority import Priority
from askmesh.resilience._shares import Party, Waiter, ahead

W = TypeVar("W")


class Queues(Generic[W]):
    """A queue for each priority, in order of arrival; interactive work is served first."""

    def __init__(self) -> None:
        self._queues: dict[Priority, list[Waiter[W]]] = {each: [] for each in Priority}

    def __len__(self) -> int:
        """Return how many wait."""
        return sum(map(len, self._queues.values()))

    @property
    def parties(self) -> list[Party]:
        """For whom all that wait do."""
        return [each.party for each in chain(*self._queues.values())]

    def of(self, priority: Priority) -> list[Waiter[W]]:
        """Return the queue of a priority, to be changed."""
        return self._queues[priority]

    def rank(self, party: Party, priority: Priority) -> int:
        """Return how many of those who wait are served before one more."""
        urgent = len(self._queues[Priority.INTERACTIVE]) if priority is Priority.BATCH else 0
        return urgent + ahead(self._queues[priority], party)
