"""Who may read what, in so few lines that nothing else need be believed."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import TypeAlias

from askmesh.api.common.v1.access_pb2 import AccessList, Principals
from askmesh.api.gateway.v1.gateway_pb2 import AnswerEvent
from askmesh.api.retrieval.v1.retrieval_pb2 import RetrievePassagesResponse
from askmesh.identity import Caller

Allowed: TypeAlias = tuple[frozenset[str] | None, frozenset[str]]
Lists: TypeAlias = Mapping[int, Allowed]
"""By document: who is allowed, None for everyone, and who is denied."""

_LAST = "x"
_SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in "aeiou"]


def may_read(lists: Lists, caller: Caller, document: int) -> bool:
    """Whether a user may read a document."""
    allowed, denied = lists[document]
    names = {f"user:{caller.user}"}
    for group in caller.groups:
        names.add(f"group:{group}")
    if names & denied:
        return False
    if allowed is None:
        return True
    return bool(names & allowed)


@dataclass
class Judge:
    """Compares what users are told with what they may read, now and before the changes.

    While documents change, either counts, and what changes may be missing.
    """

    words: Mapping[str, int]
    now: dict[int, Allowed]
    before: Lists = field(default_factory=dict[int, Allowed])
    changing: frozenset[int] = frozenset()
    done: Counter[str] = field(default_factory=Counter[str])
    leaks: list[str] = field(default_factory=list[str])
    refusals: list[str] = field(default_factory=list[str])
    failures: list[str] = field(default_factory=list[str])
    """What ended with an error that whoever may ask, read or change does not get."""

    def told(self, what: str, caller: Caller, text: str, wanted: int | None = None) -> None:
        """Take the words that a user was told, and which document was asked for."""
        self.done[what] += 1
        known = {self.words[word] for word in text.replace("?", " ").split() if word in self.words}
        for document in known:
            if not self._may(caller, document, any):
                self.leaks.append(f"{what}: {caller.user} was told of document {document}")
        is_missing = wanted is not None and wanted not in known | self.changing
        if wanted is not None and is_missing and self._may(caller, wanted, all):
            self.refusals.append(f"{what}: {caller.user} was not told of document {wanted}")

    def counted(self, what: str, caller: Caller, count: int) -> None:
        """Take how many documents a user was said to have."""
        self.done[what] += 1
        expected = sum(may_read(self.now, caller, document) for document in self.now)
        if count != expected and not self.changing:
            wrong = self.leaks if count > expected else self.refusals
            wrong.append(f"{what}: {caller.user} has {count} documents, not {expected}")

    def _may(self, caller: Caller, document: int, either: Callable[[Iterable[bool]], bool]) -> bool:
        return either(may_read(lists, caller, document) for lists in (self.before, self.now))


def random_list(random: Random, users: Sequence[str], groups: Sequence[str]) -> Allowed:
    """Return who is allowed, one in three times everyone, and who is denied; mostly groups."""
    allowed = None if random.random() < 1 / 3 else _names(random, users, groups, most=3)
    return allowed, _names(random, users, groups, most=1)


def _names(
    random: Random, users: Sequence[str], groups: Sequence[str], *, most: int
) -> frozenset[str]:
    names = [f"group:{name}" for name in random.sample(groups, random.randrange(most + 1))]
    if random.random() < 1 / 8:
        names.append(f"user:{random.choice(users)}")
    return frozenset(names)


def as_message(allowed: frozenset[str] | None, denied: frozenset[str]) -> AccessList:
    """Return the message of a list."""
    return AccessList(
        allowed=None if allowed is None else Principals(names=sorted(allowed)),
        denied=Principals(names=sorted(denied)),
    )


def unheard_word(random: Random) -> str:
    """Return a word that no language has."""
    return "".join(random.choices(_SYLLABLES, k=5)) + _LAST


def is_unheard(word: str) -> bool:
    """Whether it is such a word, among those of the documents here."""
    return word.endswith(_LAST)


def name_of(number: int) -> str:
    """Return the name of a document."""
    return f"d{number:05}.txt"


def words_found(found: RetrievePassagesResponse) -> str:
    """Return the texts of passages that were found."""
    return " ".join(each.passage.text for each in found.passages)


def words_told(events: Sequence[AnswerEvent]) -> str:
    """Return what an answer says, with its sources."""
    texts = [each.text_delta.text for each in events]
    texts += [source.passage.text for each in events for source in each.sources_ranked.sources]
    return " ".join(texts)
