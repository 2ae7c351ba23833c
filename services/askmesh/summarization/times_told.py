"""The times that a timetable has for a day of the week: "the last boat from Hull on a Friday"."""

import re
from collections.abc import Iterator

from askmesh.summarization.amendments import is_overtaken
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.doubts import is_plain
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.holding import holds_on_day
from askmesh.summarization.question import Question
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import WEEKDAYS, UnitKind, stems

_ASKS = re.compile(
    r"\W*(?:(?:at )?(?:when|which|what)|(?:the )?(?:first|last|earliest|latest))\b", re.IGNORECASE
)
_NEXT = re.compile(r"\bnext\b", re.IGNORECASE)
_CLOCK = r"\d{1,2}[:.]\d\d(?: ?[ap]\.?m\.?)?"
_TIMES = re.compile(rf"{_CLOCK}(?:(?:, | and |, and ){_CLOCK})*", re.IGNORECASE)
_THING = re.compile(
    r"\b(?:first|last|earliest|latest|which|what|when (?:do|does|is|are)(?: the)?)"
    r"(?= (?P<thing>[^\W\d_]+))",
    re.IGNORECASE,
)
"""What comes or goes at those times is called as everybody likes."""
_FIRST, _LAST = stems("first earliest"), stems("last latest")
_GO, _COME = stems("leave depart departure start"), stems("arrive arrival reach")
_WAYS = (
    (
        re.compile(r"\b(?:from|leav\w+|depart\w*)\b", re.IGNORECASE),
        r"\b(?:from|leav\w+|depart\w*|out of)(?: the)? ",
        _GO,
    ),
    (
        re.compile(r"\b(?:to|arriv\w*)\b", re.IGNORECASE),
        r"\b(?:to|into|arriv\w+(?: at| in)?|reach\w*)(?: the)? ",
        _COME,
    ),
)
"""What headers say of going and coming, how questions say it before the place, and its words."""
_KNOWN = _FIRST | _LAST | stems(" ".join((*WEEKDAYS, "time times hour")))
_NEAR_UNITS = 12


def times_told(evidence: Evidence) -> list[Said]:
    """Return the times in the one cell for the day and the place that a question names.

    The first or the last of them, if that is asked for. All else that the question names stands
    above the table, but what it calls that which comes or goes.
    """
    question = evidence.question
    if not _ASKS.match(question.text) or not is_plain(question) or _NEXT.search(question.text):
        return []
    found = [each for item in evidence.ranked for each in _cells_for(question, item)]
    if len({(header, cell) for _, header, cell in found}) != 1:
        return []
    item, header, cell = found[0]
    if any(is_overtaken(question, item, near) for near in evidence.ranked[:_NEAR_UNITS]):
        return []
    told = _asked_for(question, re.findall(_CLOCK, cell, re.IGNORECASE), header) or cell
    return [Said(plain(f"{header}: {told} ({cells(item)[0][1]})."), (item,), item.own)]


def _cells_for(question: Question, item: EvidenceUnit) -> Iterator[tuple[EvidenceUnit, str, str]]:
    """Yield the cells of times of a row for the day that are under the header asked for."""
    if item.unit.kind is not UnitKind.ROW or not holds_on_day(question, item):
        return
    things = stems(" ".join(match["thing"] for match in _THING.finditer(question.text)))
    others = (name if _TIMES.fullmatch(cell) else cell for name, cell in cells(item))
    known = stems(f"{' '.join(others)} {item.breadcrumb}") | things | _KNOWN
    for header, cell in cells(item)[1:]:
        goes = _way_asked_for(question, header)
        if goes is not None and _TIMES.fullmatch(cell) and question.stems <= known | goes:
            yield item, header, cell


def _way_asked_for(question: Question, header: str) -> frozenset[str] | None:
    """Return the words for the way that a header tells, if the question asks for it; else None.

    Of "Leaves Hull" it has Hull behind "from"; of any other all words, in their order.
    """
    for named, before, words in _WAYS:
        place = " ".join(named.sub(" ", header).split())
        if named.search(header) and place:
            form = rf"{before}{re.escape(place)}\b"
            return words if re.search(form, question.text, re.IGNORECASE) else None
    in_order = ".*".join(map(re.escape, re.findall(r"\w+", header)))
    is_asked = stems(header) and re.search(in_order, question.text, re.IGNORECASE)
    return frozenset() if is_asked else None


def _asked_for(question: Question, times: list[str], header: str) -> str:
    """Return the first or the last time if that is asked for."""
    asked = question.stems - stems(header)
    return times[0] if asked & _FIRST else times[-1] if asked & _LAST else ""
