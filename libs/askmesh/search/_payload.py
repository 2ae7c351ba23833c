"""The index's own copy of a passage, as bytes."""

import json
from collections.abc import Sequence

from askmesh.passages import (
    PLAIN_FIELDS,
    DocumentChange,
    Passage,
    passage_from_plain,
    passage_to_plain,
)
from askmesh.search._keys import keys_of
from askmesh.search._types import UnindexableDocumentError


def encoded(passage: Passage) -> bytes:
    """Return the passage. Raises `ValueError` for what Unicode has no form."""
    return json.dumps(list(passage_to_plain(passage).values()), ensure_ascii=False).encode()


def decoded(payload: bytes) -> Passage:
    """Return the passage that was encoded."""
    return passage_from_plain(dict(zip(PLAIN_FIELDS, json.loads(payload), strict=True)))


def unfit_passages(changes: Sequence[DocumentChange]) -> list[UnindexableDocumentError]:
    """Return what is wrong with the passages of changes, for each that cannot be indexed."""
    unfit: list[UnindexableDocumentError] = []
    for change in changes:
        try:
            for embedded in change.passages:
                list(keys_of(change.tenant, embedded.passage))
                encoded(embedded.passage)
        except (ValueError, TypeError, OverflowError) as error:
            unfit.append(UnindexableDocumentError(change.tenant, change.document_id, str(error)))
    return unfit
