"""How a language model says that it has no answer."""

import re

_REFUSAL = re.compile(
    r"\b(?:the|this|these) (?:\w+ )?"
    r"(?:sources?|texts?|passages?|documents?|context|information|section)(?: provided)?"
    r"(?: do(?:es)?| is| are| did)?(?: not|n['\u2019]t)\b"
    r"|\b(?:is|are|was) (?:not|n['\u2019]t) (?:\w+ )?"
    r"(?:mentioned|specified|provided|stated|given) in\b"
    r"|\bno (?:specific )?(?:information|mention|answer)\b",
    re.IGNORECASE,
)


def is_refusal(text: str) -> bool:
    """Tell whether a sentence says that the sources do not tell what was asked."""
    return _REFUSAL.search(text) is not None
