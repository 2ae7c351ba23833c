"""The rows of a table that a question asks for, told by their names or by what they say."""

import re
from collections.abc import Sequence
from dataclasses import replace

from askmesh.summarization.asked_records import FORM_WORDS
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.doubts import is_plain
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.looking_up import COMPARES
from askmesh.summarization.measures import measure_in
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.records import NO, YES, record_of
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.summarization.wholeness import is_whole, place_of
from askmesh.text import MONTH_PATTERN, UnitKind, stems

WHICH_THING = re.compile(
    r"\s*(?:in |on |at |for |with )?(?:which|what) (?P<thing>[^\W\d_]+)\b", re.IGNORECASE
)
_FEWEST_COLUMNS = 2
_BOTH = 2
_VERB = r"(?!(?:is|was|does|has)\b)"
_ASKS_SEVERAL = re.compile(
    rf"\s*(?:which|what) (?:{_VERB}[^\W\d_]+ ){{0,2}}?{_VERB}[^\W\d_]{{2,}}s\b", re.IGNORECASE
)
_MONTH = re.compile(rf"\b(?!(?-i:may)\b)(?:{MONTH_PATTERN})\b", re.IGNORECASE)
_AS_NEAR = 0.7
_FAR = 0.6


def rows_asked(evidence: Evidence) -> list[Said]:
    """Return what rows of the best unit's table say, if the question can be answered so."""
    ways = (_fitting_rows, _rows_apart, _fitting_columns) if is_plain(evidence.question) else ()
    found = (way(evidence) for way in (*ways, _rows_compared))
    return next((said for said in found if said), list[Said]())


def _fitting_rows(evidence: Evidence) -> list[Said]:
    """Return the rows that have "yes" in the one column that the question names."""
    best = evidence.ranked[0]
    if evidence.question.wanted is not Wanted.LIST or best.unit.kind is not UnitKind.ROW:
        return []
    rows = sorted((item for item in evidence.ranked if item.table == best.table), key=place_of)
    flags = [
        header
        for header in dict.fromkeys(name for item in rows for name, _ in cells(item)[1:])
        if stems(header) & evidence.question.stems and _says_yes_or_no(rows, header)
    ]
    if len(flags) != 1 or not is_whole(rows, evidence.sources):
        return []
    found = [item for item in rows if dict(cells(item)).get(flags[0], "").lower() in YES]
    if not found or _are_told_apart(evidence.question, found, rows):
        return []
    listed = ", ".join(plain(first_cell(item)) for item in found)
    return [Said(f"{listed}.", tuple(found[:1]), found[0].own)]


def _says_yes_or_no(rows: Sequence[EvidenceUnit], header: str) -> bool:
    return {dict(cells(item)).get(header, "").lower() for item in rows} <= {*YES, *NO}


def _rows_apart(evidence: Evidence) -> list[Said]:
    """Return the names of several rows that are as near as each other, where no other is near.

    "Which dealers does she look after?" over rows of which those with her name stand out. Asked for
    must be what the rows are about, and nothing that some of them say and others do not.
    """
    best, asks = evidence.ranked[0], _ASKS_SEVERAL.match(evidence.question.text)
    if not asks or best.unit.kind is not UnitKind.ROW or _asks_when(evidence.question):
        return []
    rows = [item for item in evidence.ranked if item.table == best.table]
    near = [item for item in rows if (item.own_score or 0) >= _AS_NEAR * best.score]
    others = max((item.score for item in evidence.ranked if item not in near), default=0.0)
    if not _BOTH <= len(near) < len(rows) or others > _FAR * best.score:
        return []
    nouns = stems(asks.group()) & evidence.question.stems
    if not nouns & _about(best) or _are_told_apart(evidence.question, near, rows, but=nouns):
        return []
    if any(_is_denied(evidence, item) for item in near):
        return []
    named = ", ".join(dict.fromkeys(record_of(item).label for item in near))
    return [Said(f"{named}.", tuple(near), near[0].own)]


def _asks_when(question: Question) -> bool:
    """Tell whether a question has a day of the week, a month, or a word of measure."""
    return bool(
        question.weekdays or _MONTH.search(question.text) or measure_in(question.text) is not None
    )


def _about(item: EvidenceUnit) -> frozenset[str]:
    """Return the stems of what a row is about: its label's headers, and what stands above it."""
    headers = [name for name, _ in cells(item)]
    record = record_of(item)
    named = headers[: 1 if record.label == record.name else _FEWEST_COLUMNS]
    return stems(" ".join((*named, item.breadcrumb)))


def _are_told_apart(
    question: Question,
    chosen: Sequence[EvidenceUnit],
    rows: Sequence[EvidenceUnit],
    but: frozenset[str] = frozenset(),
) -> bool:
    """Tell whether words of the question are in a column, and not in that of each chosen row."""
    columns: dict[str, frozenset[str]] = {}
    for item in rows:
        for header, cell in cells(item):
            columns[header] = columns.get(header, frozenset()) | stems(cell)
    words = question.stems - but
    return any(
        (columns[header] & words) - stems(dict(cells(item)).get(header, ""))
        for header in columns
        for item in chosen
    )


def _is_denied(evidence: Evidence, item: EvidenceUnit) -> bool:
    """Tell whether a row says no under a header that the question names."""
    asked = evidence.question.stems
    return any(stems(header) & asked and cell.lower() in NO for header, cell in cells(item))


def _fitting_columns(evidence: Evidence) -> list[Said]:
    """Return the columns that fit what a question for the things above them says of one row.

    "Which plans have write access?" over "Access: Basic: none | Max: read and write": a table of
    plans, of which none has the name of one of its rows.
    """
    best, question = evidence.shown[0], evidence.question
    asks = WHICH_THING.match(question.text)
    if not asks or best.unit.kind is not UnitKind.ROW:
        return []
    (header, name), *columns = cells(best)
    thing, own = stems(asks["thing"]), stems(" ".join((header, *(each for each, _ in columns))))
    if not thing <= stems(best.breadcrumb) - own or len(columns) < _FEWEST_COLUMNS:
        return []
    left = question.stems - thing - stems(f"{name} {header} {best.breadcrumb}") - FORM_WORDS
    told = _columns_saying(left, columns)
    return [Said(plain(f"{name}: {told}."), (best,), best.own)] if told else []


def _columns_saying(words: frozenset[str], columns: Sequence[tuple[str, str]]) -> str:
    """Return the columns whose cells have all the words; without words, those that say yes."""
    if words:
        found = [f"{header} ({cell})" for header, cell in columns if words <= stems(cell)]
    else:
        says = {cell.lower() for _, cell in columns} <= {*YES, *NO}
        found = [header for header, cell in columns if says and cell.lower() in YES]
    return ", ".join(found)


def _rows_compared(evidence: Evidence) -> list[Said]:
    """Return the two rows of a table that a question compares: it has all words of their names."""
    best, question = evidence.ranked[0], evidence.question
    if best.unit.kind is not UnitKind.ROW or not COMPARES.search(question.text):
        return []
    rows = [item for item in evidence.ranked if item.group == best.group]
    named = [item for item in rows if stems(first_cell(item)) <= question.stems]
    if len(named) != _BOTH:
        return []
    return [
        replace(told, text=f"{told.text}.") for told in (quoted(i, question.stems) for i in named)
    ]


def first_cell(item: EvidenceUnit) -> str:
    """Return the first cell of a row; anything else whole."""
    return cells(item)[0][1] if item.unit.kind is UnitKind.ROW else item.own
