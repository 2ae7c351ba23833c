"""What can be evidence: statements, not headings and not questions."""

import re

_ASKS = re.compile(r"\?[\W_]*$")
_ENDS_LIKE_A_SENTENCE = re.compile(r"[.!…:;][\W_]*$")
_SHORTEST_FRAGMENT_WORDS = 4


def is_statement(sentence: str) -> bool:
    """Tell whether a sentence states something: neither a question, nor a heading or a label."""
    if _ASKS.search(sentence):
        return False
    return bool(
        _ENDS_LIKE_A_SENTENCE.search(sentence) or len(sentence.split()) >= _SHORTEST_FRAGMENT_WORDS
    )
