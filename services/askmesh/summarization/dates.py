"""When what a unit says was so: the date nearest to it in its document."""

import re
from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.quoting import heading_of
from askmesh.text import MONTHS, stems

_MONTHS = (
    [name[:3].lower() for name in MONTHS],
    ["jan", "feb", "mär", "apr", "mai", "jun", "jul", "aug", "sep", "okt", "nov", "dez"],
)
_ISO = re.compile(r"\b((?:19|20)\d\d)-(\d\d)(?:-(\d\d))?\b")
_DAY_FIRST = re.compile(r"\b(\d{1,2})\.?\s+([^\W\d_]{3,9})\.?,?\s+((?:19|20)\d\d)\b")
_MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,9})\.?(?:\s+(\d{1,2}),?)?\s+((?:19|20)\d\d)\b")
_EDITIONS = 6
_HALF = 0.5
_SAID_ANEW = 0.5
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_REPLACED = re.compile(
    r"(?:status\s*[:=]\s*|this (?:\w+ ){1,2}(?:is|was|has been) )?"
    r"(?:replaced by|superseded|withdrawn|obsolete|no longer (?:valid|in force))\b",
    re.IGNORECASE,
)


def date_of(item: EvidenceUnit) -> str:
    """Return the date of a unit as in 2026-01-31, less exact where the text is; empty if none.

    What stands in it or above it counts before the rest of its passage, and that before the day of
    the last change.
    """
    for text in (item.own, item.breadcrumb, item.source.text):
        if found := _first_date(text):
            return found
    return item.source.modified


def date_stated(item: EvidenceUnit) -> str:
    """Return the date that its text or what stands above it has, as `date_of` does."""
    return _first_date(item.breadcrumb) or _first_date(item.source.text)


def newest_first(items: list[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `items`, those with the latest date first; equal ones keep their order."""
    return sorted(items, key=date_of, reverse=True)


def newer_editions_first(ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked`, each unit after the near ones of newer editions of its document.

    Two documents are editions of one if the words of one title are all in the other, but for years.
    What scores less than half is about something else.
    """
    found = list(ranked)
    for place, item in enumerate(found[:_EDITIONS]):
        newer = next(
            (
                other
                for other in found[place + 1 : _EDITIONS]
                if other.score >= _HALF * item.score and is_newer_edition(other, item)
            ),
            None,
        )
        if newer is not None:
            found.remove(newer)
            found.insert(place, newer)
    return found


def without_replaced(ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked` without documents that say that they were replaced, if another one is there.

    A document says so in a sentence or a line of its own: "Replaced by the policy of 1 March". The
    other one shares a word of the title.
    """
    replaced = {item.source.document_id: item for item in ranked if _REPLACED.match(item.own)}
    old = {
        document
        for document, item in replaced.items()
        if any(
            other.source.document_id not in replaced and _share_a_word(_titles(other, item))
            for other in ranked
        )
    }
    return [item for item in ranked if item.source.document_id not in old]


def is_newer_edition(item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether `item` stands in a newer edition of the document of `other`."""
    return _are_editions(item, other) and date_of(item) > date_of(other)


def is_newer_document(item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether the document of `item` is a newer edition of that of `other`, whatever rows say.

    Its date is one that it states above the unit or anywhere, else that of its last change.
    """
    dates = [date_stated(each) or each.source.modified for each in (item, other)]
    return _are_editions(item, other) and dates[0] > dates[1]


def is_outdated(item: EvidenceUnit, best: EvidenceUnit) -> bool:
    """Tell whether `best` says it anew in a newer edition: a small model takes either."""
    if not is_newer_edition(best, item):
        return False
    old, new = (stems(f"{heading_of(each)} {each.own}") for each in (item, best))
    return len(old & new) >= _SAID_ANEW * min(len(old), len(new))


def _are_editions(item: EvidenceUnit, other: EvidenceUnit) -> bool:
    if item.source.document_id == other.source.document_id:
        return False
    one, two = _titles(item, other)
    return bool(one & two) and (one <= two or two <= one)


def _share_a_word(titles: Sequence[frozenset[str]]) -> bool:
    return bool(titles[0] & titles[1])


def _titles(*items: EvidenceUnit) -> list[frozenset[str]]:
    return [stems(_YEAR.sub(" ", each.source.title)) for each in items]


def _first_date(text: str) -> str:
    if match := _ISO.search(text):
        return "-".join(part for part in match.groups() if part)
    if (match := _DAY_FIRST.search(text)) and (month := _month(match[2])):
        return f"{match[3]}-{month:02}-{int(match[1]):02}"
    if (match := _MONTH_FIRST.search(text)) and (month := _month(match[1])):
        return f"{match[3]}-{month:02}" + (f"-{int(match[2]):02}" if match[2] else "")
    match = _YEAR.search(text)
    return match.group() if match else ""


def _month(name: str) -> int:
    short = name.lower()[:3]
    return next((names.index(short) + 1 for names in _MONTHS if short in names), 0)
