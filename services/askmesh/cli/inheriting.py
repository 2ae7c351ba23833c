"""Who may read what is stored already, under another name."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from askmesh.client import AccessList, DocumentStatus, SourceDocument


@dataclass(frozen=True, slots=True)
class StoredLists:
    """Access lists by the SHA-256 of the contents that have them, and the names that are stored."""

    names: frozenset[str]
    lists: Mapping[str, AccessList]

    def handed_on(self, documents: Iterable[SourceDocument]) -> Iterator[SourceDocument]:
        """Yield documents; those of new names have the lists of their contents.

        What was moved, copied or is named otherwise than before is not for more readers by that.
        """
        for document in documents:
            if self.lists and document.access is None and document.source not in self.names:
                content_hash = hashlib.sha256(document.content).hexdigest()
                yield replace(document, access=self.lists.get(content_hash))
            else:
                yield document


def lists_of(stored: Iterable[DocumentStatus]) -> StoredLists:
    """Return the lists of stored documents.

    Where a content has several, those may read it who are on all of them.
    """
    names: set[str] = set()
    lists: dict[str, AccessList] = {}
    for document in stored:
        names.add(document.source)
        if document.access is not None and document.content_sha256:
            known = lists.get(document.content_sha256, AccessList())
            lists[document.content_sha256] = _both(known, document.access)
    open_to_all = AccessList()
    kept = {content: access for content, access in lists.items() if access != open_to_all}
    return StoredLists(frozenset(names), kept)


def _both(one: AccessList, other: AccessList) -> AccessList:
    if one.allowed is None or other.allowed is None:
        allowed = one.allowed if other.allowed is None else other.allowed
    else:
        allowed = one.allowed & other.allowed
    return AccessList(allowed, one.denied | other.denied)
