"""The hot paths: what answers, searches and ingestion do again and again, on made-up inputs."""

from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TypeAlias

import tantivy
from benchmarks.gate.material import ids, paragraph, passages, sentences

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent, StreamAnswerRequest
from askmesh.api.summarization.v1.summarization_pb2 import Source as WireSource
from askmesh.authentication import TokenSigner, TokenVerifier, new_key_pair
from askmesh.caching import MemoryCache
from askmesh.client._decoding import event_from_message
from askmesh.gateway.continuing import Continuation
from askmesh.gateway.event_log import MemoryEventLog, follow
from askmesh.gateway.keys import asked_by, asked_in_any_words
from askmesh.gateway.ranking import merge_rankings, sources_ranked
from askmesh.gateway.turns import admitted_first, in_turn, once
from askmesh.identity import Caller, Role
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
from askmesh.summarization.evidence import choose_units, rank_units
from askmesh.summarization.sentence_buffer import SentenceBuffer
from askmesh.summarization.support import Grounds
from askmesh.summarization.values import Source
from askmesh.telemetry import silent_telemetry

Act: TypeAlias = Callable[[], object]
QUESTION = "Which contract did Avery report to the warehouse office after the harvest festival?"


@dataclass(frozen=True, slots=True)
class Case:
    """Prepares a piece of work for an input of a size, by a seed; the small input has `size`."""

    prepare: Callable[[int, int], Act]
    size: int


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


def _event_log(size: int, seed: int) -> Act:
    texts = list(sentences(size, seed))

    async def read(log: MemoryEventLog) -> None:
        async for _ in follow(lambda: log, 0, heartbeat_seconds=60):
            pass

    def write_and_read() -> None:
        log = MemoryEventLog()
        for text in texts:
            log.append(AnswerEvent(text_delta=TextDelta(text=text)))
        log.end()
        _run(read(log))

    return write_and_read


def _continuation(size: int, seed: int) -> Act:
    told = [AnswerEvent(text_delta=TextDelta(text=text)) for text in sentences(size, seed)]
    delivered = [event.SerializeToString() for event in told[: size // 2]]

    def drop(event: object) -> None:
        del event

    def go_on() -> None:
        continuation = Continuation(delivered, drop, drop)
        for event in told:
            continuation(event)

    return go_on


def _decoding(size: int, seed: int) -> Act:
    told = [AnswerEvent(text_delta=TextDelta(text=text)) for text in sentences(size, seed)]
    return lambda: list(map(event_from_message, told))


def _legs(size: int, seed: int) -> Act:
    first, second = ids(size, seed), ids(size, seed + 1)
    admitted = frozenset(first[::2])

    def merge() -> object:
        all_of_them = once(in_turn([first, second, first[::-1]]), key=lambda each: each)
        return admitted_first(all_of_them, admitted, limit=size, key=lambda each: each)

    return merge


def _sources(size: int, seed: int) -> Act:
    some = [WireSource(passage=passage_to_wire(each), score=0.5) for each in passages(size, seed)]

    def merge() -> object:
        return sources_ranked(merge_rankings([some, some[::-1]], limit=size))

    return merge


def _keys(size: int, seed: int) -> Act:
    asked = [StreamAnswerRequest(question=text) for text in sentences(size, seed)]

    def name() -> object:
        return [
            (asked_by(each, edition=""), asked_in_any_words(each, edition="")) for each in asked
        ]

    return name


def _evidence(size: int, seed: int) -> Act:
    sources = [
        Source(passage_id=each.passage_id, text=each.text, title=each.title, headings=each.headings)
        for each in passages(size, seed)
    ]

    def choose() -> object:
        units = rank_units(QUESTION, sources)
        return choose_units(
            units, most=8, floor=0.0, max_tokens=2_000, count_tokens=lambda text: len(text) // 4
        )

    return choose


@dataclass(frozen=True, slots=True)
class _Piece:
    source_number: int
    text: str
    breadcrumb: str = "Handbook > Travel"


def _support(size: int, seed: int) -> Act:
    pieces = [_Piece(number // 5, text) for number, text in enumerate(sentences(size, seed))]
    claims = list(sentences(3, seed + 1))

    def check() -> None:
        grounds = Grounds(QUESTION, pieces, support_bar=0.7)
        for claim in claims:
            grounds.check(claim)

    return check


def _sentence_buffer(size: int, seed: int) -> Act:
    pieces = [f"{word} " for text in sentences(size, seed) for word in text.split()]

    def feed() -> None:
        buffer = SentenceBuffer()
        for piece in pieces:
            buffer.feed(piece)
        buffer.rest(cut_off=False)

    return feed


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


def _identity(size: int, seed: int) -> Act:
    private, public = new_key_pair()
    signer, verifier = TokenSigner(private), TokenVerifier(public)
    caller = Caller("default", f"user {seed}", frozenset({"sales"}), frozenset({Role.READER}))
    token = signer.token_of(caller)
    _run(verifier.caller_of(token))

    def verify() -> None:
        for _ in range(size):
            _run(verifier.caller_of(signer.token_of(caller)))

    return verify


def _memory_cache(size: int, seed: int) -> Act:
    keys = ids(size, seed)

    async def set_and_get() -> None:
        cache = MemoryCache(1_000_000, clock=lambda: 0.0)
        for key in keys:
            await cache.set_many({key: b"value"}, ttl_seconds=60)
        await cache.get_many(keys)

    return lambda: _run(set_and_get())


def _telemetry(size: int, seed: int) -> Act:
    signals = silent_telemetry()
    method = f"/askmesh.api.retrieval.v1.RetrievalService/RetrievePassages{seed}"

    def call() -> None:
        for _ in range(size):
            caller = signals.client_call(method, "127.0.0.1:7403")
            with signals.server_call(method, "", caller.headers()) as served:
                served.record("OK", tenant="default")
            caller.record("OK")
            caller.end()
            signals.metrics.observe_rpc("RetrievalService", method, "OK", 0.01)

    return call


def _run(coroutine: Coroutine[object, object, object]) -> None:
    """Run a coroutine that waits for nothing."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    raise RuntimeError("the coroutine waits for something")


CASES: Mapping[str, Case] = {
    "authentication, callers that are known": Case(_identity, 10),
    "caching, memory": Case(_memory_cache, 20),
    "client, decoding of events": Case(_decoding, 20),
    "gateway, answers that go on": Case(_continuation, 20),
    "gateway, event log": Case(_event_log, 20),
    "gateway, keys of questions": Case(_keys, 10),
    "gateway, merge of searches": Case(_legs, 20),
    "gateway, ranked sources": Case(_sources, 10),
    "ingestion, splitting": Case(_splitting, 10),
    "passages, wire": Case(_wire, 10),
    "reranking, snippets": Case(_snippets, 4),
    "reranking, units": Case(_unit_pairs, 4),
    "retrieval, fusion": Case(_fusion, 20),
    "search, query for tantivy": Case(_tantivy_query, 10),
    "search, ties": Case(_ties, 20),
    "summarization, evidence": Case(_evidence, 4),
    "summarization, sentences of a model": Case(_sentence_buffer, 5),
    "summarization, support": Case(_support, 10),
    "telemetry, calls": Case(_telemetry, 10),
}
