"""What a row's thing costs, where the row has several prices: for members, and for others."""

from askmesh.summarization.assembly import Evidence
from askmesh.summarization.doubts import is_plain
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.money import ASKS_PRICE, MONEY
from askmesh.summarization.records import record_of
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, stems, stems_and_parts

_ASKING = stems("cost price fee rent rate charge expensive much hour person each use get there per")
"""Words of a question for a price, and of what it is for, that a row need not have."""
_RIVAL_SHARE = 0.75
_FEWEST = 2


def prices_told(evidence: Evidence) -> list[Said]:
    """Return the prices of the best row, if it has several that are asked for alike.

    The row, with what stands above it, must have all that the question names, and no other row
    that is as near may have it.
    """
    best, question = evidence.ranked[0], evidence.question
    asks = ASKS_PRICE.search(question.text) is not None and is_plain(question)
    if not asks or best.unit.kind is not UnitKind.ROW or not _has_all(evidence, best):
        return []
    if any(_has_all(evidence, item) for item in _rivals(evidence)):
        return []
    priced = [(name, value) for name, value in cells(best)[1:] if MONEY.search(value)]
    shared = [len(stems_and_parts(name) & question.stems) for name, _ in priced]
    told = [cell for cell, n in zip(priced, shared, strict=True) if n == max(shared)]
    if len(told) < _FEWEST:
        return []
    prices = ", ".join(f"{name}: {value}" for name, value in told)
    return [Said(plain(f"{record_of(best).label}: {prices}."), (best,), best.own)]


def _rivals(evidence: Evidence) -> list[EvidenceUnit]:
    best, *others = evidence.ranked
    near = (item for item in others if item.score >= _RIVAL_SHARE * best.score)
    return [item for item in near if item.unit.kind is UnitKind.ROW]


def _has_all(evidence: Evidence, item: EvidenceUnit) -> bool:
    asked = evidence.question.stems
    words = stems_and_parts(f"{item.breadcrumb} {item.own}")
    return not asked - words - _ASKING
