"""What the gateway records of who asks and who reads what."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Protocol

from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent, SourcesRanked
from askmesh.auditing import AuditEvent
from askmesh.identity import Caller

_BEFORE_SOURCES = frozenset({"plan_made", "sources_found", "degradation"})


class AnswerAudit(Protocol):
    """Takes events; see `AuditTrail`."""

    def require(self) -> None:
        """Raise `UnavailableError` if what happens now could not be recorded."""
        ...

    def record(self, event: AuditEvent) -> None:
        """Take an event."""
        ...


@dataclass(frozen=True, slots=True)
class AnswerJournal:
    """Records what callers do with answers. Without an audit it costs nothing."""

    audit: AnswerAudit | None

    def require(self) -> None:
        """Raise `UnavailableError` if nothing could be recorded now."""
        if self.audit:
            self.audit.require()

    def asked(self, caller: Caller, answer_id: str, question: str) -> None:
        """Record a question, whose text is kept only if the operator wants texts."""
        self._record("answer.asked", caller, answer_id, texts={"question": question})

    def resumed(self, caller: Caller, answer_id: str) -> None:
        """Record that an answer is read on."""
        self._record("answer.resumed", caller, answer_id)

    def cancelled(self, caller: Caller, answer_id: str) -> None:
        """Record that an answer was ended."""
        self._record("answer.cancelled", caller, answer_id)

    def watched(
        self,
        batches: AsyncGenerator[Sequence[bytes]],
        caller: Caller,
        answer_id: str,
        told: Sequence[bytes],
    ) -> AsyncGenerator[Sequence[bytes]]:
        """Yield the batches of an answer; record its sources before the caller gets them.

        They may be in what was `told` before: whoever reads on behind them reads of them.
        """
        return self._recorded(batches, caller, answer_id, told) if self.audit else batches

    async def _recorded(
        self,
        batches: AsyncGenerator[Sequence[bytes]],
        caller: Caller,
        answer_id: str,
        told: Sequence[bytes],
    ) -> AsyncGenerator[Sequence[bytes]]:
        looking = True
        async with aclosing(batches):
            async for batch in batches:
                if looking and batch:
                    looking = self._look((*told, *batch), caller, answer_id)
                    told = ()
                yield batch

    def _look(self, batch: Sequence[bytes], caller: Caller, answer_id: str) -> bool:
        """Record the sources, if they are in a batch; return whether they may be in a later one."""
        for event in map(AnswerEvent.FromString, batch):
            kind = event.WhichOneof("event")
            if kind == "sources_ranked":
                self._shown(event.sources_ranked, caller, answer_id)
            if kind not in _BEFORE_SOURCES:
                return False
        return True

    def _shown(self, ranked: SourcesRanked, caller: Caller, answer_id: str) -> None:
        if self.audit and (names := {each.passage.document_id for each in ranked.sources}):
            details = {"answer_id": answer_id, "documents": sorted(names)}
            self.audit.record(AuditEvent("documents.shown", caller, details))

    def _record(
        self, action: str, caller: Caller, answer_id: str, texts: dict[str, str] | None = None
    ) -> None:
        if self.audit:
            self.audit.record(AuditEvent(action, caller, {"answer_id": answer_id}, texts or {}))
