"""Follow-up questions that are completed by putting a word in the place of another."""

import re
from collections.abc import Sequence

from askmesh.api.query_understanding.v1.query_understanding_pb2 import Turn
from askmesh.text import normalise

_AND = re.compile(
    r"^(?:and(?: (?:what|how) about)?|(?:what|how) about|same for)\s+(?P<new>[^?]+?)\s*\?*$",
    re.IGNORECASE,
)
_PREPOSITIONS = "for|in|on|at|from|to|with|of|by|during|after|before|since|under|per"
_PHRASE = re.compile(rf"^(?P<preposition>{_PREPOSITIONS})\s+(?P<rest>.+)$", re.IGNORECASE)
_ENDS = rf"(?=\s+(?:{_PREPOSITIONS}|and|or|when|if|while)\b|\s*[?.,;]|$)"
_QUESTION_WORD = re.compile(
    r"^(?:who|whom|whose|what|when|where|why|how|which|if|is|are|was|were|do|does|did|can|may|must)\b"
    r"|\b(?:ones?|it|them|that|this|those|these|he|she|they)$",
    re.IGNORECASE,
)
_NOUNS = r"(?:the|a|an)\s+[\w'\u2019-]+(?:\s+[\w'\u2019-]+)??"
_ARTICLE_PHRASE = re.compile(rf"\b{_NOUNS}{_ENDS}", re.IGNORECASE)
# Between "does" and the verb that ends the question.
_SUBJECT = re.compile(
    r"(?<=\bdoes )(?:the|a|an)\s+[\w'\u2019-]+(?=\s+[\w'\u2019-]+\s*\?*$)", re.IGNORECASE
)
_NAME = re.compile(
    r"(?<=\s)(?:(?:Mr|Ms|Mrs|Dr)\.?\s+)?[A-Z][\w'\u2019.-]*(?:\s+[A-Z0-9][\w'\u2019.-]*)*"
)
_CODE = re.compile(r"(?<![\w.-])(?=[\w.-]*\d)[\w.-]*\w(?![\w-])")
_WEEKDAY = re.compile(r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)days?\b", re.IGNORECASE)
_PERSON = re.compile(r"(?<![\w.])[A-Z][a-z]+ (?:(?:van|von|de|der|la) )*[A-Z][\w'\u2019-]+\b")
_WHO = re.compile(r"^(?:and |but )?(?:.* )?(?P<pronoun>he|she|him|his|her|hers)\b", re.IGNORECASE)
_POINTERS = re.compile(
    r"\b(?:he|she|him|his|hers?|its?|they|them|their|that|this|these|those|there|ones?)\b",
    re.IGNORECASE,
)
_THING_POINTER = re.compile(r"\b(?:its?|they|them|their)\b", re.IGNORECASE)
_DEFINED = re.compile(
    rf"^(?:what|who|where) (?:is|are|was|were) (?P<thing>(?:the|our) "
    rf"(?!(?:\S+\s+)*(?:{_PREPOSITIONS})\b)[\w'-]+(?: [\w'-]+){{0,3}})\?*$",
    re.IGNORECASE,
)
_MOST_WORDS = 5


def substituted(question: str, conversation: Sequence[Turn]) -> str | None:
    """Return the whole question where one word of the exchange before fits, and only one.

    "And in Rome?" after "Where is the office in Paris?" takes the place of "in Paris"; "When did
    she start?" takes the one person that was named. None where nothing or more than one fits.
    """
    last = conversation[-1]
    asked = normalise(last.question)
    if (match := _AND.match(question)) and len(match["new"].split()) <= _MOST_WORDS:
        return _exchanged(match["new"], asked)
    return _with_person(question, f"{asked} {normalise(last.answer)}") or _with_thing(
        question, asked
    )


def _exchanged(new: str, asked: str) -> str | None:
    """Return the question that was `asked` about something `new` of the same kind."""
    if _QUESTION_WORD.search(new):
        return None
    if phrase := _PHRASE.match(new):
        pattern = rf"\b{phrase['preposition']}\s+[^?.,;]+?{_ENDS}"
        return _replaced(re.compile(pattern, re.IGNORECASE), new, asked)
    if _WEEKDAY.fullmatch(new):
        return _replaced(_WEEKDAY, new, asked)
    if _CODE.search(new):
        new = re.sub(r"^(?:the|a|an)\s+", "", new, flags=re.IGNORECASE)
    elif re.match(r"(?:the|a|an)\s", new, re.IGNORECASE):
        return _replaced(_SUBJECT if _SUBJECT.search(asked) else _ARTICLE_PHRASE, new, asked)
    if _CODE.search(new):
        return (
            _replaced(_CODE, new, asked) if _CODE.fullmatch(new) else _replaced(_NAME, new, asked)
        )
    return _replaced(_NAME, new, asked) if new[:1].isupper() else None


def _replaced(pattern: re.Pattern[str], new: str, asked: str) -> str | None:
    found = list(pattern.finditer(asked))
    if len(found) != 1:
        return None
    return f"{asked[: found[0].start()]}{new}{asked[found[0].end() :]}"


def _with_person(question: str, said: str) -> str | None:
    """Return the question with the one person that was named in place of a pronoun."""
    found = _WHO.match(question)
    people = set(_PERSON.findall(said))
    if found is None or len(people) != 1 or len(_POINTERS.findall(question)) != 1:
        return None
    owned = found["pronoun"].lower() in {"his", "hers"} or _owns(question, found)
    return _put(question, found.span("pronoun"), people.pop(), owned=owned)


def _with_thing(question: str, asked: str) -> str | None:
    """Return the question with the one thing that "what is the ..." was asked about."""
    found, thing = _THING_POINTER.search(question), _DEFINED.match(asked)
    if found is None or thing is None or len(_POINTERS.findall(question)) != 1:
        return None
    owned = found.group().lower() in {"its", "their"}
    return _put(question, found.span(), thing["thing"], owned=owned)


def _put(question: str, place: tuple[int, int], name: str, *, owned: bool) -> str:
    ending = "'s" if owned else ""
    return f"{question[: place[0]]}{name}{ending}{question[place[1] :]}"


def _owns(question: str, found: re.Match[str]) -> bool:
    """Tell whether "her" stands before what is hers."""
    after = question[found.end("pronoun") :].lstrip()
    follows = re.match(r"(?!(?:at|in|on|by|for|to|from|with|after|before|about)\b)\w", after)
    return found["pronoun"].lower() == "her" and follows is not None
