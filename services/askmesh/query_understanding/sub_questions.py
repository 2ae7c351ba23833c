"""Questions that hide in one question."""

import re

from askmesh.query_understanding.follow_ups import points_back
from askmesh.text import content_words, matter_in, without_matter

MAX_SUB_QUESTIONS = 4
_SIDES = r"(?P<sides>[^?.!;:]+?(?:,| and | or | versus | vs\.? | with | to )[^?.!;:]+?)"
_END = r"(?=(?: in a table| as a table| when | for | that )|\s*[?.!;:]|$)"
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
_AND = re.compile(r",? (?:and|or) (?:to |of )?", re.IGNORECASE)
_SEPARATOR = re.compile(r",\s*(?:and |or )?| and | or | versus | vs\.? | with | to ", re.IGNORECASE)
_ASPECT = re.compile(
    r"^(?P<aspect>(?:the )?[\w -]+?) (?P<link>of|for|in|between) (?P<rest>.+)$", re.IGNORECASE
)
_JOINED = re.compile(
    r"[,;]? and(?: also| then)? (?=(?:who|what|when|where|why|how|which|whose)\b \w+ \w+)"
    r"|\?\s+(?=\w)",
    re.IGNORECASE,
)
_ASKS = re.compile(
    r"(?:and |or )?(?:who|whom|whose|what|when|where|why|how|which|is|are|was|were|do|does|did|can"
    r"|could|may|must|should|will|would|has|have|had)\b",
    re.IGNORECASE,
)
_OPENER = re.compile(
    r"^(?:(?:what|which|who|how)(?:'s| (?:is|are|was|were|do|does|did))?)\b\s*", re.IGNORECASE
)
_SIDE_CHARS = 80
_MIN_SIDES = 2


def sub_questions(question: str) -> tuple[str, ...]:
    """Return the questions to search beside `question`, which is standalone; often none."""
    found = _compared(question) or _joined(question)
    distinct = [sub for sub in dict.fromkeys(found) if sub.lower() != question.lower()]
    return tuple(distinct[:MAX_SUB_QUESTIONS])


def _compared(question: str) -> list[str]:
    matter, match = matter_in(question), _DIFFERENCE.search(without_matter(question))
    if match:
        aspect, sides = _pair(match)
        return _in_matter(matter, sides) if matter else _sided(aspect, sides)
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
        return "", [_OPENER.sub("", side) for side in sides]
    text = match["sides"] or match["differ"] or match["compared"]
    aspect = _ASPECT.match(text)
    if aspect and match["compared"] and aspect["link"] != "between":
        return aspect["aspect"], _sides(aspect["rest"])
    return "", _sides(aspect["rest"] if aspect and aspect["link"] == "between" else text)


def _sides(text: str) -> list[str]:
    sides = [re.sub(r"^(?:and|or|between) ", "", side.strip()) for side in _SEPARATOR.split(text)]
    return [side for side in sides if side and len(side) <= _SIDE_CHARS]


def _in_matter(matter: str, sides: list[str]) -> list[str]:
    """Return what is asked of each side, of each of two matters by itself if there is room."""
    apart = _AND.split(matter)
    matters = apart if len(apart) * len(sides) <= MAX_SUB_QUESTIONS else [matter]
    if len(sides) < _MIN_SIDES:
        return []
    return [f"What about {each} for {side}?" for side in sides for each in matters]


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
    """Return the questions that stand one after the other in `question`, each whole by itself."""
    parts = [part.strip(" ,;?") for part in _JOINED.split(question)]
    if len(parts) < _MIN_SIDES or any(map(points_back, parts)):
        return []
    if not all(map(_ASKS.match, parts[1:])):
        return []  # "How long does it take? Reported in April."
    return [f"{part[:1].upper()}{part[1:]}?" for part in parts if content_words(part)]
