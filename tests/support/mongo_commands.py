"""Commands of the MongoDB driver, as they are sent, and which index serves them.

The server of the tests cannot explain its plans. So the shape of every query is compared with the
indexes: one serves a query whose filter names its first fields by equality and whose sort, or
range, goes on with the next.
"""

from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from pymongo.monitoring import (
    CommandFailedEvent,
    CommandListener,
    CommandStartedEvent,
    CommandSucceededEvent,
)

Command = Mapping[str, Any]

WRITES = frozenset({"insert", "update", "delete", "findAndModify", "createIndexes"})


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for in a collection, and in which order."""

    collection: str
    filter: Mapping[str, Any]
    sort: Sequence[str] = ()


class Commands(CommandListener):
    """Remembers what was sent."""

    def __init__(self) -> None:
        self.sent: list[Command] = []

    def started(self, event: CommandStartedEvent) -> None:
        self.sent.append(deepcopy(dict(event.command)))

    def succeeded(self, event: CommandSucceededEvent) -> None:
        pass

    def failed(self, event: CommandFailedEvent) -> None:
        pass

    @property
    def names(self) -> list[str]:
        """The names of the commands."""
        return [next(iter(command)) for command in self.sent]

    @property
    def writes(self) -> list[Command]:
        """The commands that write."""
        return [command for command in self.sent if next(iter(command)) in WRITES]

    def queries(self) -> Iterator[Query]:
        """Yield what was looked for, by reading or by writing."""
        for command in self.sent:
            yield from _queries(command)


def is_served(query: Query, indexes: Sequence[Sequence[str]]) -> bool:
    """Tell whether one of the indexes serves the query without looking at every record."""
    return any(_serves(index, query) for index in indexes)


def _queries(command: Command) -> Iterator[Query]:
    collection = next(iter(command.values()))
    match next(iter(command)):
        case "find":
            yield Query(collection, command["filter"], list(command.get("sort", {})))
        case "findAndModify":
            yield Query(collection, command["query"], list(command.get("sort", {})))
        case "update":
            yield from (Query(collection, each["q"]) for each in command["updates"])
        case "delete":
            yield from (Query(collection, each["q"]) for each in command["deletes"])
        case "aggregate":
            for stage in command["pipeline"]:
                if "$match" in stage:
                    yield Query(collection, stage["$match"])
                if "$lookup" in stage:
                    joined = stage["$lookup"]
                    yield Query(joined["from"], {joined["foreignField"]: "each"})
        case _:
            return


def _serves(index: Sequence[str], query: Query) -> bool:
    if index[0] not in query.filter:
        return False
    equal = 0
    while equal < len(index) and _is_equality(query.filter.get(index[equal], {"$gt": 0})):
        equal += 1
    width = len(query.sort)
    return any(list(index[at : at + width]) == list(query.sort) for at in range(equal + 1))


def _is_equality(condition: object) -> bool:
    return not isinstance(condition, Mapping)
