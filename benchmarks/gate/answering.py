"""Hot paths of questions, of the events of answers, and of what checks them."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from benchmarks.gate.case import QUESTION, Act, Case, run
from benchmarks.gate.material import ids, passages, sentences

from askmesh.api.common.v1.answer_pb2 import TextDelta
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent, StreamAnswerRequest
from askmesh.api.summarization.v1.summarization_pb2 import Source as WireSource
from askmesh.client._decoding import event_from_message
from askmesh.gateway.continuing import Continuation
from askmesh.gateway.event_log import MemoryEventLog, follow
from askmesh.gateway.keys import asked_by, asked_in_any_words
from askmesh.gateway.ranking import merge_rankings, sources_ranked
from askmesh.gateway.turns import admitted_first, in_turn, once
from askmesh.passages import passage_to_wire
from askmesh.query_understanding.filters import filter_of
from askmesh.query_understanding.intent import is_small_talk
from askmesh.query_understanding.sub_questions import sub_questions
from askmesh.query_understanding.tables import wants_table
from askmesh.summarization.evidence import rank_units
from askmesh.summarization.sentence_buffer import SentenceBuffer
from askmesh.summarization.showing import choose_units
from askmesh.summarization.support import Grounds
from askmesh.summarization.values import Source


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
        run(read(log))

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
        return choose_units(units, most=8, floor=0.0, max_tokens=2_000, counter=_Letters())

    return choose


class _Letters:
    """Takes four letters for a token."""

    def count(self, text: str) -> int:
        return len(text) // 4

    def truncate(self, text: str, limit: int) -> str:
        return text[: 4 * limit]


@dataclass(frozen=True, slots=True)
class _Piece:
    source_number: int
    text: str
    breadcrumb: str = "Handbook > Travel"
    is_setting: bool = False


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


def _planning(size: int, seed: int) -> Act:
    questions = list(sentences(size, seed))
    today = date(2026, 3, 14)

    def plan() -> object:
        return [
            (filter_of(each, today), sub_questions(each), wants_table(each), is_small_talk(each))
            for each in questions
        ]

    return plan


ANSWERING: Mapping[str, Case] = {
    "client, decoding of events": Case(_decoding, 20),
    "gateway, answers that go on": Case(_continuation, 20),
    "gateway, event log": Case(_event_log, 20),
    "gateway, keys of questions": Case(_keys, 10),
    "gateway, merge of searches": Case(_legs, 20),
    "gateway, ranked sources": Case(_sources, 10),
    "query understanding, plans": Case(_planning, 10),
    "summarization, evidence": Case(_evidence, 4),
    "summarization, sentences of a model": Case(_sentence_buffer, 5),
    "summarization, support": Case(_support, 10),
}
