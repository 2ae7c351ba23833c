"""Words that mean the opposite of each other."""

from collections.abc import Iterator

from askmesh.text import stem

_PAIRS_TEXT = """
    above/below accept/reject allow/forbid allow/prohibit ascending/descending bought/sold
    cheap/expensive decline/grow decline/growth decrease/increase deep/shallow defeat/victory
    deny/grant difficult/easy earlier/later earliest/latest eastern/western enabled/disabled
    exclude/include export/import fail/succeed failure/success fall/rise false/true fast/slow
    faster/slower fastest/slowest fell/rose fewest/most first/last full/partial gain/lose
    heavier/lighter higher/lower highest/lowest horizontal/vertical join/leave larger/smaller
    largest/smallest longer/shorter longest/shortest lose/win lost/won majority/minority
    maximum/minimum negative/positive newer/older newest/oldest northern/southern offline/online
    oppose/support optional/mandatory optional/required permanent/temporary private/public
    reject/approve rise/drop stronger/weaker strongest/weakest voluntary/compulsory
    voluntary/mandatory worse/better worst/best younger/older youngest/oldest
"""
_NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "non", "non-", "dis")
_SHORTEST_BODY = 4


def _both_ways() -> Iterator[tuple[str, str]]:
    for pair in _PAIRS_TEXT.split():
        first, second = (stem(word) for word in pair.split("/"))
        yield first, second
        yield second, first


_OPPOSITES = frozenset(_both_ways())


def are_opposites(first: str, second: str) -> bool:
    """Tell whether two stems are opposites, such as those of "vertical" and "horizontal"."""
    return (first, second) in _OPPOSITES or _differ_by_prefix(first, second)


def _differ_by_prefix(first: str, second: str) -> bool:
    short, long = sorted((first, second), key=len)
    return len(short) >= _SHORTEST_BODY and any(
        long == prefix + short for prefix in _NEGATIVE_PREFIXES
    )
