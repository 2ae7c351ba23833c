"""What decides a question for yes or no: statements of the sources, as they stand."""

import re
from collections.abc import Sequence

from askmesh.summarization.asked_things import speaks_of_it
from askmesh.summarization.assembly import Evidence
from askmesh.summarization.evidence import EvidenceUnit
from askmesh.summarization.going_on import leans_on
from askmesh.summarization.pointing import adds_nothing, leaves_a_name_out
from askmesh.summarization.question import Question, Wanted
from askmesh.summarization.quoting import denial_above, quoted
from askmesh.summarization.said import Said
from askmesh.summarization.told_cases import asked_stems
from askmesh.summarization.untrusted import plain
from askmesh.summarization.word_forms import verb_forms
from askmesh.text import (
    UnitKind,
    content_words,
    is_negated,
    is_question,
    stem,
    stems,
    stems_and_parts,
)

_YES_OR_NO = re.compile(
    r"\s*(?P<word>(?P<yes>yes|ja|oui|s\u00ed|s\u00ec)|no|nein|non)\b(?:\s*[,.:;\u2013\u2014-]\s*|$)",
    re.IGNORECASE,
)
_RIVAL_SHARE = 0.75
"""With another unit this near, either may decide."""
LIKELY = 0.5
"""Below this probability the language model is asked: a neighbour of what was asked decides
nothing."""
DENIED = 0.35
"""So is it where the last word of the question is denied: "We do not take cash"."""
SURE = 0.65
"""Below this probability, a statement decides nothing about what no source has a word of."""
_OF_ALL = re.compile(
    r"(?<!: )\b(?:only|all|any|every\w*|each|whole|entire|no|none|never|nobody|nothing"
    r"|forbidden|prohibited)\b",
    re.IGNORECASE,
)
"""What is said of all is said of what has no word in the sources, too; not "Brushes: none"."""
_POINTS_BACK = re.compile(
    r"^(?:(?:above|after|before|below|for|in|with|without) )?(?:that|this|these|those|it|they)\b"
    r"|^(?:but|else|however|only|otherwise|others)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"\s*(?:can|may|must|do|does|is|are|should|could|has|have|will)"
    r" (?:an?|the|our|my|your) (?P<who>[\w-]+)",
    re.IGNORECASE,
)
_SUBJECT_SHARE = 0.5
_TWO, _MOST = 2, 3
_LITTLE = 0.5
_MOST_OF_IT = 0.6
_ENDED = re.compile(
    r"\b(?:stopped|ended|ceased|no longer|not any (?:more|longer))\b", re.IGNORECASE
)


def decided(evidence: Evidence) -> list[Said]:
    """Return what the sources say to a question for yes or no, if their statements have scores.

    A small language model says yes to most questions, and takes what it says from the question.
    """
    best = evidence.shown[0]
    if evidence.question.wanted is not Wanted.YES_NO or best.own_score is None:
        return []
    if evidence.probability < (
        DENIED if _denies_the_last_word(best, evidence.question) else LIKELY
    ):
        return []
    told = _all_that_decides(evidence)
    if leaves_a_name_out(evidence.question, told, evidence.ranked):
        return []  # "Does it run on Windows?" over what runs, where another line has the name
    if (
        evidence.probability < SURE
        and (_asks_for_the_unheard_of(evidence) or _say_little_of(evidence.question, told))
        and not _is_said_of_all(best, evidence.question)
    ):
        return []  # "Can I pay with bitcoin?" over sources that know cards alone
    if not speaks_of_it(evidence.question.text, told):
        return []  # "Is there parking?" over what else is there
    return [_told(item, evidence) for item in dict.fromkeys(evidence.parts) or told]


def _all_that_decides(evidence: Evidence) -> list[EvidenceUnit]:
    """Return the best unit and what is nearly as near: two, or three of one paragraph.

    "Grade 4 is not paid for it" is but a part of an answer that goes on with the other grades.
    """
    best = evidence.shown[0]
    near = [*_of_the_subject(evidence), best]
    near += [item for item in evidence.ranked if item.score >= _RIVAL_SHARE * best.score]
    found = [item for item in dict.fromkeys(near) if _speaks_of(item, evidence.question)]
    own = [item for item in found if item.group == best.group and item in evidence.shown]
    if len(own) == _MOST and best.unit.kind is UnitKind.SENTENCE:
        return sorted(own, key=lambda item: item.unit.start)
    return found[:_TWO]


