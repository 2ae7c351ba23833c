"""Hot paths of ingestion, of searches and of what ranks their passages."""

from collections.abc import Mapping

import tantivy
from benchmarks.gate.case import QUESTION, Act, Case
from benchmarks.gate.material import ids, paragraph, passages

from askmesh.ingestion.blocks import Block, Heading, Paragraph
from askmesh.ingestion.splitting import PassageLimits, split
from askmesh.passages import ANY_DOCUMENT, passage_from_wire, passage_to_wire
from askmesh.reranking.ports import Candidate
from askmesh.reranking.snippets import snippets
from askmesh.reranking.unit_pairs import unit_pairs
from askmesh.retrieval.fusion import WeightedRanking, fuse_by_rank
from askmesh.search import Hit
from askmesh.search._tantivy_queries import narrowed, word_query
from askmesh.search._tantivy_schema import schema
from askmesh.search._ties import ranked


def _fusion(size: int, seed: int) -> Act:
    found = ids(size, seed)
    rankings = [WeightedRanking(found, 1.0), WeightedRanking(found[::-1], 0.5)]
    return lambda: fuse_by_rank(rankings, limit=size)


def _ties(size: int, seed: int) -> Act:
    hits = [Hit(each, number // 2) for number, each in enumerate(ids(size, seed))]
    return lambda: ranked(hits)


def _tantivy_query(size: int, seed: int) -> Act:
    fields, words = schema(), ids(size, seed)
    boosts = {"title": 2.0, "headings": 1.5, "words": 1.0}
    plain = list(map(str.__str__, words))

    def build() -> tantivy.Query:
        query = word_query(fields, plain, plain[:3], boosts)
        return narrowed(fields, query, "default", ANY_DOCUMENT)

    return build


def _wire(size: int, seed: int) -> Act:
    some = passages(size, seed)
    return lambda: [passage_from_wire(passage_to_wire(each)) for each in some]


def _candidates(size: int, seed: int) -> list[Candidate]:
    return [
        Candidate(each.passage_id, f"Handbook\n{each.text}", 9) for each in passages(size, seed)
    ]


def _snippets(size: int, seed: int) -> Act:
    candidates = _candidates(size, seed)
    return lambda: snippets(QUESTION, candidates)


def _unit_pairs(size: int, seed: int) -> Act:
    candidates = _candidates(size, seed)
    return lambda: unit_pairs(QUESTION, candidates)


def _splitting(size: int, seed: int) -> Act:
    def block(number: int) -> Block:
        if number % 5 == 0:
            return Heading(1 + number % 3, f"Chapter {number}")
        return Paragraph(paragraph(seed * 100_003 + number))

    blocks = [block(number) for number in range(size)]
    return lambda: split(blocks, PassageLimits())


FINDING: Mapping[str, Case] = {
    "ingestion, splitting": Case(_splitting, 10),
    "passages, wire": Case(_wire, 10),
    "reranking, snippets": Case(_snippets, 4),
    "reranking, units": Case(_unit_pairs, 4),
    "retrieval, fusion": Case(_fusion, 20),
    "search, query for tantivy": Case(_tantivy_query, 10),
    "search, ties": Case(_ties, 20),
}
