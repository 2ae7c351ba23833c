"""What a gateway has to do with others, and a gateway that has none."""

from collections.abc import Generator
from contextlib import contextmanager
from typing import Protocol

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.gateway.answers import Answer, Making
from askmesh.gateway.desk import AnswerDesk


class Others(Protocol):
    """The other gateways, as far as they can be reached."""

    async def announce(self, answer: Answer) -> None:
        """Let the other gateways know an answer of this one, before its client does."""
        ...

    async def meet(self, question: StreamAnswerRequest, key: str, *, instead_of: str) -> Making:
        """Return the making of a key, one begun here if no other gateway has one.

        `instead_of` is one that has ended and does not count.
        """
        ...

    def share(self, making: Making) -> None:
        """Let equal questions join a making of another gateway."""
        ...

    async def of_request(self, asker: str, question: StreamAnswerRequest) -> Answer | None:
        """Return the answer that a request has started at another gateway, if it has."""
        ...

    async def bring(self, asker: str, answer_id: str, after_sequence: int) -> None:
        """Make the desk know an answer of another gateway, up to a sequence, if there is one."""
        ...

    async def cancel(self, asker: str, answer_id: str) -> bool:
        """End an answer, wherever it is made; return whether it was running."""
        ...

    def end(self) -> None:
        """Follow the answers of others no longer, for the end of the service."""
        ...


class NoOthers:
    """The others of a gateway that is alone."""

    def __init__(self, desk: AnswerDesk) -> None:
        self._desk = desk

    async def announce(self, answer: Answer) -> None:
        """Tell nobody."""

    async def meet(self, question: StreamAnswerRequest, key: str, *, instead_of: str) -> Making:
        del instead_of
        return self._desk.start(question, key)

    def share(self, making: Making) -> None:
        """Never called: no making is of another gateway."""

    async def of_request(self, asker: str, question: StreamAnswerRequest) -> Answer | None:
        del asker, question
        return None

    async def bring(self, asker: str, answer_id: str, after_sequence: int) -> None:
        """Bring nothing."""

    async def cancel(self, asker: str, answer_id: str) -> bool:
        return self._desk.cancel(asker, answer_id)

    def end(self) -> None:
        """End nothing."""


@contextmanager
def cancelling_all(desk: AnswerDesk, others: Others) -> Generator[None]:
    """Cancel the answers of a gateway at the end of the block, and follow no others' any more."""
    try:
        yield
    finally:
        desk.cancel_all()
        others.end()
