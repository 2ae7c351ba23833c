"""Many texts in one block of memory."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Numbers: TypeAlias = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Texts:
    """Texts in one block of memory, taken out one at a time."""

    data: NDArray[np.uint8]
    starts: Numbers

    @classmethod
    def of(cls, texts: Sequence[str]) -> "Texts":
        """Return the texts in one block."""
        encoded = [text.encode() for text in texts]
        return cls(np.frombuffer(b"".join(encoded), np.uint8), starts_of(list(map(len, encoded))))

    def __getitem__(self, number: int) -> str:
        return self.data[self.starts[number] : self.starts[number + 1]].tobytes().decode()

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))

    def __len__(self) -> int:
        return len(self.starts) - 1


def starts_of(sizes: Sequence[int]) -> Numbers:
    """Return where things of these sizes start, one after the other, and where the last ends."""
    starts: Numbers = np.concatenate([[0], np.cumsum(np.array(sizes, np.int64))]).astype(np.int64)
    return starts
