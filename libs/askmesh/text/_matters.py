"""The matter in which a question asks about things: "when it comes to parking"."""

import re

_MATTER = re.compile(
    r",? ?\b(?:when it comes to|in terms of|(?:in|with) (?:respect|regard) to|regarding"
    r"|concerning|as regards|as to|as far as|in the matter of) "
    r"(?P<matter>[^,?.!;:]+?)(?: (?:goes|go|is concerned|are concerned))?"
    r"(?=[,?.!;:]| (?:in|as) a table|$)",
    re.IGNORECASE,
)


def matter_in(question: str) -> str:
    """Return the matter that a question names beside the things it asks about; empty if none."""
    match = _MATTER.search(question)
    return match["matter"] if match else ""


def without_matter(question: str) -> str:
    """Return a question without the matter that it names."""
    return _MATTER.sub("", question).lstrip(" ,")
