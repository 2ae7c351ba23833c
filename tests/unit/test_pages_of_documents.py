"""Pages of documents whose names begin alike."""

from collections.abc import Iterable

import pytest

from askmesh.api.ingestion.v1.ingestion_pb2 import DocumentStatus
from askmesh.ingestion.listing import document_page


async def listed(names: Iterable[str], prefix: str, *, size: int = 2) -> list[str]:
    """Return the names of all pages."""
    inside = sorted(names)

    async def documents_after(name: str, limit: int) -> list[DocumentStatus]:
        after = [each for each in inside if each > name][:limit]
        return [DocumentStatus(document_id=each) for each in after]

    found: list[str] = []
    token = ""
    while True:
        page = await document_page(documents_after, prefix=prefix, after=token, size=size)
        found += [each.document_id for each in page.documents]
        if not (token := page.next_page_token):
            return found


@pytest.mark.parametrize("last", ["/", "a", "\u05d0", "\u00a1", "\ue000", "\U00010000", "\x01"])
async def test_all_documents_with_a_prefix_are_listed_whatever_it_ends_with(last: str) -> None:
    prefix = f"docs{last}"
    below = [prefix, f"{prefix}1.md", f"{prefix}\U0010ffff.md", f"{prefix}{last}.md"]
    others = ["a.md", "docs", "docs\x00", f"docs{chr(ord(last) + 1)}", "e.md"]
    assert await listed([*below, *others], prefix) == sorted(below)


async def test_without_a_prefix_all_documents_are_listed() -> None:
    assert await listed(["a", "b", "c"], "") == ["a", "b", "c"]
