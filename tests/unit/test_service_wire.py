"""What services compute with and the messages of the contract say the same, field by field."""

import re
from dataclasses import replace

from hypothesis import given

from askmesh.api.common.v1 import answer_pb2, passage_pb2
from askmesh.api.ingestion.v1 import ingestion_pb2
from askmesh.api.reranking.v1 import reranking_pb2
from askmesh.api.retrieval.v1 import retrieval_pb2
from askmesh.api.summarization.v1 import summarization_pb2
from askmesh.documents import StoredDocument
from askmesh.ingestion import servicer as ingestion
from askmesh.ingestion.identity import content_sha256_of
from askmesh.ingestion.listing import status_of
from askmesh.passages import passage_from_wire, passage_to_wire
from askmesh.reranking import servicer as reranking
from askmesh.reranking.ports import Ranking
from askmesh.retrieval import servicer as retrieval
from askmesh.retrieval.ports import Retrieval
from askmesh.rpc import calling_as
from askmesh.summarization import servicer as summarization
from support.wire import Leaves, leaves_of_message, leaves_of_value, messages, values

# Names of the services that are not those of the contract.
RENAMED = {
    "collection_passages": "collection_passage_count",
    "condition": "filter",
    "end": "end_offset",
    "limit": "page_size",
    "modified_after": "modified_after_time",
    "modified_before": "modified_before_time",
    "scored_passages": "scored_passage_count",
    "start": "start_offset",
}


@given(messages(retrieval_pb2.RetrievePassagesRequest))
def test_a_search_loses_and_swaps_nothing(message: retrieval_pb2.RetrievePassagesRequest) -> None:
    with calling_as("blue"):
        search = retrieval.search(message)
    assert leaves_of_value(search, RENAMED) == {"tenant": "blue", **leaves_of_message(message)}


@given(values(Retrieval))
def test_what_was_found_loses_and_swaps_nothing(found: Retrieval) -> None:
    told = leaves_of_value(replace(found, missing=()), RENAMED)
    expected = {path: leaf for path, leaf in told.items() if ".access." not in path}
    expected |= {"indexed_revision": 7, "permissions": "some"}
    message = retrieval.response(found, 7, "some")
    reasons = [answer_pb2.DegradationReason.Name(each.reason) for each in message.degradations]
    assert reasons == [f"DEGRADATION_REASON_{each.name}_UNAVAILABLE" for each in found.missing]
    assert all(each.detail for each in message.degradations)
    message.ClearField("degradations")
    assert leaves_of_message(message) == expected


@given(messages(passage_pb2.Passage))
def test_a_passage_loses_and_swaps_nothing_on_its_way_in_and_out(
    message: passage_pb2.Passage,
) -> None:
    passage = passage_from_wire(message)
    assert leaves_of_value(passage, RENAMED) == leaves_of_message(message)
    assert passage_to_wire(passage) == message


@given(messages(reranking_pb2.CandidatePassage))
def test_a_candidate_loses_and_swaps_nothing(message: reranking_pb2.CandidatePassage) -> None:
    assert leaves_of_value(reranking.candidate(message), RENAMED) == leaves_of_message(message)


@given(values(Ranking))
def test_a_ranking_loses_and_swaps_nothing(ranking: Ranking) -> None:
    expected = leaves_of_value(ranking, RENAMED)
    del expected["scored_sentences"]  # told in traces only
    assert leaves_of_message(reranking.response(ranking)) == expected


@given(messages(summarization_pb2.StreamSummaryRequest))
def test_a_request_for_an_answer_loses_and_swaps_nothing(
    message: summarization_pb2.StreamSummaryRequest,
) -> None:
    value = summarization.valid_request(message)
    assert leaves_of_value(value, RENAMED) == _request_leaves(message)


def _request_leaves(message: summarization_pb2.StreamSummaryRequest) -> Leaves:
    """Sources are passages without what no answer needs, with the day of their change."""
    leaves = leaves_of_message(message)
    for number, source in enumerate(message.sources):
        passage = f"sources.{number}.passage"
        for key in source.passage.attributes:
            del leaves[f"{passage}.attributes.{key}"]
        for name in ("source", "revision"):
            del leaves[f"{passage}.{name}"]
        leaves.pop(f"{passage}.modified_time", None)
        has_time = source.passage.HasField("modified_time")
        day = source.passage.modified_time.ToDatetime().strftime("%Y-%m-%d") if has_time else ""
        leaves[f"{passage}.modified"] = day
    return {path.replace(".passage.", "."): leaf for path, leaf in leaves.items()}


@given(messages(ingestion_pb2.IngestDocumentsRequest))
def test_a_document_loses_and_swaps_nothing(
    message: ingestion_pb2.IngestDocumentsRequest,
) -> None:
    said = {path.replace(".names.", "."): leaf for path, leaf in leaves_of_message(message).items()}
    for wish in ("reports_progress", "may_be_elsewhere"):  # of how to take it, not of the document
        del said[wish]
    assert leaves_of_value(ingestion.source_document(message), RENAMED) == said


@given(values(StoredDocument))
def test_what_is_told_of_a_document_loses_and_swaps_nothing(stored: StoredDocument) -> None:
    told = leaves_of_value(stored.document, RENAMED)
    expected = {_named_on_the_wire(path): leaf for path, leaf in told.items()}
    del expected["content_hash"]
    assert leaves_of_message(status_of(stored, "another method")) == expected | {
        "state": "STORED",
        "passage_count": stored.passage_count,
        "revision": stored.revision,
        "content_sha256": content_sha256_of(stored.document.content_hash),
        "outdated": True,
        "refusal_reason": "",
        "refusal_detail": "",
    }


def _named_on_the_wire(path: str) -> str:
    """Lists of principals are messages, so that nobody and everybody differ."""
    return re.sub(r"(access\.(?:allowed|denied))\.", r"\1.names.", path)
