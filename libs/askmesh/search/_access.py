"""The access lists of a segment: there are few different ones among many documents."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from askmesh.passages import AccessList, Readable


@dataclass(frozen=True, eq=False)
class AccessLists:
    """Different access lists; documents say by number which of them is theirs."""

    lists: tuple[AccessList, ...]

    def readable(self, readable: Readable) -> NDArray[np.bool_]:
        """Tell for each list whether documents with it may be read."""
        return np.array([key in readable.lists for key in self._keys], np.bool_)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(each.key for each in self.lists)
