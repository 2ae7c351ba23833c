"""What every keyword index does."""

import math
from collections.abc import AsyncGenerator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest

from askmesh.passages import EVERYONE, AccessList, Filter, by_key, readable_by
from askmesh.search import (
    FieldBoosts,
    Hit,
    KeywordIndex,
    UnindexableDocumentError,
    tantivy_index,
)
from support.indexing import TENANT, deletion, documents, found, passage, vector
from support.memory_indexes import MemoryKeywordIndex

STAFF = AccessList(frozenset({"group:staff"}))
OPERATORS = [
    'title:"unclosed', "AND OR NOT", "(((", "a^b~2", "text:[a TO", "++--", "/regex(/", "*",
    "?", "\\", "'", '"', "foo\x00bar", "{}", "IN [a b", "😀", "-", "a AND", "NOT solar", "field:",
    "日本",
]  # fmt: skip


@pytest.fixture(params=["memory", "tantivy"])
async def index(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncGenerator[KeywordIndex]:
    boosts = FieldBoosts(title=2.0)
    if request.param == "memory":
        yield MemoryKeywordIndex(boosts)
    else:
        async with tantivy_index(tmp_path, boosts=boosts) as opened:
            yield opened


async def test_passage_with_the_rarer_word_comes_first(index: KeywordIndex) -> None:
    await index.apply(
        documents(
            passage("a", "the solar panel"),
            passage("b", "the wind turbine"),
            passage("c", "the coal plant"),
        ),
        revision=1,
    )
    hits = await index.search(TENANT, "the turbine", limit=10)
    assert found(hits)[0] == "b"
    assert found(hits)[1:] == ["a", "c"]
    assert hits[0].score > hits[1].score == hits[2].score


async def test_scores_of_the_plain_index_are_those_of_bm25() -> None:
    index = MemoryKeywordIndex()
    texts = {"a": "solar", "b": "solar solar wind coal", "c": "wind coal lamp kettle"}
    await index.apply(documents(*(passage(*pair) for pair in texts.items())), revision=1)

    def expected(times: int, length: int, holding: int) -> float:
        rarity = math.log(1 + (3 - holding + 0.5) / (holding + 0.5))
        return rarity * times * 2.2 / (times + 1.2 * (0.25 + 0.75 * length / 3))

    def scores(hits: Sequence[Hit]) -> dict[str, float]:
        return {hit.passage_id: hit.score for hit in hits}

    solar = {"a": expected(1, 1, 2), "b": expected(2, 4, 2)}
    assert scores(await index.search(TENANT, "solar", limit=9)) == pytest.approx(solar)
    several = {
        "a": solar["a"],
        "b": solar["b"] + expected(1, 4, 2),
        "c": expected(1, 4, 2) + expected(1, 4, 1),
    }
    assert scores(await index.search(TENANT, "solar coal lamp", limit=9)) == pytest.approx(several)


async def test_words_are_found_in_other_forms(index: KeywordIndex) -> None:
    await index.apply(documents(passage("a", "Connections were FAILING")), revision=1)
    assert found(await index.search(TENANT, "failed connection", limit=1)) == ["a"]


async def test_title_and_headings_are_searched(index: KeywordIndex) -> None:
    await index.apply(
        documents(
            passage("a", "nothing here", title="Kettles"),
            passage("b", "nothing here", headings=("Household", "Kettles")),
        ),
        revision=1,
    )
    assert found(await index.search(TENANT, "kettles", limit=5)) == ["a", "b"]


async def test_word_in_a_boosted_field_counts_more(index: KeywordIndex) -> None:
    await index.apply(
        documents(
            passage("a", "kettle", title="other"),
            passage("b", "other", title="kettle"),
        ),
        revision=1,
    )
    assert found(await index.search(TENANT, "kettle", limit=5)) == ["b", "a"]


async def test_equal_scores_are_ordered_by_passage_id(index: KeywordIndex) -> None:
    names = [f"p{number:02}" for number in range(40)]
    for revision, name in enumerate(reversed(names), start=1):
        await index.apply(documents(passage(name, "same words")), revision=revision)
    assert found(await index.search(TENANT, "words", limit=7)) == names[:7]


@pytest.mark.parametrize("query", OPERATORS)
async def test_any_text_is_a_query(index: KeywordIndex, query: str) -> None:
    await index.apply(documents(passage("a", "solar panels")), revision=1)
    assert found(await index.search(TENANT, f"{query} solar", limit=5)) == ["a"]


async def test_query_without_words_finds_nothing(index: KeywordIndex) -> None:
    await index.apply(documents(passage("a", "solar panels")), revision=1)
    assert await index.search(TENANT, "?!", limit=5) == []


async def test_limit_of_zero_finds_nothing(index: KeywordIndex) -> None:
    await index.apply(documents(passage("a", "solar panels")), revision=1)
    assert await index.search(TENANT, "solar", limit=0) == []


async def test_empty_index_finds_nothing(index: KeywordIndex) -> None:
    assert await index.search(TENANT, "solar", limit=5) == []
    assert await index.count(TENANT) == 0
    assert index.revision == 0


async def test_other_tenants_are_invisible(index: KeywordIndex) -> None:
    await index.apply(
        [
            *documents(passage("a", "solar panels", source="x/a")),
            *documents(passage("a", "solar cells", source="x/a"), tenant="other"),
        ],
        revision=1,
    )
    condition = Filter(sources=("x/",), document_ids=("a",))
    assert found(await index.search(TENANT, "cells", limit=5, condition=condition)) == []
    assert found(await index.search("other", "cells", limit=5, condition=condition)) == ["a"]
    assert [item.text for item in await index.get_passages("other", ["a"])] == ["solar cells"]
    assert await index.count(TENANT) == 1


async def test_words_that_only_another_tenant_has_find_nothing(index: KeywordIndex) -> None:
    await index.apply(
        [
            *documents(passage("mine", "solar panels")),
            *documents(passage("theirs", "solar turbine"), tenant="other"),
        ],
        revision=1,
    )
    assert found(await index.search(TENANT, "turbine", limit=5)) == []
    assert found(await index.search(TENANT, "solar", limit=5)) == ["mine"]
    assert await index.get_passages(TENANT, ["theirs"]) == []
    assert await index.corrected(TENANT, "solar turbnie panels") == "solar turbnie panels"
    assert await index.corrected("other", "solar turbnie") == "solar turbine"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("E7713", "coolant"),
        ("e7731", "spindle"),
        ("CVE-2031-40071", "scheduler"),
        ("What does exit code 139 mean?", "crash"),
        ("Which function parses HTML?", "function"),
        ("parseHTMLResponse", "function"),
        ("retention days", "setting"),
        ("retention_days", "setting"),
    ],
)
async def test_identifiers_are_found_exactly_and_by_their_parts(
    index: KeywordIndex, query: str, first: str
) -> None:
    texts = {
        "coolant": "Error E7713 means the coolant is empty.",
        "spindle": "Error E7731 means the spindle is blocked.",
        "guest": "CVE-2031-40017 lets a guest read the log.",
        "scheduler": "CVE-2031-40071 crashes the scheduler.",
        "memory": "Exit code 137 means out of memory.",
        "crash": "Exit code 139 means a crash.",
        "function": "parseHTMLResponse strips scripts",
        "setting": "retention_days = 90",
        "days": "the days of the week; the retention of heat; on some days of retention",
    }
    await index.apply(documents(*(passage(*each) for each in texts.items())), revision=1)
    hits = await index.search(TENANT, query, limit=5)
    assert found(hits)[0] == first
    assert len(hits) == 1 or hits[0].score > hits[1].score


