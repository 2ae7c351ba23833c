"""Questions that ask for one thing of another: its price, its symptoms, its author."""

import re
from collections.abc import Iterator, Sequence

from askmesh.text import is_stop_word

_NOUNS_TEXT = """
address advantage age author benefit calory capital climate code county currency diameter
disadvantage duration effect email function height length number origin population price rate
salary singer size speed symptom synonym temperature treatment type use wage weather weight
width zone
"""
_NOUNS = frozenset(_NOUNS_TEXT.split())
_LINKS = frozenset(["of", "in", "for"])
_ANY = r"(?P<owner>.+?)"
_MOST_WORDS = 24
_ASKED: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(f"^{pattern}$"), noun)
    for pattern, noun in (
        (rf"how much (?:be|do) {_ANY} price", "price"),
        (rf"how much be price of {_ANY}", "price"),
        (rf"how old be {_ANY}", "age"),
        (rf"how tall be {_ANY}", "height"),
        (rf"who (?:write|wrote) {_ANY}", "author"),
        (rf"how many people live in {_ANY}", "population"),
        (rf"population of people in {_ANY}", "population"),
        (rf"how many calory (?:be )?(?:there )?in {_ANY}", "calory"),
        (rf"what county be {_ANY}(?: located)? in", "county"),
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
        (rf"{_ANY} used for", "use"),
        (rf"what currency (?:be used|do they use) in {_ANY}", "currency"),
    )
]
_CAUSE = re.compile(rf"^(?:what (?:can )?causes? {_ANY}|cause (?:of|for) (?P<other>.+))$")
_PLACE = re.compile(rf"^(?:where be {_ANY}(?: located)?(?: at)?|location of (?P<other>.+))$")
_DIFFERENCE = re.compile(
    r"^difference (?:of|in|between) (?P<one>.+?) (?:and|or|versus) "
    r"(?P<other>(?:(?! (?:and|or) ).)+)$"
)
_TO_DO = re.compile(rf"^(?:how much (?:do it price|be it)|price) to {_ANY}$")
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
        return ["price", "to", *match["owner"].split()]
    if match := _DIFFERENCE.match(text):
        return ["difference", *" | ".join(sorted((match["one"], match["other"]))).split()]
    if match := _TAKES.match(text):
        return ["how", "long", *(match["who"] or "").split(), *text[match.end() :].split()]
    return []


def _turned(words: Sequence[str]) -> Iterator[str]:
    """Yield the words with "price of ticket" and "ticket 's price" as "ticket price"."""
    place = next((place for place, word in enumerate(words) if word in _LINKS), 0)
    head, owner = words[:place], words[place + 1 :]
    if head and owner and head[-1] in _NOUNS and not any(map(is_stop_word, head)):
        yield from (*owner, *head)
    else:
        is_relation = words[-1] in _NOUNS
        yield from (word for word in words if not (is_relation and word == "'s"))
