"""Questions that ask for one thing of another: its price, its symptoms, its author."""

import re
from collections.abc import Iterator, Sequence

from askmesh.text import is_stop_word

_NOUNS_TEXT = """
address author calory capital climate cost currency diameter disadvantage duration email height
length origin population price rate salary singer size speed symptom synonym wage weather weight
width
"""
_NOUNS = frozenset(_NOUNS_TEXT.split())
_AMBIGUOUS_TEXT = "advantage benefit code effect function number temperature treatment type zone"
_AMBIGUOUS = frozenset(_AMBIGUOUS_TEXT.split())
"""Alone they make another thing of what goes before: the greenhouse effect, shock treatment."""

_LINKS = frozenset(["of", "in", "for"])
OWN = "'s"
"""Stands behind an owner."""

_ANY = r"(?P<owner>.+?)"
_MOST_WORDS = 24
_ASKED: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(f"^{pattern}$"), noun)
    for pattern, noun in (
        (rf"how much do {_ANY} cost", "cost"),
        (rf"how much be {_ANY}(?: 's)? price", "price"),
        (rf"how much be price of {_ANY}", "price"),
        (rf"how old be {_ANY}", "how old"),  # no iron is of the Iron Age
        (rf"age of {_ANY}", "how old"),
        (rf"{_ANY} 's age", "how old"),
        (rf"how tall be {_ANY}", "height"),
        (rf"who (?:write|wrote) {_ANY}", "author"),
        (rf"how many people live in {_ANY}", "population"),
        (rf"population of people in {_ANY}", "population"),
        (rf"how many calory (?:be )?(?:there )?in {_ANY}", "calory"),
        (rf"what county be {_ANY}(?: located)? in", "what county"),
        (rf"what time zone be {_ANY}(?: located)? in", "time zone"),
        (rf"how much do average {_ANY} make", "average salary"),
        (rf"who (?:sing|sang) {_ANY}", "singer"),
        (rf"when (?:do|will|be) {_ANY} (?:come|be coming|coming) out", "release date"),
        (rf"when (?:will|be) {_ANY} (?:be )?released", "release date"),
        (rf"when (?:did|was) {_ANY} (?:come out|released)", "date released"),
        (rf"when (?:was|be) {_ANY} born", "birth date"),
        (rf"(?:birthday|birth date|date of birth) of {_ANY}", "birth date"),
        (rf"{_ANY} 's (?:birthday|birth date|date of birth)", "birth date"),
        (rf"release date (?:of|for) {_ANY}", "release date"),
        (rf"{_ANY} used for", "used for"),
        (rf"what currency (?:be used|do they use) in {_ANY}", "currency"),
    )
]
_CAUSE = re.compile(rf"^(?:what (?:can )?causes? {_ANY}|cause (?:of|for) (?P<other>.+))$")
_PLACE = re.compile(rf"^(?:where be {_ANY}(?: located)?(?: at)?|location of (?P<other>.+))$")
_DIFFERENCE = re.compile(
    r"^difference (?:of|in|between) (?P<one>.+?) (?:and|or|versus) "
    r"(?P<other>(?:(?! (?:and|or) ).)+)$"
)
_TO_DO = re.compile(rf"^(?:how much (?:do it cost|be it)|cost) to {_ANY}$")
_TAKES = re.compile(
    r"^how long do it take (?:for )?(?=.*to )|^how long do (?P<who>.+?) take (?=to )"
)


def related(words: list[str]) -> list[str]:
    """Return words in which what is asked for comes last, and of what before it.

    "symptom of flu" becomes "flu symptom". Words in common forms go in, without articles; what
    asks for nothing of that kind comes out as it is.
    """
    if not 0 < len(words) <= _MOST_WORDS:
        return words
    text = " ".join(words)
    for pattern, noun in _ASKED:
        if match := pattern.match(text):
            return [*match["owner"].split(), *noun.split()]
    return _special(text) or list(_turned(words))


def _special(text: str) -> list[str]:
    """Return the words of a question for a cause, a place, a price, a difference, a duration."""
    if match := _CAUSE.match(text):
        return ["cause", *(match["owner"] or match["other"]).split()]
    if match := _PLACE.match(text):
        return ["where", "be", *(match["owner"] or match["other"]).split()]
    if match := _TO_DO.match(text):
        return ["cost", "to", *match["owner"].split()]
    if match := _DIFFERENCE.match(text):
        return ["difference", *" | ".join(sorted((match["one"], match["other"]))).split()]
    if match := _TAKES.match(text):
        return ["how", "long", *(match["who"] or "").split(), *text[match.end() :].split()]
    return []


def _turned(words: Sequence[str]) -> Iterator[str]:
    """Yield the words with "price of ticket" and "ticket 's price" as "ticket price"."""
    place = next((place for place, word in enumerate(words) if word in _LINKS), 0)
    head, owner = words[:place], words[place + 1 :]
    if owner and _is_asked(head) and not any(map(is_stop_word, head)):
        yield from (*owner, *head)
    else:
        is_owned = OWN in words and _is_asked(words[_last(words, OWN) + 1 :])
        yield from (word for word in words if not (is_owned and word == OWN))


def _is_asked(head: Sequence[str]) -> bool:
    """Return whether words name what is asked for, wherever their owner stands."""
    return bool(head) and (head[-1] in _NOUNS or (len(head) > 1 and head[-1] in _AMBIGUOUS))


def _last(words: Sequence[str], word: str) -> int:
    return len(words) - 1 - words[::-1].index(word)