async def test_misspelt_word_becomes_the_one_that_documents_have(index: KeywordIndex) -> None:
    await index.apply(documents(passage("a", "The thermostat is by the door.")), revision=1)
    assert await index.corrected(TENANT, "Where is the thermostta?") == "Where is the thermostat?"
    await index.apply([deletion("a"), *documents(passage("b", "thermostta"))], revision=2)
    assert await index.corrected(TENANT, "Where is the thermostta?") == "Where is the thermostta?"


async def test_no_word_is_corrected_to_one_that_only_others_may_read(index: KeywordIndex) -> None:
    secret = passage("a", "The project is called gildenstern.", access=STAFF)
    await index.apply(documents(secret, passage("b", "The kettle is by the door.")), revision=1)
    anybody, staff = (
        Filter(readable=readable_by(names, by_key([EVERYONE, STAFF])))
        for names in ([], ["group:staff"])
    )
    for asked in ("Where is the gildenstenr?", "Where is the gildenst?"):
        assert await index.corrected(TENANT, asked, anybody) == asked
        assert await index.corrected(TENANT, asked, staff) == "Where is the gildenstern?"
    kettle = await index.corrected(TENANT, "Where is the kettel?", anybody)
    assert kettle == "Where is the kettle?"


async def test_a_word_that_only_others_may_read_does_not_hide_what_is_meant(
    index: KeywordIndex,
) -> None:
    secret = passage("a", "gildenstrom", access=STAFF)
    await index.apply(documents(secret, passage("b", "gildenstern")), revision=1)
    anybody = Filter(readable=readable_by([], by_key([EVERYONE, STAFF])))
    corrected = await index.corrected(TENANT, "Where is the gildenst?", anybody)
    assert corrected == "Where is the gildenstern?"


