"""Metadata on their way to gRPC."""

from collections.abc import Iterator

from grpc import aio

from askmesh.rpc._tenancy import MetadataPairs


class SentMetadata(aio.Metadata):
    """Metadata that gRPC sends as they are: it makes a dictionary of pairs, and pairs of it again.

    They are read in order only, and not changed.
    """

    def __init__(self, pairs: MetadataPairs) -> None:
        super().__init__()
        self._pairs = pairs

    def __iter__(self) -> Iterator[tuple[str, str | bytes]]:
        return iter(self._pairs)

    def __len__(self) -> int:
        return len(self._pairs)
