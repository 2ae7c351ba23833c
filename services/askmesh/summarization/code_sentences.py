"""What a sentence says of a code that is asked for: "If it shows E-12, press Reset."."""

import re
from collections.abc import Sequence

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit, lead_of
from askmesh.summarization.naming import codes_in, mentions
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, stems

_CODE = re.compile(r"(?=.*[^\W\d_])(?=.*\d)[\w.-]+")
_FEW = 3
"""With more other words something else may be asked than what the code means."""
_TIMES_THE_NEXT = 3
_FOLLOWING = 3
_MEANING = frozenset((Wanted.OTHER, Wanted.STEPS))
_SHOWN = stems(
    "show shows say says read reads display displays code error fault message alarm appear come see"
    " get give mean screen panel stand"
)


def of_the_code(evidence: Evidence) -> list[Said]:
    """Return the sentence that alone names the code, and no other, if hardly more is asked.

    Where it only names it, what is to be said follows it, and is told as well.
    """
    question, best = evidence.question, evidence.ranked[0]
    if not _asks_for_a_code(question) or best.unit.kind is not UnitKind.SENTENCE:
        return []
    if not _names_it(question, best) or lead_of(best, evidence.ranked) < _TIMES_THE_NEXT:
        return []
    others = (item for item in evidence.ranked if item.text != best.text)
    if codes_in(best.own) - question.identifiers or any(_names_it(question, one) for one in others):
        return []
    is_bare = _says_no_more(question, best)
    more = _following(best, evidence.ranked) if is_bare else []
    if is_bare and not more:
        return []
    told = (best, *more)
    text = " ".join(item.own for item in told)
    return [Said(plain(text), told, text)]


def _asks_for_a_code(question: Question) -> bool:
    named = question.identifiers
    others = question.stems - {word for each in named for word in (each, *stems(each))}
    is_about_it = question.wanted in _MEANING and len(others - _SHOWN) <= _FEW
    return is_about_it and bool(named) and all(map(_CODE.fullmatch, named))


def _names_it(question: Question, item: EvidenceUnit) -> bool:
    return all(mentions(item.own, each) for each in question.identifiers)


def _says_no_more(question: Question, item: EvidenceUnit) -> bool:
    return not stems(item.own) - question.stems - _SHOWN - question.identifiers


def _following(item: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    own = [one for one in ranked if one.group == item.group and one.unit.start >= item.unit.end]
    return sorted(own, key=lambda one: one.unit.start)[:_FOLLOWING]
