"""How surely something is said: doubts and speakers that a sentence may not leave out."""

import re
from collections.abc import Iterator

from askmesh.summarization.statements import Statement, content_stems

_ONE_OF_SEVERAL = re.compile(
    r"\b(?:one|some|two|three|several|many|most|part) of (?:the|its|his|her|their|our)\b"
    r"|\bamong (?:the|its|his|her|their|our)\b",
    re.IGNORECASE,
)
_THE_ONE = re.compile(r"\bthe (\w+)(?: (\w+))?", re.IGNORECASE)
_SEVERAL = re.compile(
    r"\b(?:one|some|two|three|several|many|most|part|among|amongst|include[sd]?|including|such as"
    r"|like|an?|other|another|few)\b",
    re.IGNORECASE,
)
_DOUBT = re.compile(
    r"\b(?:may|might|perhaps|possibly|probably|likely|allegedly|reportedly|supposedly|arguably"
    r"|rumou?red|suspected|disputed|believed to|thought to|appears? to|seems? to)\b",
    re.IGNORECASE,
)
_DOUBTED = re.compile(
    rf"{_DOUBT.pattern}|\b(?:can|could|would|believed?|thought|said|claim(?:s|ed)?|suggest(?:s|ed)?"
    r"|according|potential(?:ly)?|sometimes|if)\b",
    re.IGNORECASE,
)
_VIEW = re.compile(
    r"\b(?:argu|claim|believ|contend|alleg|assert|propos|suggest|maintain|think)(?:e[sd]?|s|ed|d)?"
    r" that\b",
    re.IGNORECASE,
)
_SPEAKER = re.compile(
    r"\b(?:argu|claim|believ|contend|alleg|assert|propos|suggest|maintain|think|thought|according"
    r"|view|opinion|said|says|stated)\w*",
    re.IGNORECASE,
)
_NEAR_WORDS = 4
_SAME_SHARE = 0.7


def says_more_surely(claim: Statement, stated: Statement) -> bool:
    """Tell whether what is one of several, doubtful or somebody's view became plain fact."""
    return (
        _is_the_only_one(claim, stated)
        or _drops(_DOUBT, _DOUBTED, claim, stated)
        or _drops(_VIEW, _SPEAKER, claim, stated)
    )


def _is_the_only_one(claim: Statement, stated: Statement) -> bool:
    if _SEVERAL.search(claim.text):
        return False
    several = [
        content_stems(stated.text[match.end() :])[:2]
        for match in _ONE_OF_SEVERAL.finditer(stated.text)
    ]
    only = {stem for match in _THE_ONE.finditer(claim.text) for stem in content_stems(match[0])}
    return any(found and set(found) <= claim.words and found[0] in only for found in several)


def _drops(
    there: re.Pattern[str], here: re.Pattern[str], claim: Statement, stated: Statement
) -> bool:
    """Tell whether the claim repeats what follows such words, without any of these."""
    if here.search(claim.text):
        return False
    return any(
        len(words & claim.words) >= _SAME_SHARE * len(words)
        for words in _following(there, stated.text)
    )


def _following(pattern: re.Pattern[str], text: str) -> Iterator[frozenset[str]]:
    for match in pattern.finditer(text):
        if words := content_stems(text[match.end() :])[:_NEAR_WORDS]:
            yield frozenset(words)
