"""Names and hashes that follow from content."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from askmesh.ingestion.identity import (
    check,
    content_hash_of,
    document_id_of,
    is_made_by,
    passage_ids,
)
from askmesh.ingestion.refusals import DocumentRefusedError
from askmesh.ingestion.splitting import SplitPassage
from askmesh.uploads import MediaType, SourceDocument

DOCUMENT = SourceDocument(
    document_id="",
    source="notes.txt",
    title="",
    content=b"Text.",
    media_type=None,
    modified_time=None,
    attributes={},
)


def test_a_document_without_a_name_is_named_by_its_source() -> None:
    assert document_id_of(DOCUMENT) == "notes.txt"
    assert document_id_of(replace(DOCUMENT, document_id="n1")) == "n1"


def test_long_sources_give_different_names_within_the_limit() -> None:
    names = {document_id_of(replace(DOCUMENT, source="a" * 1000 + end)) for end in "xy"}
    assert len(names) == 2
    assert all(len(name) <= 500 for name in names)


@pytest.mark.parametrize(
    "changed",
    [
        replace(DOCUMENT, content=b"Other."),
        replace(DOCUMENT, title="T"),
        replace(DOCUMENT, source="other.txt"),
        replace(DOCUMENT, media_type=MediaType.HTML),
        replace(DOCUMENT, modified_time=datetime(2024, 1, 1, tzinfo=UTC)),
        replace(DOCUMENT, attributes={"a": "b"}),
    ],
)
def test_whatever_is_stored_changes_the_hash(changed: SourceDocument) -> None:
    assert content_hash_of(changed, "m") != content_hash_of(DOCUMENT, "m")


def test_the_way_of_processing_changes_the_hash() -> None:
    assert content_hash_of(DOCUMENT, "m") == content_hash_of(DOCUMENT, "m")
    assert content_hash_of(DOCUMENT, "m") != content_hash_of(DOCUMENT, "n")


def test_the_way_of_processing_is_told_by_the_hash() -> None:
    assert is_made_by("m", content_hash_of(DOCUMENT, "m"))
    assert not is_made_by("n", content_hash_of(DOCUMENT, "m"))
    assert not is_made_by("m", "of-before")
    assert not is_made_by("m", "")


@given(st.lists(st.builds(SplitPassage, st.just(("H",)), st.sampled_from("abc")), max_size=20))
def test_passages_of_a_document_have_different_names(passages: list[SplitPassage]) -> None:
    assert len(set(passage_ids("d", passages))) == len(passages)


def test_an_edit_elsewhere_keeps_the_names_of_passages() -> None:
    first, second, third = (SplitPassage((), text) for text in ("a", "b", "c"))
    before = list(passage_ids("d", [first, second]))
    after = list(passage_ids("d", [third, first, second]))
    assert after[1:] == before


def test_equal_words_in_different_documents_have_different_names() -> None:
    passage = SplitPassage((), "a")
    assert [*passage_ids("d", [passage])] != [*passage_ids("e", [passage])]


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        (replace(DOCUMENT, source=" "), "SOURCE_EMPTY"),
        (replace(DOCUMENT, content=b""), "CONTENT_EMPTY"),
        (replace(DOCUMENT, document_id="x" * 501), "FIELD_TOO_LONG"),
        (replace(DOCUMENT, source="x" * 2001), "FIELD_TOO_LONG"),
        (replace(DOCUMENT, title="x" * 1001), "FIELD_TOO_LONG"),
        (replace(DOCUMENT, attributes={"x" * 101: ""}), "FIELD_TOO_LONG"),
        (replace(DOCUMENT, attributes={"x": "y" * 501}), "FIELD_TOO_LONG"),
        (replace(DOCUMENT, attributes={str(n): "" for n in range(21)}), "FIELD_TOO_LONG"),
        (replace(DOCUMENT, content=b"x" * (32 * 2**20 + 1)), "CONTENT_TOO_LARGE"),
    ],
)
def test_documents_beyond_the_limits_are_refused(document: SourceDocument, reason: str) -> None:
    with pytest.raises(DocumentRefusedError) as caught:
        check(document)
    assert caught.value.reason == reason


def test_a_document_at_the_limits_is_taken() -> None:
    check(
        replace(
            DOCUMENT,
            document_id="x" * 500,
            source="s" * 2000,
            content=b"x" * (32 * 2**20),
            attributes={f"{n:0100}": "v" * 500 for n in range(20)},
        )
    )
