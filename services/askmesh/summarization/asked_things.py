"""What a question asks for by name: what answers it speaks of that.

"The default password of the admin page" is in no statement that has no password, however near it
is otherwise; nor is "how many customers" answered by a number of people, or "is there parking"
by what else there is.
"""

import re
from collections.abc import Sequence
from difflib import get_close_matches
from itertools import dropwhile, takewhile

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.text import is_stop_word, stem, stems, stems_and_parts

_PHRASE = r"((?:[\w'\u2019-]+ ){0,3}?[\w'\u2019-]+)"
_ENDS = (
    r"(?= (?:of|for|in|on|at|to|per|from|with|by|when|if|that|and|or|between|before|after|until|i"
    r"|we|you|do|does|did|are|is|can|may|must|should|have|has|will|was|were|fit|need|get"
    r"|possible|available"
    r"|now|today|currently|nowadays|again|please|exactly|these days|this \w+|next \w+)\b"
    r"|[?.!,;]|\W*$)"
)
_ARTICLE = r"(?:the|our|your|my)"
_WHAT = re.compile(
    rf"\bwh(?:at|ich)(?:['\u2019]s| is| are| was| were) {_ARTICLE} {_PHRASE}{_ENDS}", re.IGNORECASE
)
_HOW_MANY = re.compile(
    rf"(?<!\bin )\bhow many (?!an? ){_PHRASE}{_ENDS}(?: of (?:{_ARTICLE} )?{_PHRASE}{_ENDS})?",
    re.IGNORECASE,
)
_KIND_OF = re.compile(
    rf"\bwh(?:at|ich)(?:['\u2019]?s| is| are| was| were) {_ARTICLE} {_PHRASE} (?:of|for)"
    rf" an? {_PHRASE}{_ENDS}",
    re.IGNORECASE,
)
"""Of a mere kind of thing, whose: "the price of a spare tyre"."""
_IS_THERE = re.compile(
    r"^\W*(?:(?:is|are|was|were) there"
    r"|(?:do|does|did) [\w' -]{1,40}? (?:have|sell|offer|provide|serve|stock)(?! to\b)) "
    rf"(?:(?:any|an?|some|free|also|the|our|your) )*{_PHRASE}{_ENDS}",
    re.IGNORECASE,
)
_PRICE_OF = re.compile(
    rf"\bhow much (?:do|does|did|will|would) (?:(?:{_ARTICLE}|an?) )?{_PHRASE}"
    rf"(?:{_ENDS}|(?= cost))[^?.!;]* cost"
    rf"|\bhow much (?:is|are|was|were) (?:(?:{_ARTICLE}|an?) )?{_PHRASE}{_ENDS}",
    re.IGNORECASE,
)
_HOW_TO = re.compile(
    r"^\W*(?:how|in (?:which|what) (?:order|sequence))"
    r" (?:(?:do|can|should|would|must|could) (?:i|we|you|one|they|people)|to)"
    r" (?P<verb>[\w'-]+)(?P<rest>[^?.!,;:]*)",
    re.IGNORECASE,
)
_PARTICLES = frozenset(("back", "away", "down", "around", "along"))
_SAID_OTHERWISE = stems(
    "value default cost price fee number time limit maximum minimum amount command rule deadline"
    " date difference reason purpose name address procedure process way policy meaning charge rate"
    " length period size level first last normal usual most least notice order person people"
    " contact term capacity supplement allowance surcharge salary pay wage"
)
"""Kinds of things: a statement of one need not say its name."""
_MEASURED = stems(
    "second minute hour day night week month year time euro pound dollar percent metre meter"
    " kilometre mile gram kilogram litre point page word character digit one more"
)
_SLIP = 0.84
ANSWERS = 0.7
"""A unit of this score answers in other words, too: of questions to organisations that nothing was
learnt from, 107 of the 126 best units that had it answered, with the first adapter (ADR 61)."""


_HOW_DEEP = re.compile(r"\bhow (deep|wide|tall|thick)\b", re.IGNORECASE)
_SAYS_HOW = {
    "deep": stems("deep depth"),
    "wide": stems("wide width"),
    "tall": stems("tall height high"),
    "thick": stems("thick thickness"),
}
"""A length is told of each of these: which one, words must say."""


def speaks_of_it(question: str, units: Sequence[EvidenceUnit], claim: str = "") -> bool:
    """Tell whether one of `units`, or what stands above it, has what is asked for by name.

    A `claim` about `units` may call it otherwise, as they do: hens that were asked for as chickens.
    So may a unit whose score says that it answers.
    """
    things = _things(question)
    how = _HOW_DEEP.search(question)
    if how and not any(_SAYS_HOW[how[1].lower()] & _known(item) for item in units):
        return False
    if claim and not things <= stems(claim):
        return True
    return not things or any(_has(things, item) or item.score >= ANSWERS for item in units)


def tells_how_to_do_it(question: str, heading: str, text: str) -> bool:
    """Tell whether `text` below `heading` speaks of the thing that is to be done something to.

    Or the heading says just what is to be done: "Reserving". Of what else a question for how to
    do something is about, such as "in the till", nothing is asked here.
    """
    match = _HOW_TO.match(question)
    things = _acted_on(match["rest"]) if match else frozenset[str]()
    is_named = is_headed_by_what_to_do(question, heading)
    return is_named or _are_in(things, stems(f"{heading} {text}"))


def is_headed_by_what_to_do(question: str, heading: str) -> bool:
    """Tell whether a heading says just what is to be done: "Reserving"."""
    match = _HOW_TO.match(question)
    named = stems(heading)
    return match is not None and stem(match["verb"].lower()) in named <= stems(question)


def _acted_on(rest: str) -> frozenset[str]:
    """Return the last word of what stands behind a verb: that of "the paper roll in the till"."""
    words = [word.strip("'\"()") for word in rest.lower().split()]
    own = dropwhile(lambda word: is_stop_word(word) or word in _PARTICLES, words)
    heads = list(takewhile(lambda word: not is_stop_word(word), own))[-1:]
    return without_kinds(stems(" ".join(heads)))


def _things(question: str) -> frozenset[str]:
    ways = (_WHAT, _HOW_MANY, _IS_THERE, _PRICE_OF)
    found = (match for each in ways for match in each.finditer(question))
    phrases = (phrase for match in found for phrase in match.groups("") if phrase)
    heads = stems(" ".join(phrase.split()[-1] for phrase in phrases))
    whose = _KIND_OF.search(question)
    if whose and not without_kinds(stems(whose[1].split()[-1])):
        heads |= stems(whose[2].split()[-1])
    return without_kinds(heads)


def without_kinds(heads: frozenset[str]) -> frozenset[str]:
    """Return stems without those of mere kinds and measures, which need not be said: "the fee"."""
    kinds = _SAID_OTHERWISE | _MEASURED
    return frozenset(word for word in heads if not get_close_matches(word, kinds, 1, _SLIP))


def _has(things: frozenset[str], item: EvidenceUnit) -> bool:
    return _are_in(things, _known(item))


def _are_in(things: frozenset[str], known: frozenset[str]) -> bool:
    return all(word in known or get_close_matches(word, known, 1, _SLIP) for word in things)


def _known(item: EvidenceUnit) -> frozenset[str]:
    text = f"{item.source.title} {item.breadcrumb} {item.lead} {item.text}"
    return stems_and_parts(text)
