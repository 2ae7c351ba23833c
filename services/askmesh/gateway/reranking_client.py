"""Reranking, over gRPC."""

from collections.abc import Mapping, Sequence

from askmesh.api.reranking.v1 import reranking_pb2
from askmesh.api.reranking.v1.reranking_pb2_grpc import RerankingServiceStub
from askmesh.errors import DeadlineError
from askmesh.gateway.values import RankedPassage, Ranking, Sentence
from askmesh.passages import Passage
from askmesh.rpc import upstream_errors


class GrpcReranker:
    """Ask the reranking service, and keep what counts as evidence."""

    def __init__(self, stub: RerankingServiceStub, *, sentence_passage_count: int) -> None:
        self._stub = stub
        self._sentence_passage_count = sentence_passage_count

    async def rank(self, query: str, passages: Sequence[Passage]) -> Ranking:
        request = reranking_pb2.RankPassagesRequest(
            query=query,
            passages=map(_candidate, passages),
            sentence_passage_count=self._sentence_passage_count,
        )
        with upstream_errors("reranking"):
            reply = await self._stub.RankPassages(request)
        if not reply.scored_passage_count:
            raise DeadlineError("RERANKING_OUT_OF_TIME", "There was no time to rerank")
        by_id = {passage.passage_id: passage for passage in passages}
        evidence = tuple(
            _ranked(ranked, by_id)
            for ranked in reply.passages
            if ranked.HasField("score") and not ranked.below_floor
        )
        return Ranking(evidence, complete=reply.scored_passage_count == len(passages))


def _candidate(passage: Passage) -> reranking_pb2.CandidatePassage:
    context = ": ".join(dict.fromkeys(part for part in (passage.title, *passage.headings) if part))
    prefix = f"{context}\n" if context else ""
    return reranking_pb2.CandidatePassage(
        passage_id=passage.passage_id, text=prefix + passage.text, body_offset=len(prefix)
    )


def _ranked(ranked: reranking_pb2.RankedPassage, passages: Mapping[str, Passage]) -> RankedPassage:
    sentences = tuple(
        Sentence(sentence.start_offset, sentence.end_offset, sentence.score)
        for sentence in ranked.sentences
    )
    return RankedPassage(passages[ranked.passage_id], ranked.score, sentences)
