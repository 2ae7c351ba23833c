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


class Room(Protocol):
    """Knows how much a tenant may store."""

    async def take(self, tenant: str, document_id: str, passages: int) -> None:
        """Count a document that is to be stored. Raise `QuotaError` if there is no room for it."""
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
