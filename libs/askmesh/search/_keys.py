"""Exact terms by which an index finds and filters passages."""

import re
from collections.abc import Iterator
from hashlib import blake2b

from askmesh.passages import AccessList, Passage
from askmesh.search._types import places

CHECKPOINT = "checkpoint 5"
# The number is the version of the terms below. An index with other ones has no such checkpoint: it
# counts as revision 0, and all documents are indexed again.
ALLOWED, DENIED = "+", "-"
"""What terms for principals begin with; the first alone stands for everyone."""

_SPELT = re.compile(r"(?<!\w)[a-z]{2,30}(?!\w)")


def key(kind: str, tenant: str, *values: str) -> str:
    """Return a short term for the values of one kind, never shared between tenants."""
    digest = blake2b(digest_size=16)
    for part in (kind, tenant, *values):
        data = part.encode()
        digest.update(len(data).to_bytes(8))
        digest.update(data)
    return digest.hexdigest()


def number_of(kind: str, tenant: str, *values: str) -> int:
    """Return 64 bits that stand for the values: a hash, so collisions are not expected."""
    return int(key(kind, tenant, *values)[:16], 16)


def spelling(tenant: str, word: str) -> str:
    """Return the term for a word as it is spelt. Those of words that begin alike begin alike."""
    return key("spelling", tenant)[:16] + word


def spellings(tenant: str, passage: Passage) -> set[str]:
    """Return the terms for the words of a passage as they are spelt, in lower case."""
    texts = (passage.title, *passage.headings, passage.text)
    return {spelling(tenant, word) for text in texts for word in _SPELT.findall(text.lower())}


def keys_of(tenant: str, passage: Passage) -> Iterator[str]:
    """Yield every key that finds the passage."""
    yield key("tenant", tenant)
    yield key("document", tenant, passage.document_id)
    yield key("passage", tenant, passage.passage_id)
    for place in places(passage.source):
        yield key("place", tenant, place)
    for name, value in passage.attributes.items():
        yield key("attribute", tenant, name, value)


def access_terms(access: AccessList) -> list[str]:
    """Return the terms for who is allowed to read, everyone or some, and for who is denied."""
    allowed = {ALLOWED} if access.allowed is None else {ALLOWED + name for name in access.allowed}
    return sorted(allowed) + sorted(DENIED + name for name in access.denied)
