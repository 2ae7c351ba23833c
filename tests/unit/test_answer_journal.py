"""What is recorded of who reads an answer."""

from collections.abc import AsyncGenerator, Sequence

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.common.v1.passage_pb2 import Passage
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent, PlanMade, RankedSource, SourcesRanked
from askmesh.auditing import AuditEvent
from askmesh.gateway.journal import AnswerJournal
from askmesh.identity import Caller

ANN = Caller("blue", "ann", frozenset(), frozenset())
PLAN = AnswerEvent(plan_made=PlanMade()).SerializeToString()
SOURCES = AnswerEvent(
    sources_ranked=SourcesRanked(sources=[RankedSource(passage=Passage(document_id="d1"))])
).SerializeToString()
TEXT = AnswerEvent(text_delta=TextDelta(text="A net.")).SerializeToString()


class Records:
    """Takes events, and never refuses."""

    def __init__(self) -> None:
        self.documents: list[object] = []

    def require(self) -> None:
        pass

    def record(self, event: AuditEvent) -> None:
        self.documents.append(event.details["documents"])


async def stream(*batches: Sequence[bytes]) -> AsyncGenerator[Sequence[bytes]]:
    for batch in batches:
        yield batch


async def documents_at_each(told: Sequence[bytes], *batches: Sequence[bytes]) -> list[int]:
    """Return how many sets of sources were recorded when the caller got each of the batches."""
    records = Records()
    watched = AnswerJournal(records).watched(stream(*batches), ANN, "a", told)
    return [len(records.documents) async for _ in watched]


async def test_sources_are_recorded_before_their_reader_has_them_and_once() -> None:
    assert await documents_at_each([], [PLAN], [SOURCES], [TEXT], [TEXT]) == [0, 1, 1, 1]


async def test_who_reads_on_behind_the_sources_reads_of_them_once_there_is_something() -> None:
    assert await documents_at_each([PLAN, SOURCES], [], [TEXT], [], [TEXT]) == [0, 1, 1, 1]
    assert await documents_at_each([PLAN], [], [SOURCES], [TEXT]) == [0, 1, 1]


async def test_without_an_audit_a_stream_is_the_stream_itself() -> None:
    batches = stream([TEXT])
    assert AnswerJournal(None).watched(batches, ANN, "a", ()) is batches