def _say_little_of(question: Question, told: Sequence[EvidenceUnit]) -> bool:
    """Tell whether each has, with what stands above it, less than half of what is asked about."""
    said = (stems_and_parts(f"{item.breadcrumb} {item.lead} {item.text}") for item in told)
    asked = asked_stems(question)
    shared = (len((words | verb_forms(words)) & asked) for words in said)
    return max(shared, default=0) < _LITTLE * len(asked)


def _denies_the_last_word(item: EvidenceUnit, question: Question) -> bool:
    """Tell whether it denies, or says to have ended, what the question ends with."""
    *_, last = content_words(question.text) or ("",)
    ends = question.text.lower().rstrip(" ?.!").endswith(last)
    denies = is_negated(item.own) or _ENDED.search(item.own) is not None
    covers = len(stems(f"{item.breadcrumb} {item.own}") & question.stems)
    is_near = covers >= _MOST_OF_IT * len(question.stems)
    return bool(last) and ends and denies and is_near and stem(last) in stems(item.own)


def _of_the_subject(evidence: Evidence) -> list[EvidenceUnit]:
    """Return the sentence beside the best one that is about who is asked about, if that is not."""
    best, match = evidence.shown[0], _SUBJECT.match(evidence.question.text)
    who = stems(match["who"]) if match else frozenset[str]()
    if not who or who & stems(f"{best.breadcrumb} {best.text}"):
        return []
    near = (item for item in evidence.ranked if item.score >= _SUBJECT_SHARE * best.score)
    return [item for item in near if item.group == best.group and who <= stems(item.own)][:1]


def _speaks_of(item: EvidenceUnit, question: Question) -> bool:
    """Tell whether it is a sentence, or a line or row with a word of the question of its own."""
    is_cell = item.unit.kind in {UnitKind.KEY_VALUE, UnitKind.ROW, UnitKind.SETTING}
    return not is_cell or bool(stems_and_parts(item.own) & question.stems)


def _is_said_of_all(item: EvidenceUnit, question: Question) -> bool:
    """Tell whether it holds for all there is, and does not answer a question about other things."""
    is_of_another = is_question(item.lead) and not stems(item.lead) & question.stems
    is_of_another |= not _speaks_of(item, question)
    return _OF_ALL.search(item.own) is not None and not is_of_another


def _asks_for_the_unheard_of(evidence: Evidence) -> bool:
    """Tell whether no source has one of the words that are asked of, numbers aside."""
    sources = {item.source_number: item.source for item in evidence.ranked}.values()
    having = stems_and_parts("\n".join(source.whole_text for source in sources))
    known = having | verb_forms(having)
    asked = asked_stems(evidence.question)
    return any(not word.isdigit() for word in asked - known)


def yes_or_no(text: str) -> tuple[str, str]:
    """Return "yes", "no" or nothing, and what follows it."""
    match = _YES_OR_NO.match(text)
    if match is None:
        return "", text
    return ("yes" if match["yes"] else "no"), text[match.end() :]


def agrees(word: str, claim: str, units: Sequence[EvidenceUnit], question: Question) -> bool:
    """Tell whether the ground does not speak against "yes" or "no"."""
    if not word or question.negated:
        return True
    denied = is_negated(claim) or any(is_negated(item.own) for item in units[:1])
    return not (word == "yes" and denied)


def only_repeats(claim: str, question: Question, *, trusting: bool) -> bool:
    """Tell whether a claim says the question again: with a yes before it that is no answer.

    Unless it denies what was asked, or the model is trusted to have looked.
    """
    if not adds_nothing(claim, question.text):
        return False
    denies = is_negated(claim) != question.negated
    return question.wanted is not Wanted.YES_NO or not (denies or trusting)


def _told(item: EvidenceUnit, evidence: Evidence) -> Said:
    if item.unit.kind is not UnitKind.SENTENCE:
        return quoted(item, evidence.question.columns)
    following = _after(item, evidence.ranked)
    text = " ".join((item.text, *(one.own for one in following)))
    above = f"{denied}: " if (denied := denial_above(item)) else ""
    return Said(plain(f"{above}{text}"), (item, *following), item.text)


def _after(item: EvidenceUnit, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return the sentence after it that goes on about it: "Below that, it costs 39 euros."."""
    own = (one for one in ranked if one.group == item.group and one.unit.start >= item.unit.end)
    following = sorted(own, key=lambda one: one.unit.start)[:1]
    return [one for one in following if _POINTS_BACK.search(one.own) or leans_on(one, item)]
