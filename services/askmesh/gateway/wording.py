"""What a question asks, apart from how it is worded."""

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile, zip_longest

from askmesh.gateway.relations import OWN, related
from askmesh.gateway.tongues import may_be_foreign
from askmesh.gateway.word_forms import common_form
from askmesh.text import is_stop_word, normalise

_OPENINGS = re.compile(
    r"^(?:(?:hi|hello|hey|so|ok|okay|please|kindly)\b[,!]? ?"
    r"|(?:can|could|would|will) (?:you|someone|anyone|anybody) (?:please |kindly )?"
    r"(?:tell|show|explain to) (?:me|us) "
    r"|(?:tell|show) (?:me|us) |do you (?:happen to )?know "
    r"|i(?:['\u2019]d| would) like to know |i want to know |i was wondering |i wonder )+",
    re.IGNORECASE,
)
_MEANING = re.compile(
    r"^what (?:do|does) (?P<verb>.+) mean$"
    r"|^(?:what (?:is|are) )?(?:the )?(?:definition|meaning) (?:of|for) (?P<noun>.+)$"
    r"|^define (?P<order>.+)$"
    r"|^(?P<keyword>(?:(?! (?:of|in|for) ).)+?):? (?:definition|meaning)$",
    re.IGNORECASE,
)
_ONE = "(?:the|an?|my|your|this|that) "
_SPELLED_OUT: Sequence[tuple[re.Pattern[str], str]] = [
    (re.compile(pattern, re.IGNORECASE), text)
    for pattern, text in (
        (r"\u2019", "'"),
        (r"\b(what|who|where|when|why|how|there|that|it)'s\b", r"\1 is"),
        (r"\b(what|who|where|when|how)s (?=\S)", r"\1 is "),
        (r"\be-mail\b", "email"),
        (r"(?<=[a-z])-(?=[a-z])", " "),
        (r"\bcan(?:'t|not)\b", "can not"),
        (r"\bwon't\b", "will not"),
        (r"n't\b", " not"),
        (r"^how (?:to|do (?:i|you|we|one)|(?:can|could) (?:i|one))\b", "how to"),
        (r"^(?:in )?(?:what|which) year (?=(?:was|were|did)\b)", "when "),
        (r"^in (?:what|which) (month|place|country|city)\b", r"what \1"),
        (r"\bunited states(?: of america)?\b", "usa"),
        (r"\bunited kingdom\b", "uk"),
        (r"\btakes? place\b", "happen"),
        (r"^(?:what (?:is|are) )?(?:the )?uses (?:of|for) (.+)$", r"\1 used for"),
        (rf"\bnumbers? of (?!{_ONE})", "count of "),
        (rf"\bnumbers? of {_ONE}(?=(?:[\w-]+ ){{0,3}}?[\w-]+(?<![sui])s\b)", "count of "),
        (r"\b(causes?(?: of| for)?) the (?=\w)", r"\1 that "),
        (r"\btook place\b", "happened"),
        (r"^(how to (?!.*\b(?:my|me)\b).*?) your (?=\w)", r"\1 "),
        (r"(?<! is)(?<! are)(?<!^is)(?<!^are) my(?= \w)", ""),
        (r"'s\b", " 's"),
        (r"s'(?= )", "s 's"),
    )
]
MEASURED_ERROR = 0.001
"""No larger share of questions of the same gist had different answers, where it was measured."""

_SILENT = frozenset(["a", "an", "the", "please", "kindly", "exactly", "actually"])
_EDGES = '?!.,;:"()[]\u201c\u201d\u00ab\u00bb\u00bf\u00a1'
_OPENING_EDGES = _EDGES.replace(".", "")
"""Without the point of .NET."""

_LETTERED_TEXT = """
annex appendix article block building category class clause exhibit figure gate grade group
hepatitis influenza level option paragraph part phase plan point room schedule section stage step
table team terminal tier type version vitamin wing zone
"""
_LETTERED = frozenset(_LETTERED_TEXT.split())
"""What may be named by a letter that looks like an article."""

_NO_NOUNS = frozenset(["", "few", "little"])
"""What makes "a" before it more than an article; "" is the end."""

_DEFINITE = re.compile(r"the\b", re.IGNORECASE)


def gist(question: str) -> str:
    """Return a text that is the same for questions that ask the same in other words.

    Other words are those of form: case, punctuation, articles, requests, contractions, plurals,
    "of" and genitives, "what is" before a noun, words of one meaning, and the ways to ask for a
    price, a place, a cause, an age and the like. All else stands as it was asked, in its order:
    names, numbers, negations, prepositions, times, who does what to whom. So questions of the same
    gist have the same answer, and many that have it have another gist. What may not be English is
    the same without case and punctuation alone.
    """
    text = " ".join(normalise(question).split()).rstrip(_EDGES + " ")
    if may_be_foreign(text):
        return " ".join(bare.lower() for bare in map(_bare, text.split()) if bare) or text
    text, is_indirect = _OPENINGS.subn("", text)
    for pattern, spelled in _SPELLED_OUT:
        text = pattern.sub(spelled, text)
    if meaning := _MEANING.match(text):
        return _meaning_of(next(filter(None, meaning.groups())))
    words = list(_words(text))
    if is_indirect and words[-1:] == ["be"]:  # "tell me what the capital is"
        words.insert(1, words.pop())
    if words[:2] == ["what", "be"] and words[2:]:
        words = words[2:]
    return " ".join(_owned(related(words))) or text


def _meaning_of(text: str) -> str:
    """Return the gist of a question for a meaning: what "the light" means is not what it is."""
    words = list(_words(text))
    return " ".join(["define", *words] if _DEFINITE.match(text) else words or [text])


def _words(text: str) -> Iterator[str]:
    """Yield the words in a common form, without those that say nothing."""
    before = ""
    bares = [_bare(token) for token in text.split()]
    for bare, after in zip_longest(bares, bares[1:], fillvalue=""):
        word = bare.lower()
        is_shouted = bare.isupper() and before and not text.isupper()
        if is_shouted and len(bare) > 1 and is_stop_word(word):
            yield bare  # the US, IT, the WHO
        elif word == "a" and (is_shouted or before in _LETTERED or after.lower() in _NO_NOUNS):
            yield word  # vitamin A, clause a), a few
        elif word and word not in _SILENT:
            yield common_form(bare)
        before = word


def _bare(token: str) -> str:
    return token.rstrip(_EDGES).lstrip(_OPENING_EDGES)


def _owned(words: list[str]) -> list[str]:
    """Return the words with "capital of France" as "France 's capital"."""
    while "of" in words:
        place = words.index("of")
        head = _until_stop(reversed(words[:place]))[::-1]
        owner = _until_stop(words[place + 1 :])
        if not (head and owner):
            return words
        before, after = words[: place - len(head)], words[place + 1 + len(owner) :]
        words = [*before, *owner, OWN, *head, *after]
    return words


def _until_stop(words: Iterator[str] | list[str]) -> list[str]:
    return list(takewhile(lambda word: word == OWN or not is_stop_word(word), words))
