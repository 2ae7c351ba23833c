"""Sentences that make no sense without the ones before them: "It costs 3 euros."."""

import re
from collections.abc import Sequence

from askmesh.text._calendar import MONTH_PATTERN, WEEKDAYS
from askmesh.text._sentences import Span

_DATED = rf"(?:the |last |next |this )?(?:\d[\d.:/]*|{MONTH_PATTERN}|(?:{'|'.join(WEEKDAYS)})s?)"
_LEANS = re.compile(
    r"(?:[A-Z][a-z]+(?: [a-z]+){0,2}, )?"  # "However, it", "In that year, he"
    r"(?:he|she|it|they|this|that|these|those|his|her|its|their|such|both|another"
    r"|the (?:former|latter|same|ones|others|rest(?! of))"
    r"|(?:before|after|since) (?:that|this)|there"
    r"|er|sie|es|dies(?:er|e|es)?|il|elle|ils|elles|cela|ceci)\b"
    r"|(?:after|at|before|by|from|in|on|since|till|until)"  # "Until 31 October it"
    rf"(?: {_DATED}\b){{1,3}},? (?:he|she|it|they)\b",
    re.IGNORECASE,
)
_MAX_LEANING = 2


def leaned_on(text: str, spans: Sequence[Span], place: int) -> tuple[Span, ...]:
    """Return the sentences that the one at `place` makes no sense without, as one span."""
    first = place
    while first and place - first < _MAX_LEANING and _LEANS.match(text, spans[first].start):
        first -= 1
    return (Span(spans[first].start, spans[place - 1].end),) if first < place else ()
