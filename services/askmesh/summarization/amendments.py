"""Notices that change what another document says: "up to 3 days a week instead of 2"."""

from collections.abc import Sequence
from itertools import chain

from askmesh.summarization.dates import date_stated, is_outdated, newer_editions_first
from askmesh.summarization.evidence import EvidenceUnit, cells
from askmesh.summarization.notices import (
    announces_change_above,
    changes_figures,
    figures_replaced,
    is_newer,
    tells_a_change,
)
from askmesh.summarization.question import Question
from askmesh.summarization.quoting import heading_of
from askmesh.summarization.selection import newest
from askmesh.text import UnitKind, names, numbers, stems

_UNITS = 12
_SHARE = 0.4
_SAME_SUBJECT = 0.5
_ANSWERS = 0.5
_NEARLY_AS_NEAR = 0.6
_FEWEST_WORDS = 2
_YEAR = 4
_COUNTED = stems("day night week month year hour minute euro pound dollar percent from up")


def newer_first(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked`, what was said later before what it replaces, or before all that is near."""
    if not ranked:
        return []
    ordered = newest(ranked) if question.latest else newer_editions_first(ranked)
    return amended_first(question, ordered)


def amended_first(question: Question, ranked: Sequence[EvidenceUnit]) -> list[EvidenceUnit]:
    """Return `ranked`, each unit after those near it that change what it says of the question."""
    found = list(ranked)
    for place, item in enumerate(found[:_UNITS]):
        near = (o for o in found[place + 1 : _UNITS] if o.score >= _SHARE * item.score)
        unread = (o for o in found[place + 1 :] if _is_unread(question, o))
        newer = next((o for o in chain(near, unread) if amends(question, o, item)), None)
        if newer is not None:
            found.remove(newer)
            found.insert(place, newer.scored(max(newer.score, item.score)))
    return found


def _is_unread(question: Question, item: EvidenceUnit) -> bool:
    """Tell whether a unit of a notice about what is asked for has no score of its own.

    How near its passage is says nothing then: a letter speaks of many things.
    """
    if item.own_score is not None or not announces_change_above(item):
        return False
    return len(stems(f"{heading_of(item)} {item.own}") & question.stems) >= _FEWEST_WORDS


def amends(question: Question, item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether a unit of a notice says anew, with other figures, what an older document says.

    Both say it of something that is asked for.

    Which one is older is told by the dates that they state; a document that states none is older.
    """
    if item.source.document_id == other.source.document_id or not is_newer(item, other):
        return False
    if _is_of_another(question, item, other):
        return False
    new, old = (set(numbers(each.own)) for each in (item, other))
    replaced = figures_replaced(item)
    repeats = old < new and changes_figures(item)
    if repeats and replaced and not replaced & old:
        return False  # the figure that both have is the new one, of something else
    is_named = bool(replaced & old) and _have_one_title(item, other)
    fewest = 1 if repeats or is_named else _FEWEST_WORDS if replaced & old else None
    shared = _shared_subject(item, other, fewest=fewest) & question.stems
    return bool(new and old) and new != old and bool(shared or _says_all(question, item, other))


def _have_one_title(item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether titles are such as "Change to on-call duty" and "On-call duty (standby)"."""
    new, old = (_subject(each.source.title) for each in (item, other))
    return len(new & old) >= _FEWEST_WORDS


def _says_all(question: Question, item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether a change answers the question by itself, with all of its words that `other` has.

    The scorer, not common words, says then that both are about one thing.
    """
    said = stems(f"{heading_of(item)} {item.own}")
    asked = question.stems & stems(other.own) | stems(" ".join(question.names))
    own = item.own_score or 0.0
    is_near = own >= max(_ANSWERS, _NEARLY_AS_NEAR * other.score)
    return is_near and bool(asked) and asked <= said and tells_a_change(item)


def _is_of_another(question: Question, item: EvidenceUnit, other: EvidenceUnit) -> bool:
    """Tell whether the question names what `other` is of, and `item` is of its like.

    "South pool" has no prices of the "North pool", and "staff in Hull" is not "staff in York".
    """
    own, its = (names(_said_by(each)) for each in (item, other))
    if set(own) - set(its) and set(its) - set(own):
        return True
    titles = [stems(each.source.title) for each in (item, other)]
    said = stems(f"{item.breadcrumb} {item.own} {date_stated(item)[:_YEAR]}")
    of_like = titles[0] & titles[1] and titles[0] - titles[1]
    if of_like and question.stems & (titles[1] - titles[0]) - said:
        return True
    named = stems(" ".join(question.names))
    return bool(named & stems(f"{other.breadcrumb} {other.own}") - said)


def _said_by(item: EvidenceUnit) -> str:
    """Return what a unit says, without the headers of a row: they are written like names."""
    if item.unit.kind is not UnitKind.ROW:
        return item.own
    return ". ".join(cell for _, cell in cells(item))


def _shared_subject(
    item: EvidenceUnit, other: EvidenceUnit, *, fewest: int | None
) -> frozenset[str]:
    """Return the words that both say, if there are so many; else nothing.

    None stands for half of the shorter statement's.

    Figures and what they count aside. Of a row, its first cells are what it is about. A notice that
    repeats all old figures beside the new ones ("3 instead of 2") may say them in other words.
    """
    if item.is_code or other.is_code:
        return frozenset()
    new = _subject(f"{heading_of(item)} {item.own}")
    if other.unit.kind is UnitKind.ROW:
        first = [stems(cell) for _, cell in cells(other)[:_FEWEST_WORDS]]
        if numbers(key := cells(other)[0][1]) and key in item.own:  # "10 to 25 cm"
            return new & _subject(other.own)
        if item.unit.kind is UnitKind.KEY_VALUE:
            new = stems(item.own.partition(":")[0])
            return new if new in first else frozenset()
        return frozenset[str]().union(*(words for words in first if words and words <= new))
    both = new & _subject(f"{heading_of(other)} {other.own}")
    if not both & _subject(item.own):
        return frozenset()
    shorter = min(len(_subject(item.own)), len(_subject(other.own)))
    enough = fewest or max(_FEWEST_WORDS, _SAME_SUBJECT * shorter)
    return both if len(both) >= enough else frozenset()


def _subject(text: str) -> frozenset[str]:
    return frozenset(word for word in stems(text) - _COUNTED if not numbers(word))


def is_overtaken(question: Question, item: EvidenceUnit, best: EvidenceUnit) -> bool:
    """Tell whether `best` says anew what `item` said, in a newer edition or as a notice of it."""
    return is_outdated(item, best) or amends(question, best, item)
