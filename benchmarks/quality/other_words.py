"""Questions edited by rule: into other words for the same, and into questions of something else."""

import re
from collections.abc import Callable, Mapping
from typing import TypeAlias

Edit: TypeAlias = Callable[[str], str | None]


def _replaced(pattern: str, text: str) -> Edit:
    """Return what makes one replacement, or None where there is nothing to replace."""
    compiled = re.compile(pattern, re.IGNORECASE)

    def edit(question: str) -> str | None:
        edited = compiled.sub(text, question, count=1)
        return edited if edited != question else None

    return edit


def _in_front(text: str) -> Edit:
    return lambda question: f"{text} {question[:1].lower()}{question[1:]}"


_AUXILIARY = r"(is|are|was|were|can|could|should|does|do|did|will)"

SAME: Mapping[str, Edit] = {
    "lower case, no mark": lambda question: question.lower().rstrip("?!. ") + " ",
    "upper case": lambda question: question.upper(),
    "a request before it": _in_front("Can you tell me"),
    "please before it": _in_front("Please,"),
    "'I would like to know' before it": _in_front("I would like to know"),
    "a filler": _replaced(rf"^(\w+ {_AUXILIARY}) ", r"\1 exactly "),
    "no article": _replaced(r"\b(the|an?) ", ""),
    "an article more": _replaced(r"\b(of|in|for) (?!the |an? )(?=[a-z])", r"\1 the "),
    "a contraction": _replaced(r"^(what|who|where|when|how) is ", r"\1's "),
    "a genitive for 'of'": _replaced(r"\bthe (\w+) of (\w+)(?=\W*$)", r"\2's \1"),
    "'which' and 'what' exchanged": _replaced(r"^which ", "what "),
    "'how to' for 'how do you'": _replaced(r"^how do (?:you|i|we) ", "how to "),
    "'when' for 'what year'": _replaced(r"^(?:in )?(?:what|which) year ", "when "),
    "keywords alone": _replaced(rf"^what {_AUXILIARY} the ", ""),
    "a synonym": _replaced(r"\b(begin|started|big|largest|movie|film|purpose|kind)\b", "so-called"),
    "the end in front": _replaced(r"^(.+?) (in the \w+|in \d{4})\W*$", r"\2 \1"),
}
"""Other words for the same question. Not all are known to the rules."""

_OTHER_WH = {"who": "when", "what": "why", "when": "where", "where": "who", "how": "why"}
_OPPOSITES = (
    *(("before", "after"), ("more", "less"), ("most", "least"), ("first", "last")),
    *(
        ("largest", "smallest"),
        ("highest", "lowest"),
        ("increase", "decrease"),
        ("with", "without"),
    ),
    *(("from", "to"), ("start", "end"), ("begin", "end"), ("old", "new"), ("north", "south")),
)


def _another_question_word(question: str) -> str | None:
    first, _, rest = question.partition(" ")
    other = _OTHER_WH.get(first.lower())
    return f"{other} {rest}" if other else None


def _opposite(question: str) -> str | None:
    for one, other in _OPPOSITES:
        if edited := _replaced(rf"\b{one}\b", other)(question):
            return edited
    return None


def _reversed(question: str) -> str | None:
    """Exchange the first and the last long word: who does what to whom is another question."""
    words = question.rstrip("?!. ").split(" ")
    long = [place for place, word in enumerate(words) if place and len(word) > 3]
    if len(long) < 2 or words[long[0]].lower() == words[long[-1]].lower():
        return None
    words[long[0]], words[long[-1]] = words[long[-1]], words[long[0]]
    return " ".join(words)


def _another_number(question: str) -> str | None:
    match = re.search(r"(?<![\w.,])\d{1,4}(?![\w.,]*\d)", question)
    return match and f"{question[: match.start()]}{int(match[0]) + 1}{question[match.end() :]}"


def _another_name(question: str) -> str | None:
    names = re.findall(r"(?<=\s)[A-Z][a-z]{3,}", question)
    return question.replace(names[-1], f"{names[-1][:-2]}ov") if names else None


def _without_a_word(question: str) -> str | None:
    words = question.split(" ")
    long = [place for place, word in enumerate(words) if place and len(word) > 4]
    return " ".join(words[: long[0]] + words[long[0] + 1 :]) if len(long) > 1 else None


OTHER: Mapping[str, Edit] = {
    "reversed": _reversed,
    "a denial": _replaced(rf"\b{_AUXILIARY}\b(?! not)", r"\1 not"),
    "another number": _another_number,
    "another name": _another_name,
    "another question word": _another_question_word,
    "an opposite": _opposite,
    "another time": _replaced(r"\b(is|are|does)\b", "was"),
    "passive for active": _replaced(r"^(who|what) (\w+ed) ", r"\1 was \2 by "),
    "a word less": _without_a_word,
}
"""What makes it another question."""
