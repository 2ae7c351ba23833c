"""The client's values and the messages of the contract say the same, field by field."""

from datetime import UTC, datetime
from enum import StrEnum

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.api.gateway.v1 import gateway_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.client import (
    AbstentionReason,
    CacheStatus,
    CollectionStatus,
    Completed,
    DegradationReason,
    DocumentStatus,
    Filter,
    IngestResult,
    MediaType,
    MeshStatus,
    OtherEvent,
    Outcome,
    SourceDocument,
    Turn,
)
from askmesh.client._decoding import decoded, event_from_message
from askmesh.client._encoding import document_to_message, fitting_values, question_to_message
from askmesh.errors import InvalidRequestError
from support.wire import leaves_of_message, leaves_of_value, messages

# Names of the client that are not those of the contract.
RENAMED = {
    "number": "source_number",
    "prompt_tokens": "prompt_token_count",
    "completion_tokens": "completion_token_count",
    "start_seconds": "start_duration",
    "elapsed_seconds": "elapsed_duration",
    "modified_after": "modified_after_time",
    "modified_before": "modified_before_time",
}
texts = st.text(st.characters(codec="utf-8"), max_size=9)
times = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
attributes = st.dictionaries(texts, texts, max_size=2)


@given(messages(gateway_pb2.AnswerEvent))
def test_an_event_loses_and_swaps_nothing(message: gateway_pb2.AnswerEvent) -> None:
    said = leaves_of_message(message)
    envelope = {name: said.pop(name) for name in ("answer_id", "sequence")}
    kind = f"{message.WhichOneof('event')}."
    body = {name.removeprefix(kind): value for name, value in said.items()}
    assert leaves_of_value(event_from_message(message), RENAMED) == envelope | body


@given(messages(ingestion_pb2.IngestDocumentsResponse))
def test_a_result_loses_and_swaps_nothing(message: ingestion_pb2.IngestDocumentsResponse) -> None:
    result = decoded(IngestResult, message)
    assert leaves_of_value(result, RENAMED) == leaves_of_message(message)


@given(messages(ingestion_pb2.DocumentStatus))
def test_what_is_told_of_a_document_loses_and_swaps_nothing(
    message: ingestion_pb2.DocumentStatus,
) -> None:
    said = leaves_of_message(message)
    del said["state"]  # who asks knows it
    said = {path.replace(".names.", "."): leaf for path, leaf in said.items()}
    assert leaves_of_value(decoded(DocumentStatus, message), RENAMED) == said


@given(messages(ingestion_pb2.GetCollectionStatusResponse))
def test_the_state_of_the_collection_loses_and_swaps_nothing(
    message: ingestion_pb2.GetCollectionStatusResponse,
) -> None:
    status = decoded(CollectionStatus, message)
    assert leaves_of_value(status, RENAMED) == leaves_of_message(message)


@given(messages(gateway_pb2.GetMeshStatusResponse))
def test_the_state_of_the_mesh_loses_and_swaps_nothing(
    message: gateway_pb2.GetMeshStatusResponse,
) -> None:
    status = decoded(MeshStatus, message)
    assert leaves_of_value(status, RENAMED) == leaves_of_message(message)


@given(
    st.builds(
        SourceDocument,
        source=texts,
        content=st.binary(max_size=9),
        document_id=texts,
        title=texts,
        media_type=st.sampled_from(MediaType),
        modified_time=st.none() | times,
        attributes=attributes,
    )
)
def test_a_document_is_sent_as_it_is(document: SourceDocument) -> None:
    said = leaves_of_message(document_to_message(document))
    wishes = {name: said.pop(name) for name in ("reports_progress", "may_be_elsewhere")}
    assert said == leaves_of_value(document, RENAMED)
    assert not any(wishes.values())


@given(
    texts,
    st.lists(st.builds(Turn, texts, texts), max_size=2),
    st.builds(Filter, st.tuples(texts), st.tuples(texts), times, times, attributes),
    st.none() | st.booleans(),
    st.none() | st.integers(0, 2**63),
)
def test_a_question_is_sent_as_it_is(
    question: str,
    conversation: list[Turn],
    narrowed_to: Filter,
    wants_table: bool | None,  # noqa: FBT001 - drawn
    seed: int | None,
) -> None:
    message = question_to_message(
        question,
        conversation=conversation,
        request_id="r",
        narrowed_to=narrowed_to,
        wants_table=wants_table,
        seed=seed,
    )
    turns = {f"conversation.{i}": turn for i, turn in enumerate(conversation)}
    assert leaves_of_message(message) == {
        "question": question,
        "request_id": "r",
        "accepts_batches": True,
        **{f"filter.{k}": v for k, v in leaves_of_value(narrowed_to, RENAMED).items()},
        **{f"{at}.{k}": v for at, t in turns.items() for k, v in leaves_of_value(t, {}).items()},
        **{k: v for k, v in (("wants_table", wants_table), ("seed", seed)) if v is not None},
    }


@pytest.mark.parametrize("kind", [DegradationReason, Outcome, AbstentionReason, CacheStatus])
def test_names_are_told_in_lower_case(kind: type[StrEnum]) -> None:
    assert [str(member) for member in kind] == [name.lower() for name in kind.__members__]


def test_what_a_newer_mesh_adds_is_passed_over() -> None:
    newer = 99
    completed = gateway_pb2.AnswerCompleted()
    completed.outcome = newer  # type: ignore[assignment] # pyright: ignore[reportAttributeAccessIssue] - of a newer mesh
    completed.degradations.add().reason = newer  # type: ignore[assignment] # pyright: ignore[reportAttributeAccessIssue] - of a newer mesh
    event = event_from_message(gateway_pb2.AnswerEvent(completed=completed))
    assert isinstance(event, Completed)
    assert event.outcome is Outcome.UNKNOWN
    assert event.degradations[0].reason is DegradationReason.UNKNOWN
    unknown = gateway_pb2.AnswerEvent(answer_id="a", sequence=3)
    assert event_from_message(unknown) == OtherEvent(answer_id="a", sequence=3)


def test_a_value_without_a_form_on_the_wire_is_refused() -> None:
    with pytest.raises(InvalidRequestError), fitting_values():
        question_to_message(
            "?", conversation=(), request_id="", narrowed_to=None, wants_table=None, seed=-1
        )
