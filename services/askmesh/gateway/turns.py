"""One list from several that answer questions of their own: they take turns."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import islice, zip_longest
from typing import TypeVar

T = TypeVar("T")
K = TypeVar("K", bound=Hashable)


def admitted_first(
    items: Sequence[T], admitted: frozenset[str], *, limit: int, key: Callable[[T], str]
) -> list[T]:
    """Return at most `limit` items: those admitted, then the rest, each in their order.

    Where there are too many, both give up places alike.
    """
    first = [item for item in items if key(item) in admitted]
    rest = [item for item in items if key(item) not in admitted]
    chosen = {key(item) for item in islice(in_turn([first, rest]), limit)}
    return [item for item in (*first, *rest) if key(item) in chosen]


def in_turn(lists: Sequence[Sequence[T]]) -> Iterator[T]:
    """Yield the first of each list, then the second of each, so that none crowds out the others."""
    for row in zip_longest(*lists):
        yield from (item for item in row if item is not None)


def once(items: Iterable[T], *, key: Callable[[T], K]) -> list[T]:
    """Return the items without those whose key came before."""
    seen: dict[K, T] = {}
    for item in items:
        seen.setdefault(key(item), item)
    return list(seen.values())
