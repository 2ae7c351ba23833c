"""The RPC, translated."""

from typing import Any

from grpc import aio

from askmesh.api.reranking.v1 import reranking_pb2, reranking_pb2_grpc
from askmesh.reranking.ports import Candidate, RankedCandidate, Ranking, ScoredSentence
from askmesh.reranking.ranker import Ranker
from askmesh.reranking.validation import check, sentence_passages
from askmesh.telemetry import Telemetry

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
