"""What is denied by name: "There is no Windows build" says whether it runs on Windows."""

import re
from collections.abc import Callable, Sequence

from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import quoted
from askmesh.summarization.said import Said
from askmesh.summarization.untrusted import plain
from askmesh.text import UnitKind, is_negated, is_stop_word, stem

_ASKS_WHETHER_THERE_IS = re.compile(
    r"^\s*(?:(?:is|are) there"
    r"|do(?:es)? (?:you|we|they|it|the \w+) (?:have|offer|pay|give|sell|take))\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w.+#-]*\w|\w")
_NOT_TO_BE_HAD = (
    r"(?:supported|available|possible|accepted|allowed|permitted|offered|planned|provided|included)"
)
_BEFORE_IT = r"(?:in|on|to|for|with|under|by|via)"


def denied_by_name(question: Question, ranked: Sequence[EvidenceUnit]) -> list[Said]:
    """Return the statement that denies what a question for yes or no ends with, if one does.

    That must be a name, or the thing of which is asked whether there is one, and nothing may be
    said of it that is no denial.
    """
    *_, last = _WORD.findall(question.text) or ("",)
    if question.wanted is not Wanted.YES_NO or question.negated or is_stop_word(last.lower()):
        return []
    is_name = any(name.split()[-1] == last for name in question.names)
    if not (is_name or _ASKS_WHETHER_THERE_IS.match(question.text)):
        return []
    form = str.lower if is_name else _stem
    having = [(item, found) for item in ranked if (found := _forms(last, item.own, form))]
    denying = [item for item, found in having if _denies(found, item.own)]
    if not denying or not all(is_negated(item.own) for item, _ in having):
        return []
    return [_told(denying[0], question)]


def _forms(name: str, text: str, form: Callable[[str], str]) -> frozenset[str]:
    """Return the words of a text that are a name, or a thing in another form."""
    return frozenset(word for word in _WORD.findall(text) if form(word) == form(name))


def _stem(word: str) -> str:
    return stem(word.lower())


def _denies(found: frozenset[str], text: str) -> bool:
    """Tell whether a text says "no" before one of the words, or that it is not to be had."""
    either = "|".join(map(re.escape, sorted(found)))
    said = (
        rf"\b(?:no|neither|nor|without(?: an?)?) (?:{either})\b"
        rf"|\b(?:{either})(?:(?: is| are)n['\u2019]t| (?:is|are) not)(?: \w+)? {_NOT_TO_BE_HAD}\b"
        rf"|(?:\bnot|n['\u2019]t|\bnever)(?: \w+){{1,2}} {_BEFORE_IT} (?:{either})\b"
    )
    return re.search(said, text, re.IGNORECASE) is not None


def _told(item: EvidenceUnit, question: Question) -> Said:
    if item.unit.kind is UnitKind.SENTENCE:
        return Said(plain(item.text), (item,), item.text)
    return quoted(item, question.columns)
