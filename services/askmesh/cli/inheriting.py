"""Who may read what is stored already, under another name."""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from askmesh.client import AccessList, DocumentStatus, SourceDocument

_OPEN = AccessList()
_NUMBERED = re.compile(r"(?P<mailbox>.+\.mbox)#\d{1,9}", re.IGNORECASE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class StoredLists:
    """Access lists by the SHA-256 of the contents that have them, and the names that are stored.

    Of mailboxes whose messages are stored under numbers, the list that all of them keep to.
    """

    names: frozenset[str]
    lists: Mapping[str, AccessList]
    mailboxes: Mapping[str, AccessList] = field(default_factory=dict[str, AccessList])

    def handed_on(self, documents: Iterable[SourceDocument]) -> Iterator[SourceDocument]:
        """Yield documents; those of new names have the lists of their contents.

        What was moved, copied or is named otherwise than before is not for more readers by that. A
        message that is not found may be one that is stored under a number, with another status.
        """
        has_lists = any(access != _OPEN for access in self.lists.values())
        for document in documents:
            if has_lists and document.access is None and document.source not in self.names:
                access = self._list_of(document)
                yield document if access == _OPEN else replace(document, access=access)
            else:
                yield document

    def _list_of(self, document: SourceDocument) -> AccessList:
        mailbox = document.source.rpartition("#")[0]
        content_hash = hashlib.sha256(document.content).hexdigest()
        return self.lists.get(content_hash, self.mailboxes.get(mailbox, _OPEN))


def lists_of(stored: Iterable[DocumentStatus]) -> StoredLists:
    """Return the lists of stored documents.

    Where a content has several, those may read it who are on all of them.
    """
    names: set[str] = set()
    lists: dict[str, AccessList] = {}
    mailboxes: dict[str, AccessList] = {}
    for document in stored:
        names.add(document.source)
        if document.access is not None and document.content_sha256:
            _narrow(lists, document.content_sha256, document.access)
            if match := _NUMBERED.fullmatch(document.source):
                _narrow(mailboxes, match["mailbox"], document.access)
    return StoredLists(frozenset(names), lists, mailboxes)


def _narrow(lists: dict[str, AccessList], key: str, access: AccessList) -> None:
    lists[key] = _both(lists.get(key, _OPEN), access)


def _both(one: AccessList, other: AccessList) -> AccessList:
    if one.allowed is None or other.allowed is None:
        allowed = one.allowed if other.allowed is None else other.allowed
    else:
        allowed = one.allowed & other.allowed
    return AccessList(allowed, one.denied | other.denied)