async def test_only_what_may_be_read_is_counted_and_fills_the_limit(index: KeywordIndex) -> None:
    hidden = [passage(f"a{number:02}", "kettle kettle", access=STAFF) for number in range(50)]
    shown = [passage(f"b{number}", "a kettle beside a lamp") for number in range(3)]
    await index.apply(documents(*hidden, *shown), revision=1)
    anybody = Filter(readable=readable_by(["user:ann"], by_key([EVERYONE, STAFF])))
    hits = await index.search(TENANT, "kettle", limit=3, condition=anybody)
    assert found(hits) == ["b0", "b1", "b2"]
    assert await index.count(TENANT, anybody) == 3
    assert await index.count(TENANT) == 53


async def test_filtered_search_returns_the_best_that_match(index: KeywordIndex) -> None:
    better = [passage(f"x{number}", "solar solar solar", source="x/1") for number in range(50)]
    worse = [
        passage(f"y{number}", "solar and other words", source=f"y/z/{number}")
        for number in range(10)
    ]
    await index.apply(documents(*better, *worse), revision=1)
    condition = Filter(sources=("y/",))
    hits = await index.search(TENANT, "solar", limit=10, condition=condition)
    assert found(hits) == [f"y{number}" for number in range(10)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (Filter(sources=("docs/a.md",)), ["a"]),
        (Filter(sources=("docs/",)), ["a", "b"]),
        (Filter(sources=("docs",)), []),
        (Filter(sources=("b.md",)), ["b"]),
        (Filter(sources=("in/b.md",)), ["b"]),
        (Filter(sources=("n/b.md",)), []),
        (Filter(sources=("in/",)), ["b"]),
        (Filter(sources=("n/",)), []),
        (Filter(sources=("/in/",)), []),
        (Filter(sources=("/b.md",)), []),
        (Filter(sources=("docs/in/", "web")), ["b", "c"]),
        (Filter(document_ids=("b", "nowhere")), ["b"]),
        (Filter(attributes={"team": "red"}), ["a", "b"]),
        (Filter(attributes={"team": "red", "kind": "memo"}), ["b"]),
        (Filter(attributes={"team": ""}), []),
        (Filter(modified_after=datetime(2024, 1, 2, tzinfo=UTC)), ["b"]),
        (Filter(modified_before=datetime(2024, 1, 2, tzinfo=UTC)), ["a"]),
        (
            Filter(
                modified_after=datetime(2024, 1, 1, tzinfo=UTC),
                modified_before=datetime(2024, 1, 3, tzinfo=UTC),
                sources=("docs/",),
            ),
            ["a", "b"],
        ),
    ],
)
async def test_filter_admits_only_documents_that_meet_it(
    index: KeywordIndex, condition: Filter, expected: list[str]
) -> None:
    await index.apply(
        documents(
            passage(
                "a",
                "solar",
                source="docs/a.md",
                attributes={"team": "red"},
                modified_time=datetime(2024, 1, 1, tzinfo=UTC),
            ),
            passage(
                "b",
                "solar",
                source="docs/in/b.md",
                attributes={"team": "red", "kind": "memo"},
                modified_time=datetime(2024, 1, 2, tzinfo=UTC),
            ),
            passage("c", "solar", source="web"),
        ),
        revision=1,
    )
    assert found(await index.search(TENANT, "solar", limit=5, condition=condition)) == expected


