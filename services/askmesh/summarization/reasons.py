"""Questions for a reason, and statements that give one."""

import re

_ASKS_WHY = re.compile(r"\bwhy\b|\bhow come\b|\breason\b", re.IGNORECASE)
_REASON = re.compile(
    r"\b(?:because|caused by|since|due to|so that|in order|owing|reason|therefore|to avoid|as)\b",
    re.IGNORECASE,
)
_SUBJECT = r"(?:the|an?|it|we|they|he|she|there|this|these|our|their|his|her|its)\b"
_GIVEN = re.compile(
    r"\b(?:because|caused by|(?<!is )(?<!are )due to|so that|owing to|reasons?|therefore"
    rf"|to avoid)\b|(?:^|, )as {_SUBJECT}|\bsince {_SUBJECT}",
    re.IGNORECASE,
)


def lacks_reason(question: str, text: str) -> bool:
    """Tell whether `question` asks why and `text` does not say so in so many words."""
    return _ASKS_WHY.search(question) is not None and not _REASON.search(text)


def gives_reason(question: str, text: str) -> bool:
    """Tell whether `question` asks why and `text` gives a reason, be it of something else."""
    return _ASKS_WHY.search(question) is not None and _GIVEN.search(text) is not None
