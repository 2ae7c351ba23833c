"""English words: a list of them, and those that carry no content of their own."""

from functools import cache
from importlib.resources import files

_TEXT = """
a about above after again against ago all almost along already also although always am among an
and any anybody anyone anything are aren't around as at away be because been before being below
between both but by came can can't cannot come could couldn't did didn't do does doesn't doing
don't done down during e.g each either else ever every everyone everything etc few for from further
get gets getting give given gives go goes going got had hadn't has hasn't have haven't having he
he'd he'll he's her here here's hers herself him himself his how how's however i i.e i'd i'll i'm
i've if in into is isn't it it'd it'll it's its itself just let let's like many may maybe me
might more most much must mustn't my myself neither never no nobody none nor not nothing of off
often on once one ones only onto or other others ought our ours ourselves out over own per
please quite rather really said same shall shan't she she'd she'll she's should shouldn't since so
some somebody someone something sometimes soon still such than that that's the their theirs them
themselves then there there's therefore these they they'd they'll they're they've thing things
this those though through thus to together too toward towards under until up upon us very via
was wasn't we we'd we'll we're we've well went were weren't what what's whatever when when's
whenever where where's wherever whether which whichever while who who's whoever whom whose why
why's will with within without won't would wouldn't yes yet you you'd you'll you're you've your
yours yourself yourselves
"""
_STOP_WORDS = frozenset(_TEXT.split())


def is_stop_word(word: str) -> bool:
    """Tell whether `word`, in lower case, is an English word without content of its own."""
    return word.replace("\u2019", "'") in _STOP_WORDS


@cache
def english_words() -> frozenset[str]:
    """Return about 80,000 English words in lower case. The first call reads a file."""
    lines = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    return frozenset(line.split(" ", 1)[0] for line in lines.splitlines())
