"""Words of a question that point back to the conversation."""

import re

from askmesh.query_understanding.topic import Topic
from askmesh.text import names

_EMPTY_IT = re.compile(
    r"\b(?:is|was|if|does|did|will|would|can|could) it (?:possible|true|necessary|okay|ok|safe"
    r"|better"
    r"|best|allowed|worth|important|recommended|required|matter|mean that|that|make sense|rain|snow"
    r"|take to|take for|hurt to|easy|hard|legal)\b|\bit (?:is|was|'s) (?:possible|true|that"
    r"|necessary)\b"
    r"|\b(?:what time|what day) is it\b",
    re.IGNORECASE,
)
_PRONOUN = re.compile(
    r"\b(?P<its>its|their)\b(?! own\b.*\bits\b)"
    r"|\b(?P<his>his)\b|\b(?P<her>her)(?= \w+)|\b(?P<he>he|she|him|her)\b(?!['\u2019])"
    r"|\b(?P<it>it)\b(?!['\u2019]s\b)|\b(?P<it_is>it['\u2019]s)\b"
    r"|\b(?P<they>they|them)\b(?!['\u2019])"
    r"|\b(?P<that>this|that|those|these)\b(?=\s*(?:[?.!,]|$)"
    r"|\s+(?:is|are|was|were|work|works|mean|means|cost|happen|happens|apply|applies|take|takes"
    r"|change|changes|[a-z]+ed|differ|differs|compare|compares|affect|affects|relate|relates|true|correct"
    r"|so|important|possible|called|done|used|and|or|in|on|for|to|from|by|with|at|as|the|a)\b)",
    re.IGNORECASE,
)
_HERE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )(?<!been )\bthere(?=\s*[?.!,]|$)", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?P<which>this|that|these|those|the same|such an?|said) "
    r"(?P<noun>(?!is\b|are\b|was\b|were\b|a\b|the\b|one\b|ones\b|way\b|case\b)[a-z][\w-]+)",
    re.IGNORECASE,
)
_UNCLEAR = re.compile(
    r"\bthe (?:latter|former|first|second|third|last|other|others|next|previous|above|rest)"
    r"(?: (?:one|ones|two|option|point|item|part|step|answer))?\s*[?.!,]?$"
    r"|\b(?:the|that|this|which|another|other|first|second|third|last) ones?\b"
    r"|\bthe (?:latter|former)\b",
    re.IGNORECASE,
)
_BEFORE_THAT = re.compile(
    r"(?:does|is|was|did|do|about|of|for|with|by|to|in|like|mean|why|how|and|on|from|use|do|are|if"
    r"|^)\s*$",
    re.IGNORECASE,
)


def points_back(question: str) -> bool:
    """Tell whether a pronoun of `question` needs something said before it."""
    match = _first_reference(question)
    return match is not None and not _explained_within(question[: match.start()])


def is_unclear(question: str) -> bool:
    """Tell whether `question` points at something that rules cannot find: "the latter"."""
    return _UNCLEAR.search(question) is not None


def resolved(question: str, topic: Topic) -> str:
    """Return `question` with its pronouns replaced by what they mean."""
    plain = _with_pointing(question, topic)
    for match in reversed(_references(plain)):
        plain = f"{plain[: match.start()]}{_meaning(match, topic)}{plain[match.end() :]}"
    return _HERE.sub(f"in {topic.answered or topic.thing}", plain)


def _first_reference(question: str) -> re.Match[str] | None:
    others = [match for match in (_HERE.search(question), _pointing(question)) if match]
    return min([*_references(question), *others], key=lambda match: match.start(), default=None)


def _references(question: str) -> list[re.Match[str]]:
    masked = _EMPTY_IT.sub(lambda match: "_" * len(match.group()), question)
    return [match for match in _PRONOUN.finditer(masked) if _is_reference(masked, match)]


def _is_reference(question: str, match: re.Match[str]) -> bool:
    if not match["that"]:
        return True
    before, after = question[: match.start()], question[match.end() :]
    closes = re.match(r"\s*(?:[?.!,]|$)", after) is not None
    return closes or _BEFORE_THAT.search(before) is not None


def _pointing(question: str) -> re.Match[str] | None:
    match = _POINTING.search(question)
    if match and any(match.start() == other.start() for other in _references(question)):
        return None
    if match is None or match["which"].lower() in {"that", "said"}:
        at_start = match is not None and _BEFORE_THAT.search(question[: match.start()]) is not None
        return match if at_start else None
    return match


def _explained_within(before: str) -> bool:
    """Tell whether the words before a pronoun name what it means: "Is Redis fast, and is it"."""
    lead = re.sub(r"^(?:what|how) about\b", "", before, flags=re.IGNORECASE)
    if names(lead.strip() + " x"):
        return True
    return (
        re.search(r"\b(?:if|when|while|after|before) (?:an?|the|my|our) \w+", lead, re.IGNORECASE)
        is not None
    )


def _with_pointing(question: str, topic: Topic) -> str:
    match = _pointing(question)
    if match is None or not topic.thing:
        return question
    subject = topic.thing
    if match["noun"].lower() in subject.lower():
        return f"{question[: match.start()]}{subject}{question[match.end() :]}"
    return f"{question[: match.end()]} ({subject}){question[match.end() :]}"


def _meaning(match: re.Match[str], topic: Topic) -> str:
    kind, word = match.lastgroup, match.group()
    if kind in {"his", "her"}:
        return _possessive(topic.person)
    if kind == "he":
        return topic.person
    if kind == "its":
        return _possessive(topic.several if word.lower() == "their" else topic.thing)
    if kind == "they":
        return topic.several
    return f"{topic.thing} is" if kind == "it_is" else topic.thing


def _possessive(subject: str) -> str:
    owner, bracket, rest = subject.partition(" (")
    is_plural = owner.islower() and owner.endswith("s")
    ending = "'" if is_plural else "'s"
    return f"{owner}{ending}{bracket}{rest}"
