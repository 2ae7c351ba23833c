"""Questions that are only a piece of one: "and in 2020?", "why?", "what about Spain?"."""

import re

from askmesh.query_understanding import references
from askmesh.query_understanding.topic import Topic, is_verb
from askmesh.text import content_words, is_stop_word, names, numbers

_MAX_FRAGMENT_WORDS = 6
_MAX_BARE_WORDS = 3
_DETERMINERS = frozenset({"the", "its", "their", "his", "her", "a", "an"})
_LEAD = re.compile(
    r"^(?:(?:and|but|or|so|ok|okay|then|also|well|what about|how about|and what about"
    r"|what of|same for|the same for|now)\b[, ]*)+",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:and |but |so |ok |okay )*(?:what|how) (?:about|of)\b", re.IGNORECASE)
_BARE = re.compile(
    r"^(?:and |but |so |ok |okay )*(?P<word>why|how|when|where|who|how so|how come|why not|why so"
    r"|since when"
    r"|until when|by whom|how much|how many|how long|how often|which ones?|what for|where exactly"
    r"|when exactly|how exactly|why exactly|in which year|what year|for whom|with whom"
    r"|for how long|to whom)\s*[?.!]*$",
    re.IGNORECASE,
)
_MORE = re.compile(
    r"^(?:please )?(?:can you |could you )?(?:(?:please )?(?:tell me more|go on|continue"
    r"|more(?: details?"
    r"| info(?:rmation)?)?|elaborate|explain(?: more| further| in (?:more )?detail)?"
    r"|give me more(?: details?)?"
    r"|say more|expand(?: on (?:this|that|it))?|keep going|anything else|what else)"
    r"(?: (?:about|on) (?:this|that|it))?)(?: please)?\s*[?.!]*$",
    re.IGNORECASE,
)
_EXAMPLE = re.compile(
    r"^(?:and |can you |could you |please )*(?:give (?:me )?|show (?:me )?|any |for )?(?:an? "
    r"|some )?"
    r"examples?(?: please)?\s*[?.!]*$",
    re.IGNORECASE,
)
_PREPOSITIONS_TEXT = """
in on at for with without by from to under over after before during between since until about using
via
"""
_PREPOSITIONS = frozenset(_PREPOSITIONS_TEXT.split())
_CLAUSE = re.compile(
    r"\b(?:is|are|was|were|am|do|does|did|can|could|should|would|will|has|have|had|what|who|why|how"
    r"|when|where|which|whose|tell|explain|describe|list|compare|give|show|define|name)\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b\d[\d,.]*\b")


def is_fragment(question: str) -> bool:
    """Tell whether `question` is no whole question: it lacks a verb, or is one bare word."""
    if _BARE.match(question) or _MORE.match(question) or _EXAMPLE.match(question):
        return True
    led = _LEAD.match(question)
    rest = _rest(question)
    if not rest or len(rest.split()) > _MAX_FRAGMENT_WORDS or _CLAUSE.search(rest):
        return False
    if led and led.group().split()[0].lower().strip(",") in {"ok", "okay", "well", "now"}:
        return False
    words = rest.lower().split()
    if led or words[0] in _PREPOSITIONS or words[0] in _DETERMINERS:
        return True
    return question.endswith("?") and len(words) <= _MAX_BARE_WORDS and not is_verb(words[0])


def completed(question: str, previous: str, topic: Topic) -> str | None:
    """Return the whole question that `question` continues `previous` to, or None if unclear."""
    body = previous.rstrip("?.! ")
    bare = _BARE.match(question)
    if bare:
        return f"{body}, and {bare['word'].lower()}?"
    if _MORE.match(question):
        return f"Tell me more about {topic.thing}." if topic.thing else None
    if _EXAMPLE.match(question):
        return f"What is an example of {topic.thing}?" if topic.thing else None
    rest = _rest(question)
    replaced = _replaced(rest, body, topic)
    loose = _ABOUT.match(question) is not None and rest.split()[0].lower() not in _DETERMINERS
    return replaced if replaced or loose else _attribute(rest, topic)


def _rest(question: str) -> str:
    return _LEAD.sub("", question).rstrip("?.! ")


def _replaced(rest: str, body: str, topic: Topic) -> str | None:
    """Return `body` with its part that corresponds to `rest` replaced."""
    words = rest.split()
    preposition = words[0].lower()
    if preposition in _PREPOSITIONS and len(words) > 1:
        return _with_phrase(preposition, rest, body)
    if numbers(rest) and _NUMBER.fullmatch(rest):
        return _with_last(_NUMBER, rest, body)
    if _is_name(rest) and len(topic.asked_names) == 1 and topic.asked_names[0] in body:
        return f"{body.replace(topic.asked_names[0], rest)}?"
    return None


def _with_phrase(preposition: str, rest: str, body: str) -> str:
    phrase = re.compile(
        rf"\b{preposition} (?:the |an? )?[\w.'-]+(?: (?:[A-Z][\w.'-]*|\d+|of|mode|week|month"
        rf"|year))*",
    )
    found = list(phrase.finditer(body))
    if not found:
        return f"{body} {rest}?"
    last = found[-1]
    return f"{body[: last.start()]}{rest}{body[last.end() :]}?"


def _with_last(pattern: re.Pattern[str], rest: str, body: str) -> str | None:
    found = list(pattern.finditer(body))
    if not found:
        return None
    return f"{body[: found[-1].start()]}{rest}{body[found[-1].end() :]}?"


def _attribute(rest: str, topic: Topic) -> str | None:
    """Return a question for `rest` of the topic: "its price", "the default value"."""
    if not topic.thing:
        return None
    possessive = re.match(r"(?:its|their|his|her)\s+(?P<what>.+)", rest, re.IGNORECASE)
    if possessive:
        person = re.match(r"hi|her", rest, re.IGNORECASE) is not None
        return f"What is the {possessive['what']} of {topic.person if person else topic.thing}?"
    if references.points_back(rest):
        return f"What about {references.resolved(rest, topic)}?"
    if _is_name(rest) or not content_words(rest):
        return None
    bare = re.sub(r"^(?:the|an?) ", "", rest, flags=re.IGNORECASE)
    return f"What is the {bare} of {topic.thing}?"


def _is_name(rest: str) -> bool:
    words = [word for word in rest.split() if not is_stop_word(word.lower())]
    if not words:
        return False
    return bool(names(f"about {rest}")) and all(
        word[0].isupper() or word[0].isdigit() for word in words
    )
