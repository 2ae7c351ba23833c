"""The RPC, translated."""

from typing import Any

from grpc import aio

from askmesh.api.reranking.v1 import reranking_pb2, reranking_pb2_grpc
from askmesh.errors import InvalidRequestError
from askmesh.reranking.ports import Candidate, RankedCandidate, Ranking, ScoredSentence
from askmesh.reranking.ranker import Ranker
from askmesh.telemetry import Telemetry
from askmesh.text import require_text

MAX_QUERY_CHARS = 4_000
MAX_PASSAGES = 200
MAX_SENTENCE_PASSAGES = 10

_Context = aio.ServicerContext[Any, Any]


class RerankingServicer(reranking_pb2_grpc.RerankingServiceServicer):
    """Serves rankings."""

    def __init__(self, ranker: Ranker, telemetry: Telemetry) -> None:
        self._ranker = ranker
        self._telemetry = telemetry

    async def RankPassages(
        self, request: reranking_pb2.RankPassagesRequest, context: _Context
    ) -> reranking_pb2.RankPassagesResponse:
        check(request.query, len(request.passages))
        with self._telemetry.span("rank passages") as span:
            ranking = await self._ranker.rank(
                request.query,
                [candidate(passage) for passage in request.passages],
                sentence_passages=sentence_passages(request.sentence_passage_count),
            )
            span.set_attribute("askmesh.reranking.passages", len(ranking.passages))
            span.set_attribute("askmesh.reranking.scored_passages", ranking.scored_passages)
            span.set_attribute("askmesh.reranking.scored_sentences", ranking.scored_sentences)
        if ranking.scored_passages < len(ranking.passages):
            self._telemetry.metrics.count_degradation("reranking_truncated")
        return response(ranking)


def check(query: str, passage_count: int) -> None:
    """Refuse a query or a number of passages that cannot be ranked."""
    require_text(query, field="query", max_chars=MAX_QUERY_CHARS)
    if not passage_count:
        raise InvalidRequestError(
            "PASSAGES_EMPTY", "passages must hold at least one passage", field="passages"
        )
    if passage_count > MAX_PASSAGES:
        raise InvalidRequestError(
            "TOO_MANY_PASSAGES",
            f"passages must hold at most {MAX_PASSAGES} passages",
            field="passages",
            max_passages=str(MAX_PASSAGES),
        )


def sentence_passages(count: int) -> int:
    """Return in how many passages to score sentences when `count` were asked for."""
    return max(0, min(count, MAX_SENTENCE_PASSAGES))


def candidate(passage: reranking_pb2.CandidatePassage) -> Candidate:
    """Return the candidate in a message."""
    return Candidate(passage.passage_id, passage.text, passage.body_offset)


def response(ranking: Ranking) -> reranking_pb2.RankPassagesResponse:
    """Return the message for a ranking."""
    return reranking_pb2.RankPassagesResponse(
        passages=map(_ranked, ranking.passages), scored_passage_count=ranking.scored_passages
    )


def _ranked(passage: RankedCandidate) -> reranking_pb2.RankedPassage:
    return reranking_pb2.RankedPassage(
        passage_id=passage.passage_id,
        score=passage.score,
        below_floor=passage.below_floor,
        sentences=map(_sentence, passage.sentences),
    )


def _sentence(sentence: ScoredSentence) -> reranking_pb2.ScoredSentence:
    return reranking_pb2.ScoredSentence(
        start_offset=sentence.start, end_offset=sentence.end, score=sentence.score
    )
