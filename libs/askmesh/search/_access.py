"""The access lists of a segment: there are few different ones among many documents."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from askmesh.passages import AccessList, Readable


@dataclass(frozen=True, slots=True, eq=False)
class AccessLists:
    """Different access lists; documents say by number which of them is theirs."""

    lists: tuple[AccessList, ...]
    keys: tuple[str, ...]

    @classmethod
    def of(cls, lists: Iterable[AccessList]) -> Self:
        """Return the lists, with their keys."""
        known = tuple(lists)
        return cls(known, tuple(each.key for each in known))

    def readable(self, readable: Readable) -> NDArray[np.bool_]:
        """Tell for each list whether documents with it may be read."""
        return np.fromiter(map(readable.lists.__contains__, self.keys), np.bool_, len(self.keys))

    def numbered(self, numbers: Iterable[int]) -> Mapping[str, AccessList]:
        """Return the lists of these numbers by their keys."""
        return {self.keys[number]: self.lists[number] for number in numbers}
