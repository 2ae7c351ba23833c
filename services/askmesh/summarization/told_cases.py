"""Questions that come after the case they are asked of: "I only do the lights, do I pay?"."""

import re

from askmesh.summarization.question import Question
from askmesh.text import stems

_FEWEST = 2
_ASKS = re.compile(
    r"(?:[,.;:!]|\s[\u2013-])\s+(?:and\s+|so\s+|but\s+)?"
    r"(?P<clause>(?:is|are|am|do|does|did|can|could|may|must|should|will|would|have|has)\s[^.;!?]*)"
    r"[?.!\s]*$",
    re.IGNORECASE,
)


def asked_stems(question: Question) -> frozenset[str]:
    """Return the stems of the clause that asks for yes or no, after a case; of all without one.

    What is told of a case has words that no document needs to have. A clause of one word points
    back to the case ("is that allowed?") and is no question without it.
    """
    match = _ASKS.search(question.text)
    own = stems(match["clause"]) & question.stems if match else frozenset[str]()
    return own if len(own) >= _FEWEST else question.stems
