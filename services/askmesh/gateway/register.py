"""The answers that a gateway knows, by their ids and by the requests that they are for."""

from askmesh.api.gateway.v1.gateway_pb2 import StreamAnswerRequest
from askmesh.errors import NotFoundError
from askmesh.gateway.answers import Answer


class Register:
    """Finds answers."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}
        self._by_request: dict[tuple[str, str], Answer] = {}

    def add(self, answer: Answer) -> None:
        """Know an answer from now on."""
        self._answers[answer.answer_id] = answer
        if answer.request_id:
            self._by_request[answer.tenant, answer.request_id] = answer

    def forget(self, answer: Answer) -> None:
        """Know an answer no longer."""
        del self._answers[answer.answer_id]
        request = answer.tenant, answer.request_id
        if self._by_request.get(request) is answer:
            del self._by_request[request]

    def get(self, answer_id: str) -> Answer | None:
        """Return an answer, whosever it is."""
        return self._answers.get(answer_id)

    def find(self, tenant: str, answer_id: str) -> Answer:
        """Return an answer. Raise `NotFoundError` if this tenant has no such one."""
        answer = self._answers.get(answer_id)
        if answer is None or answer.tenant != tenant:
            raise NotFoundError(
                "ANSWER_UNKNOWN", "There is no such answer, or no longer", field="answer_id"
            )
        return answer

    def of_request(self, tenant: str, question: StreamAnswerRequest) -> str | None:
        """Return the answer that this request has started, if it has.

        None too if that one has failed or was given up because nobody followed it. Raise
        `AlreadyExistsError` if it was another question.
        """
        known = self._by_request.get((tenant, question.request_id))
        if known is None or known.repeatable:
            return None
        known.require_question(question)
        return known.answer_id
