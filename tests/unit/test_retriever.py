"""Searching in two indexes at once, and with one of them where the other fails."""

from dataclasses import dataclass, field, replace
from itertools import count

import pytest

from askmesh.errors import UnavailableError
from askmesh.passages import ANY_DOCUMENT, DocumentChange, Filter
from askmesh.resilience import deadline
from askmesh.retrieval.ports import MissingPart, Mode, Search
from askmesh.retrieval.reading import Reading
from askmesh.retrieval.retriever import Retriever, Tuning
from askmesh.telemetry import silent_telemetry
from support.memory_indexes import MemoryVectorIndex
from support.retrieval import DIMENSION, FailingDocuments, FailingKeywords, WordEmbedder, store

ANYTHING = Search("default", "kettle water", ANY_DOCUMENT, Mode.HYBRID, 10)


@dataclass
class Scene:
    """A retriever and what it asks; `fill` takes the stored documents into the indexes."""

    tuning: Tuning = field(default_factory=Tuning)
    documents: FailingDocuments = field(default_factory=FailingDocuments)
    keywords: FailingKeywords = field(default_factory=FailingKeywords)
    vectors: MemoryVectorIndex = field(default_factory=lambda: MemoryVectorIndex(DIMENSION))
    embedder: WordEmbedder = field(default_factory=WordEmbedder)

    async def fill(self) -> None:
        page = await self.documents.changes_after(0, limit=100)
        for index in (self.keywords, self.vectors):
            changes: list[DocumentChange] = list(page.changes)
            await index.apply(changes, revision=page.revision)

    @property
    def retriever(self) -> Retriever:
        clock = count().__next__
        reading = Reading(self.documents, self.keywords, seconds=0.05, clock=clock)
        parts = self.keywords, self.vectors, self.embedder, reading
        return Retriever(*parts, stages=silent_telemetry(), tuning=self.tuning)

    async def found(self, search: Search) -> list[str]:
        passages = (await self.retriever.retrieve(search)).passages
        return [item.passage.passage_id for item in passages]


@pytest.fixture
async def scene() -> Scene:
    scene = Scene()
    await store(scene.documents, "kettle", "the kettle boils water", source="home/kitchen.md")
    await store(scene.documents, "lamp", "light", "the lamp needs a bulb", source="home/lamp.md")
    await store(scene.documents, "secret", "the kettle of others holds water", tenant="other")
    await scene.fill()
    return scene


async def test_a_passage_says_its_rank_in_each_search(scene: Scene) -> None:
    retrieval = await scene.retriever.retrieve(replace(ANYTHING, query="needs bulb"))
    best, *others = retrieval.passages
    assert (best.passage.passage_id, best.keyword_rank, best.vector_rank) == ("lamp-1", 1, 1)
    assert [item.keyword_rank for item in others] == [None, None]
    assert {item.vector_rank for item in others} == {2, 3}
    assert best.score > others[0].score
    assert retrieval.missing == ()


@pytest.mark.parametrize("mode", list(Mode))
async def test_nothing_of_another_tenant_is_found_or_counted(scene: Scene, mode: Mode) -> None:
    for tenant, found, passages in (
        ("default", {"kettle-0"}, 3),
        ("other", {"secret-0"}, 1),
        ("x", set[str](), 0),
    ):
        search = replace(ANYTHING, tenant=tenant, mode=mode)
        assert found <= set(await scene.found(search)) <= found | {"lamp-0", "lamp-1"}
        assert (await scene.retriever.retrieve(search)).collection_passages == passages


@pytest.mark.parametrize("mode", list(Mode))
async def test_each_search_has_room_for_what_its_filter_admits_alone(
    scene: Scene, mode: Mode
) -> None:
    scene.tuning = Tuning(candidates_per_index=1)
    only = Filter(document_ids=("lamp",))
    search = Search("default", "the kettle boils water", only, mode, 1)
    assert await scene.found(search) == ["lamp-1"]


@pytest.mark.parametrize("mode", list(Mode))
async def test_as_many_are_found_as_are_asked_for(scene: Scene, mode: Mode) -> None:
    scene.tuning = Tuning(candidates_per_index=1)
    await store(scene.documents, "many", *["water"] * 8)
    await scene.fill()
    for limit in (1, 3, 9):
        assert len(await scene.found(replace(ANYTHING, mode=mode, limit=limit))) == limit


