"""Documents and passages for tests of document stores."""

import dataclasses
from collections.abc import AsyncGenerator, Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

import numpy as np

from askmesh.documents import Document, DocumentStore
from askmesh.passages import EVERYONE, AccessList, DocumentChange, EmbeddedPassage, Passage

TENANT = "acme"
NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


def document(
    document_id: str,
    *,
    title: str = "A title",
    modified_time: datetime | None = None,
    attributes: Mapping[str, str] = NO_ATTRIBUTES,
    access: AccessList | None = EVERYONE,
) -> Document:
    """Return a document without passages."""
    return Document(
        document_id=document_id,
        title=title,
        source=f"{document_id}.txt",
        content_hash=f"hash of {document_id}",
        modified_time=modified_time,
        attributes=attributes,
        access=access,
    )


def passages(owner: Document, *texts: str) -> list[EmbeddedPassage]:
    """Return passages of `owner`, named after it and their position."""
    return [passage(owner, position, text) for position, text in enumerate(texts)]


def passage(owner: Document, position: int, text: str) -> EmbeddedPassage:
    """Return one passage of `owner`."""
    return EmbeddedPassage(
        Passage(
            passage_id=f"{owner.document_id}/{position}",
            document_id=owner.document_id,
            title=owner.title,
            headings=("Part", str(position)),
            text=text,
            source=owner.source,
            position=position,
            revision=0,
            modified_time=owner.modified_time,
            attributes=owner.attributes,
        ),
        np.array([position, len(text), 1 / 3], np.float32),
    )


async def put(store: DocumentStore, document_id: str, *texts: str, tenant: str = TENANT) -> int:
    """Put a document with a passage for each of `texts`."""
    owner = document(document_id)
    return await store.put_document(tenant, owner, passages(owner, *texts))


async def pages(
    store: DocumentStore, *, after: int = 0, limit: int = 100
) -> AsyncGenerator[Sequence[DocumentChange]]:
    """Yield pages of changes until one does not move."""
    while (page := await store.changes_after(after, limit=limit)).revision > after:
        after = page.revision
        yield page.changes


async def changes(
    store: DocumentStore, *, after: int = 0, limit: int = 100
) -> list[DocumentChange]:
    """Return all changes after a revision, in their order."""
    return [change async for page in pages(store, after=after, limit=limit) for change in page]


def at(revision: int, embedded: EmbeddedPassage) -> Passage:
    """Return the passage as a store gives it back."""
    return dataclasses.replace(embedded.passage, revision=revision, access=EVERYONE)
