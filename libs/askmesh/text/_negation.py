"""Whether a text denies something."""

import re

_NEGATION = re.compile(
    r"\b(?:not|no|never|none|nobody|nothing|nowhere|neither|nor|without|cannot|unable"
    r"|rather than|instead of|avoid(?:s|ed|ing)?|lack(?:s|ed|ing)?|fail(?:s|ed)? to"
    r"|nicht|kein(?:e[mnrs]?)?|nie|niemals|weder|ohne|pas|jamais|aucune?|sans(?!-)"
    r"|non(?!-)|nessun[oa]?|senza|nunca|jam\u00e1s|ning\u00fan|ninguna|niet|geen)\b"
    r"|n['\u2019]t\b",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"\bnot only\b|\bnot just\b|\bwhether or not\b|\bno doubt\b|\bno matter\b|\bno\.? ?\d"
    r"|(?:isn|aren|wasn|weren|don|doesn|didn)['\u2019]t (?:it|they|you|he|she|we)\?",
    re.IGNORECASE,
)


def is_negated(text: str) -> bool:
    """Tell whether `text`, a sentence or a question, contains a negation.

    It knows those of English, German, French, Italian, Spanish and Dutch. "not only", "whether or
    not", "No. 5" and the like are none.
    """
    return len(between_negations(text)) > 1


def between_negations(text: str) -> list[str]:
    """Return the parts of `text` before, between and after its negations; one if it has none."""
    return _NEGATION.split(_HARMLESS.sub(" ", text))
