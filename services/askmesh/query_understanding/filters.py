"""Conditions on documents that a question states in words."""

import re
from datetime import UTC, date, datetime, time

from askmesh.passages import Filter
from askmesh.query_understanding.dates import TIME, Period, period

_DOCUMENTS = (
    r"(?:documents?|docs|documentation|pages?|files?|notes?|reports?|articles?|posts?|papers?"
    r"|memos?"
    r"|minutes|e-?mails?|messages?|tickets?|policy|policies|guidelines?|handbooks?|manuals?"
    r"|specs?|specifications?|release notes|changelogs?|contracts?|invoices?|letters?|transcripts?"
    r"|announcements?|presentations?|slides|entries|studies|publications?"
    r"|anything|everything|something)"
)
_FILLER = (
    r"(?P<filler>(?: (?:that|which|were|was|are|is|have|has|been|last|only|dated|modified|updated"
    r"|written|changed|edited|created|published|released|issued|sent|added|made))*)"
)
_RELATION = (
    r"(?P<relation>since|from|after|newer than|later than|before|older than|earlier than|prior to"
    r"|until|till|up to|by|in|during|on|within|of|over)?"
)
_DATED = re.compile(
    rf"\b{_DOCUMENTS}{_FILLER} {_RELATION} ?(?P<time>{TIME})\b",
    re.IGNORECASE,
)
_RANGE = re.compile(
    rf"\b{_DOCUMENTS}{_FILLER} (?:between|from) (?P<first>{TIME}) (?:and|to"
    rf"|until) (?P<second>{TIME})\b",
    re.IGNORECASE,
)
_POSSESSED = re.compile(rf"\b(?P<time>{TIME})['\u2019]s {_DOCUMENTS}\b", re.IGNORECASE)
_AFTER_START = frozenset({"since"})
_AFTER_END = frozenset({"after", "newer than", "later than"})
_BEFORE_START = frozenset({"before", "older than", "earlier than", "prior to"})
_BEFORE_END = frozenset({"until", "till", "up to", "by"})
_OPEN_RELATIONS = _AFTER_START | _AFTER_END | _BEFORE_START | _BEFORE_END - {"by"} | {"from"}
_SOURCE = re.compile(
    r"\b(?i:in|from|according to|within|per|inside|of|using|see|by)"
    r"(?: (?:the|our|my|this|file|document|folder|directory|page))*"
    r" [`\"'\u201c]?(?P<path>(?:https?://)?[\w.@~-]*(?:/[\w.@~-]+)+/?|[\w@~-]+/"
    r"|[\w@~-][\w.@~-]*\.(?:md|rst|txt|pdf|html?|docx?|xlsx?|pptx?|csv|json|ya?ml|toml|adoc|tex"
    r"|py|ipynb|log|xml)|README|CHANGELOG|CONTRIBUTING|LICENSE)(?![\w/])",
)
_BARE_NAMES = frozenset({"README", "CHANGELOG", "CONTRIBUTING", "LICENSE"})
_ENDINGS = ("", ".md", ".rst", ".txt")


def filter_of(question: str, today: date) -> Filter:
    """Return the conditions on documents that `question` states.

    Times count only where they are said of documents ("notes since 2023"), for a time alone is
    part of what is asked more often than not ("who won since 2023").
    """
    after, before = _times(question, today)
    return Filter(sources=_sources(question), modified_after=after, modified_before=before)


def _sources(question: str) -> tuple[str, ...]:
    paths = [match["path"].rstrip(".") for match in _SOURCE.finditer(question)]
    usable = [path for path in paths if not re.fullmatch(r"[\w]+/[\w]+", path) or "." in path]
    return tuple(dict.fromkeys(name for path in usable for name in _spellings(path)))


def _spellings(path: str) -> tuple[str, ...]:
    return tuple(path + ending for ending in _ENDINGS) if path in _BARE_NAMES else (path,)


def _times(question: str, today: date) -> tuple[datetime | None, datetime | None]:
    between = _RANGE.search(question)
    if between:
        first, second = period(between["first"], today), period(between["second"], today)
        return (_moment(first.start), _moment(second.end)) if first and second else (None, None)
    dated = _said_of_documents(question)
    stretch = period(dated["time"], today) if dated and dated["time"] else None
    if dated is None or stretch is None:
        return None, None
    relation = dated.groupdict().get("relation") or ""
    return _bounds(relation.lower(), stretch)


def _said_of_documents(question: str) -> re.Match[str] | None:
    dated = _DATED.search(question)
    # "the report in 1973" may tell of 1973; "reports written in 1973" are from then.
    if dated and (dated["filler"] or (dated["relation"] or "").lower() in _OPEN_RELATIONS):
        return dated
    return _POSSESSED.search(question)


def _bounds(relation: str, stretch: Period) -> tuple[datetime | None, datetime | None]:
    start, end = _moment(stretch.start), _moment(stretch.end)
    if relation == "from":
        return start, end
    if relation in _AFTER_START:
        return start, None
    if relation in _AFTER_END:
        return end, None
    if relation in _BEFORE_START:
        return None, start
    if relation in _BEFORE_END:
        return None, end
    return start, end


def _moment(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
