"""Questions that hide in one question."""

import re

from askmesh.query_understanding import references
from askmesh.query_understanding.topic import is_verb, topic_of, without_opener
from askmesh.text import content_words

MAX_SUB_QUESTIONS = 4
_SIDES = r"(?P<sides>[^?.!;:]+?(?:,| and | or | versus | vs\.? | with | to )[^?.!;:]+?)"
_END = (
    r"(?=(?: in (?:terms of|a table)| as a table| regarding| with respect to| when | for | that )"
    r"|\s*[?.!;:]|$)"
)
_DIFFERENCE = re.compile(
    rf"\b(?:differences?|similarit(?:y|ies)|comparison|trade-?offs?|distinction|relationship"
    rf"|contrast)"
    rf" (?:between|of) {_SIDES}{_END}"
    rf"|\b(?:how (?:do|does)|do|does) (?P<differ>[^?.!;:]+? and [^?.!;:]+?) (?:differ|compare)\b"
    rf"|\bhow (?:is|are|does|do) (?P<one>[^?.!;:]+?) (?:different from|differ from|compare (?:to"
    rf"|with))"
    rf" (?P<other>[^?.!;:]+?){_END}"
    rf"|\b(?:compare|contrast)\b {_SIDES.replace('sides', 'compared')}{_END}"
    rf"|^(?:(?:is|are|does|do|was|were) )?(?P<left>[^?.!;:,]+?) (?:versus"
    rf"|vs\.?) (?P<right>[^?.!;:,]+?){_END}",
    re.IGNORECASE,
)
_CHOICE = re.compile(
    r"^(?:which|what|who) (?:\w+ )?(?:is|are|was|were|has|have|does|do|uses?|costs?"
    r"|needs?) (?P<what>[^,?:]*?)"
    r"(?:,|:| -)\s*(?P<sides>[^,?]+(?:, [^,?]+)*,? or [^?]+)\?",
    re.IGNORECASE,
)
_THAN = re.compile(
    r"^(?:is|are|was|were) (?P<left>.+?) (?P<what>(?:more "
    r"|less )?\w+(?: \w+)?) than (?P<right>[^?]+)\?",
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r",\s*(?:and |or )?| and | or | versus | vs\.? | with | to ", re.IGNORECASE)
_ASPECT = re.compile(
    r"^(?P<aspect>(?:the )?[\w -]+?) (?P<link>of|for|in|between) (?P<rest>.+)$", re.IGNORECASE
)
_JOINED = re.compile(
    r"[,;]? and(?: also| then)? (?=(?:who|what|when|where|why|how|which|whose)\b \w+ \w+)"
    r"|\?\s+(?=\w)",
    re.IGNORECASE,
)
_NESTED = re.compile(
    r"\b(?:of|by|for|to|from|in|at|with|did|does|is|was"
    r"|has) the (?P<noun>[a-z][\w-]*(?: [a-z][\w-]*)?)"
    r" (?P<link>that|which|who) (?P<clause>(?!is\b|are\b|was\b"
    r"|were\b)?[a-z]+ [^?,.;]*[A-Z0-9][^?,.;]*?)\?$"
)
# "Where was the author of the book that won born?": the last word belongs to the question.
_ASKS_VERB = re.compile(r"(?:where|when|how|why) (?:is|was|are|were|did|does|do)\b", re.IGNORECASE)
_AUXILIARIES_TEXT = (
    "is are was were am do does did can could should would will has have had may must"
)
_AUXILIARIES = frozenset(_AUXILIARIES_TEXT.split())
_ASKING = re.compile(
    r"(?:who|what|when|where|why|how|which|whose|is|are|was|were|do|does|did|can|could|should|would"
    r"|will|has|have|had|explain|describe|list|name|tell|give|show|define|in (?:what|which))\b",
    re.IGNORECASE,
)
# "the other city that", "the most factories that": no name of a kind of thing.
_NO_KIND = frozenset({"other", "most", "only", "first", "last", "same", "total", "number", "one"})
_SIDE_CHARS = 80
_MIN_SIDES = 2


def sub_questions(question: str) -> tuple[str, ...]:
    """Return the questions to search beside `question`, which is standalone; often none."""
    found = _compared(question) or _joined(question) or _nested(question)
    distinct = [sub for sub in dict.fromkeys(found) if sub.lower() != question.lower()]
    return tuple(distinct[:MAX_SUB_QUESTIONS])


def _compared(question: str) -> list[str]:
    match = _DIFFERENCE.search(question)
    if match:
        return _sided(*_pair(match))
    choice = _CHOICE.match(question)
    if choice:
        return [f"Is {side} {choice['what']}?" for side in _sides(choice["sides"])]
    than = _THAN.match(question)
    if than:
        return [f"Is {side} {than['what']}?" for side in (than["left"], than["right"].strip())]
    return []


def _pair(match: re.Match[str]) -> tuple[str, list[str]]:
    """Return what is compared, if that is said, and the sides."""
    if match["one"] or match["left"]:
        sides = [match["one"] or match["left"], match["other"] or match["right"]]
        return "", [without_opener(side) for side in sides]
    text = match["sides"] or match["differ"] or match["compared"]
    aspect = _ASPECT.match(text)
    if aspect and match["compared"] and aspect["link"] != "between":
        return aspect["aspect"], _sides(aspect["rest"])
    return "", _sides(aspect["rest"] if aspect and aspect["link"] == "between" else text)


def _sides(text: str) -> list[str]:
    sides = [re.sub(r"^(?:and|or|between) ", "", side.strip()) for side in _SEPARATOR.split(text)]
    return [side for side in sides if side and len(side) <= _SIDE_CHARS]


def _sided(aspect: str, sides: list[str]) -> list[str]:
    if len(sides) < _MIN_SIDES:
        return []
    if aspect:
        return [f"What is {_with_article(aspect)} of {side}?" for side in sides]
    return [f"What {'are' if _is_plural(side) else 'is'} {side}?" for side in sides]


def _with_article(aspect: str) -> str:
    return aspect if aspect.lower().startswith("the ") else f"the {aspect}"


def _is_plural(side: str) -> bool:
    return side[0].islower() and side.endswith("s") and not side.endswith(("ss", "is", "us"))


def _joined(question: str) -> list[str]:
    parts = [part.strip(" ,;?") for part in _JOINED.split(question)]
    if len(parts) < _MIN_SIDES or not all(map(_is_whole, parts)):
        return []
    first = topic_of(f"{parts[0]}?", "")
    resolved = [
        references.resolved(part, first) if references.points_back(part) and first.thing else part
        for part in parts[1:]
    ]
    return [f"{part[:1].upper()}{part[1:]}?" for part in [parts[0], *resolved]]


def _is_whole(part: str) -> bool:
    """Tell whether `part` asks something by itself: "what other city" does not."""
    verbs = [word for word in part.lower().split() if word in _AUXILIARIES or is_verb(word)]
    return bool(content_words(part) and verbs) and _ASKING.match(part) is not None


def _nested(question: str) -> list[str]:
    match = _NESTED.search(question)
    if match is None or _is_no_kind(match["noun"]):
        return []
    clause = match["clause"]
    if _ASKS_VERB.match(question) and is_verb(clause.split()[-1].lower()):
        clause = clause.rpartition(" ")[0]
    word = "Who" if match["link"] == "who" else f"Which {match['noun']}"
    return [f"{word} {clause}?"]


def _is_no_kind(noun: str) -> bool:
    first, *rest = noun.lower().split()
    return first in _NO_KIND or any(is_verb(word) for word in rest)
