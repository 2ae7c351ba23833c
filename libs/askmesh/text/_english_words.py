"""A list of English words."""

from functools import cache
from importlib.resources import files


@cache
def english_words() -> frozenset[str]:
    """Return about 80,000 English words in lower case. The first call reads a file."""
    lines = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in lines.splitlines())
