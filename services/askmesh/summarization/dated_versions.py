"""Versions that are named below the dated heading of another one: that date is not theirs."""

import re
from collections.abc import Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.naming import days_in
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import heading_of
from askmesh.text import MONTH_PATTERN, WEEKDAYS

_VERSION = re.compile(r"(?<![\w.])v?(\d{1,3}(?:\.\d{1,3})+)(?![\w%]|\.\d)", re.IGNORECASE)
_HEADED = re.compile(rf"\W*(?:(?:version|release)\W+)?{_VERSION.pattern}", re.IGNORECASE)
_OWN_TIME = re.compile(
    rf"\b(?:{MONTH_PATTERN}|{'|'.join(WEEKDAYS)}|(?:19|20)\d\d|Q[1-4]|spring|summer|autumn|fall"
    r"|winter|tomorrow|today|never|(?:next|this|last) (?:week|month|quarter|year))\b",
    re.IGNORECASE,
)


def are_dated_as_another(question: Question, ranked: Sequence[EvidenceUnit]) -> bool:
    """Tell whether a time is asked for of a version that stands below another one's date alone.

    "Planned for 3.5" below "3.3.0, 8 April" tells when 3.3.0 came, and no time of 3.5.
    """
    versions = _VERSION.findall(question.text)
    if question.wanted is not Wanted.TIME or len(versions) != 1:
        return False
    naming = [item for item in ranked if _names(item, versions[0])]
    return bool(naming) and all(_is_dated_as_another(versions[0], item) for item in naming)


def _is_dated_as_another(version: str, item: EvidenceUnit) -> bool:
    heading = heading_of(item)
    headed = _HEADED.match(heading)
    if headed is None or not days_in(heading) or _OWN_TIME.search(item.own):
        return False
    own, asked = f"{headed[1]}.", f"{version}."
    return not (own.startswith(asked) or asked.startswith(own))


def _names(item: EvidenceUnit, version: str) -> bool:
    return version in _VERSION.findall(f"{item.breadcrumb}\n{item.own}")
