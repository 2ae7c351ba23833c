"""What ingestion needs from its surroundings."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from askmesh.ingestion.splitting import PassageLimits, SplitDocument
from askmesh.uploads import MediaType


class DocumentReader(Protocol):
    """Reads documents."""

    async def read(
        self, content: bytes, media_type: MediaType, limits: PassageLimits
    ) -> SplitDocument:
        """Return the document in passages. Raises `DocumentRefusedError`."""
        ...


class Reserved(Protocol):
    """Room for a document that is on its way into the store."""

    def end(self, *, is_stored: bool) -> None:
        """Give the room back, or count it as used from now on."""
        ...


class ReadingRoom(Protocol):
    """Knows how much a tenant may store."""

    async def take(self, tenant: str, document_id: str, passages: int) -> Reserved:
        """Reserve room for a document that is to be stored, until that ends.

        Raise `DocumentRefusedError` if there is none.
        """
        ...


class PassageVectors(Protocol):
    """Turns texts of passages into vectors."""

    @property
    def model(self) -> str:
        """The model and its revision: vectors of different models never mix."""
        ...

    async def vectors(
        self, texts: Sequence[str], tell: Callable[[int], Awaitable[None]]
    ) -> Sequence[NDArray[np.float32]]:
        """Return one vector for each text, in order; `tell` now and then how many there are."""
        ...
