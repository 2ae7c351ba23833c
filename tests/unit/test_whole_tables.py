"""A table that is cut into passages is read whole where a question is about all of it."""

import pytest

from askmesh.api.common.v1.answer_pb2 import DEGRADATION_REASON_VECTOR_SEARCH_UNAVAILABLE
from askmesh.api.common.v1.passage_pb2 import Filter, Passage
from askmesh.api.retrieval.v1.retrieval_pb2 import RetrievedPassage, RetrievePassagesResponse
from askmesh.api.summarization.v1.summarization_pb2 import Source
from askmesh.errors import UnavailableError
from support.answering import Scene, asked
from support.gateway_fakes import FakeNeighbours

HOW_MANY = "How many articles are there?"


def _rows(position: int, heading: str = "Articles", *, table: bool = True) -> Passage:
    rows = (f"Article: A{position}{n} | Price: {n} EUR" for n in range(3))
    return Passage(
        passage_id=f"p{position}",
        document_id="d",
        headings=[heading],
        position=position,
        text="\n".join(rows) if table else "Orders go to Ann.",
    )


DOCUMENT = [
    _rows(0, "About", table=False),
    *map(_rows, (1, 2, 3)),
    _rows(4, "Orders", table=False),
    _rows(5, "Staff", table=False),
]


def _found(*passages: Passage) -> RetrievePassagesResponse:
    return RetrievePassagesResponse(
        passages=[RetrievedPassage(passage=each) for each in passages], collection_passage_count=9
    )


async def _sources(
    question: str, neighbours: FakeNeighbours, first: Passage = DOCUMENT[2]
) -> list[Source]:
    neighbours.found[question] = _found(first)
    await Scene(neighbours).answer(asked(question, filter=Filter(attributes={"team": "x"})))
    return list(neighbours.summaries[0].sources)


def _narrowed(*passages: Passage) -> FakeNeighbours:
    """Return neighbours that find the passages in the document, in an order of their own."""
    neighbours = FakeNeighbours()
    neighbours.in_documents = _found(*reversed(passages))
    return neighbours


async def test_the_passages_of_a_table_are_read_with_the_ones_around_it_and_counted() -> None:
    neighbours = _narrowed(*DOCUMENT)
    sources = await _sources(HOW_MANY, neighbours)
    assert [each.passage.position for each in sources] == [2, 0, 1, 3, 4]
    assert {each.document_passage_count for each in sources} == {6}
    assert [each.HasField("score") for each in sources] == [True, False, False, False, False]
    assert neighbours.searches[-1].filter == Filter(document_ids=["d"], attributes={"team": "x"})


@pytest.mark.parametrize(
    "question",
    ["Which articles cost 2 EUR?", "Which of our articles are free?", "What new articles have it?"],
)
async def test_a_table_is_read_whole_for_all_entries_that_are_or_have_something(
    question: str,
) -> None:
    sources = await _sources(question, _narrowed(*DOCUMENT))
    assert [each.passage.position for each in sources] == [2, 0, 1, 3, 4]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which article costs 2 EUR?", DOCUMENT[2]),
        ("What does article A21 cost?", DOCUMENT[2]),
        ("How do I request a new article of interest?", DOCUMENT[2]),
        ("What does A21 mean?", DOCUMENT[2]),
        (HOW_MANY, DOCUMENT[4]),
    ],
    ids=["one of them", "about one row", "a request", "a meaning", "no table"],
)
async def test_nothing_is_searched_for_other_questions_or_other_passages(
    question: str, first: Passage
) -> None:
    neighbours = _narrowed(*DOCUMENT)
    assert len(await _sources(question, neighbours, first)) == 1
    assert len(neighbours.searches) == 1


async def test_a_document_of_which_passages_are_missing_is_not_counted() -> None:
    sources = await _sources(HOW_MANY, _narrowed(*DOCUMENT[1:3]))
    assert [each.passage.position for each in sources] == [2, 1]
    assert {each.document_passage_count for each in sources} == {0}


async def test_a_document_that_was_searched_in_one_way_alone_is_not_counted() -> None:
    neighbours = FakeNeighbours()
    reply = _found(*DOCUMENT[:3])
    reply.degradations.add(reason=DEGRADATION_REASON_VECTOR_SEARCH_UNAVAILABLE)
    neighbours.in_documents = reply
    sources = await _sources(HOW_MANY, neighbours)
    assert [each.passage.position for each in sources] == [2, 0, 1]
    assert {each.document_passage_count for each in sources} == {0}


async def test_a_table_that_is_too_long_is_left_as_it_was_found() -> None:
    sources = await _sources(HOW_MANY, _narrowed(*map(_rows, range(60))))
    assert [each.passage.position for each in sources] == [2]


async def test_an_answer_goes_on_without_the_rest_if_the_search_for_it_fails() -> None:
    neighbours = FakeNeighbours()
    neighbours.in_documents = UnavailableError("RETRIEVAL_UNAVAILABLE", "away")
    assert [each.passage.position for each in await _sources(HOW_MANY, neighbours)] == [2]
