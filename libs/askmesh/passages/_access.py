"""Who may read a document."""

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from hashlib import blake2b
from typing import cast

MAX_PRINCIPALS = 1000
MAX_PRINCIPAL_CHARS = 300
_KEY_BYTES = 16
_PRINCIPAL = re.compile(r"(?:user|group):\S(?:.*\S)?")


@dataclass(frozen=True, slots=True)
class AccessList:
    """Who may read a document: principals, such as "user:ann" and "group:staff".

    Without `allowed` everyone of the tenant may; with an empty one nobody may. Whoever is denied
    may not, allowed or not. A list is a value: documents with equal lists have the same readers.
    """

    allowed: frozenset[str] | None = None
    denied: frozenset[str] = frozenset()

    def admits(self, principals: AbstractSet[str]) -> bool:
        """Whether somebody who is all of these principals may read."""
        if not self.denied.isdisjoint(principals):
            return False
        return self.allowed is None or not self.allowed.isdisjoint(principals)

    @property
    def key(self) -> str:
        """A short name of the list, which no other one has."""
        return blake2b(access_to_text(self).encode(), digest_size=_KEY_BYTES).hexdigest()


EVERYONE = AccessList()
NOBODY = AccessList(frozenset())


@dataclass(frozen=True, slots=True)
class Readable:
    """What somebody may read: documents whose access lists have one of these keys.

    All of the lists admit the `principals`, and always will: what is found under `lists` may be
    given to anybody else who has the same.
    """

    principals: frozenset[str]
    lists: frozenset[str]

    def name(self, secret: str) -> str:
        """Return a short name of the lists, in hex: the same for whoever may read the same.

        Who has not got the secret cannot try whether it is that of lists that they think of.
        """
        named = hmac.digest(secret.encode(), "".join(sorted(self.lists)).encode(), "sha256")
        return named.hex()[: 2 * _KEY_BYTES]

    def admits(self, access: AccessList | None) -> bool:
        """Whether documents with this list are among them; without a list they are not."""
        return access is not None and access.key in self.lists


def by_key(lists: Iterable[AccessList]) -> dict[str, AccessList]:
    """Return the lists by their keys, which cost more than to ask whom a list admits."""
    return {each.key: each for each in lists}


def readable_by(principals: Iterable[str], lists: Mapping[str, AccessList]) -> Readable:
    """Return what somebody who is all of these principals may read of documents with such lists.

    These are by their keys.
    """
    known = frozenset(principals)
    return Readable(known, frozenset(key for key, each in lists.items() if each.admits(known)))


def access_problem(access: AccessList) -> str | None:
    """Return what is wrong with a list that somebody wrote, in words; None if nothing is."""
    names = sorted((access.allowed or frozenset()) | access.denied)
    if len(names) > MAX_PRINCIPALS:
        return f"at most {MAX_PRINCIPALS} users and groups may be named"
    wrong = next((name for name in names if not _is_principal(name)), None)
    if wrong is None:
        return None
    return f'{wrong[:MAX_PRINCIPAL_CHARS]!r} is neither "user:NAME" nor "group:NAME"'


def _is_principal(name: str) -> bool:
    is_short = len(name) <= MAX_PRINCIPAL_CHARS
    return is_short and name.isprintable() and _PRINCIPAL.fullmatch(name) is not None


def access_to_text(access: AccessList) -> str:
    """Return the list in ASCII, the same text for equal lists; empty for everyone."""
    if access == EVERYONE:
        return ""
    allowed = None if access.allowed is None else sorted(access.allowed)
    return json.dumps([allowed, sorted(access.denied)])


def access_from_text(text: str) -> AccessList:
    """Return the list that `access_to_text` was given."""
    if not text:
        return EVERYONE
    allowed, denied = cast("tuple[list[str] | None, list[str]]", json.loads(text))
    return AccessList(None if allowed is None else frozenset(allowed), frozenset(denied))
