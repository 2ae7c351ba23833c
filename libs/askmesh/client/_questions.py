"""Questions of a batch: as they are given, as they are asked, and what became of them."""

from dataclasses import dataclass
from hashlib import sha256

from askmesh.api.gateway.v1.gateway_pb2 import AnswerQuestionsRequest, StreamAnswerRequest
from askmesh.client._encoding import fitting_values, question_to_message
from askmesh.client._events import Event
from askmesh.client._parts import Turn
from askmesh.errors import AskmeshError
from askmesh.passages import Filter


@dataclass(frozen=True, slots=True)
class BatchQuestion:
    """One of many questions. Its `id` names its answer; no two of a batch have the same."""

    id: str
    question: str
    conversation: tuple[Turn, ...] = ()
    filter: Filter | None = None
    wants_table: bool | None = None
    seed: int | None = None


@dataclass(frozen=True, slots=True)
class BatchAnswer:
    """What became of the question of an `id`: all events of its answer, or why there is none."""

    id: str
    events: tuple[Event, ...] = ()
    failure: AskmeshError | None = None


@dataclass(frozen=True, slots=True)
class PendingQuestion:
    """A question on its way: how often it failed, how many had answers then, and was cancelled."""

    id: str
    request: StreamAnswerRequest
    failures: int = 0
    answered_then: int = -1
    cancelled: int = 0

    @property
    def request_id(self) -> str:
        """The same for the same question under the same id: asked again, it has its answer."""
        plain = b"\n".join((self.id.encode(), self.request.SerializeToString(deterministic=True)))
        return f"{sha256(plain).hexdigest()}-{self.cancelled}"

    def message(self) -> AnswerQuestionsRequest:
        """Return what is sent."""
        message = AnswerQuestionsRequest(question=self.request)
        message.question.request_id = self.request_id
        return message


def asked_as(question: BatchQuestion) -> PendingQuestion:
    with fitting_values():
        request = question_to_message(
            question.question,
            conversation=question.conversation,
            request_id="",
            narrowed_to=question.filter,
            wants_table=question.wants_table,
            seed=question.seed,
        )
    return PendingQuestion(question.id, request)
