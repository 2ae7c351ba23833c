"""A question made understandable without its conversation."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from askmesh.query_understanding import references
from askmesh.query_understanding.fragments import completed, is_fragment
from askmesh.query_understanding.ports import Turn
from askmesh.query_understanding.topic import Topic, topic_of
from askmesh.text import normalise

# What lies further back is rarely meant, and every turn costs time.
_TURNS_READ = 4
_MAX_ANSWER_CHARS = 600
# A longer question says by itself what it is about.
_MAX_QUESTION_CHARS = 500
_LEAD = re.compile(r"^(?:and|so|but|ok|okay|then|also|well)[, ]+(?=\w)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Standalone:
    """A question by itself. `certain` is false where rules could not find what it points at."""

    question: str
    certain: bool


def standalone(question: str, conversation: Sequence[Turn]) -> Standalone:
    """Return normalised `question` with whatever it leaves to `conversation` filled in."""
    previous = ""
    topic: Topic | None = None
    for turn in conversation[-_TURNS_READ:]:
        asked = normalise(turn.question[:_MAX_QUESTION_CHARS])
        previous = _in_context(asked, previous, topic).question
        topic = (
            topic_of(previous, normalise(turn.answer[:_MAX_ANSWER_CHARS])) if previous else topic
        )
    return _in_context(question, previous, topic)


def _in_context(question: str, previous: str, topic: Topic | None) -> Standalone:
    if topic is None or not previous or len(question) > _MAX_QUESTION_CHARS:
        return Standalone(question, certain=True)
    unclear = references.is_unclear(question)
    if not unclear and not is_fragment(question):
        return _with_references(question, topic)
    whole = None if unclear else completed(question, previous, topic)
    if whole is None:
        return Standalone(_beside(question, previous, topic), certain=False)
    return Standalone(_capitalised(whole), certain=True)


def _with_references(question: str, topic: Topic) -> Standalone:
    if not references.points_back(question):
        return Standalone(question, certain=True)
    if not topic.thing:
        return Standalone(question, certain=False)
    whole = _LEAD.sub("", references.resolved(question, topic))
    return Standalone(_capitalised(whole), certain=True)


def _beside(question: str, previous: str, topic: Topic) -> str:
    """Return the question with what it may mean, so that a search finds both."""
    several = len(topic.asked_names) > 1
    return f"{question} ({topic.several if several else previous.rstrip('?.! ')})"


def _capitalised(question: str) -> str:
    return question[:1].upper() + question[1:]