async def test_more_candidates_than_asked_for_are_ranked_by_both_searches(scene: Scene) -> None:
    await store(scene.documents, "long", "kettle water and " + "so on and on " * 30)
    await store(scene.documents, "short", "kettle")
    await scene.fill()
    alone = {
        mode: await scene.found(replace(ANYTHING, mode=mode, limit=10))
        for mode in (Mode.KEYWORD, Mode.VECTOR)
    }
    assert alone[Mode.KEYWORD][1] != alone[Mode.VECTOR][1]
    retrieval = await scene.retriever.retrieve(replace(ANYTHING, limit=2))
    for item in retrieval.passages:
        assert item.keyword_rank == alone[Mode.KEYWORD].index(item.passage.passage_id) + 1
        assert item.vector_rank == alone[Mode.VECTOR].index(item.passage.passage_id) + 1


@pytest.mark.parametrize(
    ("keyword_weight", "vector_weight", "first"), [(1, 0.01, "lamp-1"), (0.01, 1, "many-0")]
)
async def test_the_weightier_search_says_what_comes_first(
    scene: Scene, keyword_weight: float, vector_weight: float, first: str
) -> None:
    await store(scene.documents, "many", "the the the the the")
    await scene.fill()
    scene.tuning = Tuning(keyword_weight=keyword_weight, vector_weight=vector_weight)
    assert (await scene.found(replace(ANYTHING, query="the the the bulb")))[0] == first


async def test_a_misspelt_query_is_searched_as_the_documents_spell_it(scene: Scene) -> None:
    misspelt = await scene.retriever.retrieve(replace(ANYTHING, query="boils the kettel"))
    assert misspelt.passages[0].passage.passage_id == "kettle-0"
    assert misspelt.corrected_query == "boils the kettle"
    assert (await scene.retriever.retrieve(ANYTHING)).corrected_query == ""


@pytest.mark.parametrize("failure", ["down", "stuck"])
async def test_what_fails_is_named_and_the_other_search_goes_on(
    scene: Scene, failure: str, caplog: pytest.LogCaptureFixture
) -> None:
    scene.tuning = Tuning(search_seconds=0.05)
    setattr(scene.embedder, failure, True)
    retrieval = await scene.retriever.retrieve(ANYTHING)
    assert [item.passage.passage_id for item in retrieval.passages] == ["kettle-0"]
    assert retrieval.missing == (MissingPart.VECTOR_SEARCH,)
    why = {"down": "The embedder is down.", "stuck": "it took too long"}[failure]
    assert f"A search is left out: {why}" in caplog.messages


async def test_a_search_that_hangs_leaves_time_for_the_rest_of_the_deadline(scene: Scene) -> None:
    scene.embedder.stuck = True
    with deadline(0.2):
        retrieval = await scene.retriever.retrieve(ANYTHING)
    assert retrieval.missing == (MissingPart.VECTOR_SEARCH,)


async def test_vectors_alone_are_searched_as_asked_when_words_cannot_be(scene: Scene) -> None:
    scene.keywords.down = True
    retrieval = await scene.retriever.retrieve(replace(ANYTHING, query="boils water kettel"))
    assert retrieval.passages[0].passage.passage_id == "kettle-0"
    assert retrieval.missing == (MissingPart.KEYWORD_SEARCH,)
    assert retrieval.corrected_query == ""


@pytest.mark.parametrize("mode", list(Mode))
async def test_without_any_search_that_was_asked_for_nothing_is_found(
    scene: Scene, mode: Mode
) -> None:
    scene.keywords.down = mode is not Mode.VECTOR
    scene.embedder.down = mode is not Mode.KEYWORD
    with pytest.raises(UnavailableError) as caught:
        await scene.retriever.retrieve(replace(ANYTHING, mode=mode))
    assert caught.value.reason == "SEARCH_UNAVAILABLE"


@pytest.mark.parametrize("mode", [Mode.KEYWORD, Mode.VECTOR])
async def test_a_search_that_was_not_asked_for_is_not_missed(scene: Scene, mode: Mode) -> None:
    scene.keywords.down = mode is Mode.VECTOR
    scene.embedder.down = mode is Mode.KEYWORD
    retrieval = await scene.retriever.retrieve(replace(ANYTHING, mode=mode))
    assert retrieval.missing == ()
    assert retrieval.passages[0].passage.passage_id == "kettle-0"


async def test_passages_that_are_gone_are_left_out_and_the_order_stays(scene: Scene) -> None:
    whole = await scene.found(ANYTHING)
    await scene.documents.delete_document("default", "kettle")
    assert await scene.found(ANYTHING) == [item for item in whole if item != "kettle-0"]


async def test_copies_of_the_index_stand_in_for_the_documents_and_that_is_told(
    scene: Scene,
) -> None:
    scene.documents.down = True
    retrieval = await scene.retriever.retrieve(ANYTHING)
    assert retrieval.passages[0].passage.text == "the kettle boils water"
    assert retrieval.missing == (MissingPart.DOCUMENT_STORE,)
