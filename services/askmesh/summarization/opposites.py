"""Words that mean the opposite of each other."""

from collections.abc import Iterator

from askmesh.text import stem

_PAIRS_TEXT = """
    above/below absent/present accept/reject accurate/inaccurate active/passive add/remove
    advantage/disadvantage after/before agree/disagree allow/forbid allow/prohibit alive/dead
    always/never ancient/modern ascending/descending attack/defend back/front bad/good
    begin/end beginning/end big/small birth/death born/died bottom/top bought/sold build/destroy
    cause/prevent centralised/decentralised cheap/expensive closed/open cold/hot cold/warm
    common/rare complex/simple create/destroy dark/light decline/grow decline/growth
    decrease/increase decreasing/increasing deep/shallow defeat/victory
    democratic/undemocratic rise/drop rose/fell
    deny/grant deterministic/non-deterministic different/same difficult/easy dry/wet early/late
    earlier/later earliest/latest east/west eastern/western empty/full enemy/ally entered/left
    export/import external/internal fail/succeed failure/success fall/rise false/true far/near
    fast/slow fastest/slowest female/male fewer/more fewest/most final/initial first/last
    found/lost full/partial future/past gain/lose heavier/lighter heavy/light
    high/low higher/lower highest/lowest horizontal/vertical include/exclude inner/outer
    inside/outside join/leave large/small larger/smaller largest/smallest least/most legal/illegal
    legitimate/illegitimate less/more liked/disliked long/short longer/shorter longest/shortest
    lose/win lost/won major/minor majority/minority maximum/minimum men/women mental/physical
    minimise/maximise natural/artificial negative/positive new/old newer/older newest/oldest
    north/south northern/southern offline/online optional/required oppose/support over/under
    peace/war plural/singular popular/unpopular poor/rich private/public push/pull
    reactive/unreactive religious/secular sharp/blunt son/daughter start/end start/stop
    strong/weak stronger/weaker strongest/weakest temporary/permanent thick/thin tiny/huge
    urban/rural visible/invisible voluntary/compulsory voluntary/mandatory wide/narrow
    worst/best worse/better young/old younger/older youngest/oldest
"""
_NEGATIVE_PREFIXES = ("un", "in", "im", "il", "ir", "non", "non-", "dis", "de")
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