async def test_replaced_document_is_found_by_its_new_words_only(index: KeywordIndex) -> None:
    await index.apply(
        documents(passage("a1", "solar", document_id="a"), passage("b", "solar")), revision=1
    )
    await index.apply(documents(passage("a2", "wind", document_id="a")), revision=2)
    assert found(await index.search(TENANT, "solar", limit=5)) == ["b"]
    assert found(await index.search(TENANT, "wind", limit=5)) == ["a2"]
    assert (await index.count(TENANT), index.revision) == (2, 2)


async def test_deleted_document_is_gone(index: KeywordIndex) -> None:
    await index.apply(documents(passage("a", "solar"), passage("b", "solar")), revision=1)
    await index.apply([deletion("a")], revision=2)
    assert found(await index.search(TENANT, "solar", limit=5)) == ["b"]
    assert await index.get_passages(TENANT, ["a", "b"]) == [passage("b", "solar").passage]


async def test_same_update_twice_changes_nothing(index: KeywordIndex) -> None:
    update = documents(passage("a1", "solar", document_id="a"))
    await index.apply(update, revision=1)
    await index.apply(update, revision=1)
    assert found(await index.search(TENANT, "solar", limit=5)) == ["a1"]
    assert await index.count(TENANT) == 1


async def test_own_copies_come_whole_and_in_the_order_asked(index: KeywordIndex) -> None:
    full = passage(
        "b",
        'Text with "quotes" and\nlines',
        title="Title",
        headings=("One", "Two"),
        source="s/b",
        modified_time=datetime(2024, 1, 2, 3, 4, 5, 678901, tzinfo=UTC),
        attributes={"k": "v"},
    )
    await index.apply(documents(passage("a", "x"), full), revision=1)
    copies = await index.get_passages(TENANT, ["b", "missing", "a"])
    assert copies == [full.passage, passage("a", "x").passage]
    assert await index.get_passages(TENANT, []) == []


async def test_unfit_document_is_refused_and_the_index_lives_on(index: KeywordIndex) -> None:
    await index.apply(documents(passage("a", "solar")), revision=1)
    with pytest.raises(UnindexableDocumentError) as caught:
        await index.apply(
            documents(passage("b", "wind"), passage("bad", "lone \ud800")), revision=2
        )
    assert caught.value.document_id == "bad"
    assert await index.count(TENANT) == 1
    assert index.revision == 1
    await index.apply(documents(passage("b", "wind")), revision=2)
    assert found(await index.search(TENANT, "wind", limit=5)) == ["b"]


async def test_time_without_a_zone_is_refused(index: KeywordIndex) -> None:
    naive = datetime(2024, 1, 1)  # noqa: DTZ001 - the point of the test
    with pytest.raises(UnindexableDocumentError):
        await index.apply(documents(passage("a", "solar", modified_time=naive)), revision=1)


async def test_cleared_index_is_empty(index: KeywordIndex) -> None:
    await index.apply(documents(passage("a", "solar")), revision=3)
    await index.clear()
    assert (await index.count(TENANT), index.revision) == (0, 0)
    assert await index.search(TENANT, "solar", limit=5) == []


async def test_cleared_index_keeps_the_name_of_the_store_through_updates(
    index: KeywordIndex,
) -> None:
    assert index.store_id == ""
    await index.clear(store_id="one")
    await index.apply(documents(passage("a", "solar")), revision=3)
    assert (index.store_id, index.revision) == ("one", 3)
    await index.clear(store_id="another")
    assert (index.store_id, index.revision) == ("another", 0)


async def test_passage_of_several_documents_comes_once(index: KeywordIndex) -> None:
    shared = [passage("same", "solar", document_id=f"d{number}") for number in range(9)]
    other = passage("then", "solar and more words", at=vector(1, 1))
    await index.apply(documents(*shared, other), revision=1)
    assert found(await index.search(TENANT, "solar", limit=2)) == ["same", "then"]
    await index.apply([deletion("d0")], revision=2)
    assert found(await index.search(TENANT, "solar", limit=1)) == ["same"]
