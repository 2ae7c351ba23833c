"""One form for texts that look the same."""

import re
import unicodedata

# They join letters into one shape, in Persian and in emoji: not noise.
_JOINERS = frozenset("\u200c\u200d")
_UNSEEN = re.compile(
    "[\u00ad\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]"
)
_NOISE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def normalise(text: str) -> str:
    """Return `text` in Unicode's NFKC form, without control characters, on one line.

    White space of any kind and length, line breaks included, becomes one space; none is left at
    the ends. Normalising twice changes nothing more. Letters keep their case.
    """
    visible = "".join(character for character in text if not _is_noise(character))
    return " ".join(unicodedata.normalize("NFKC", visible).split())


def visible(text: str) -> str:
    """Return `text` without what cannot be seen.

    These are soft hyphens, spaces without width, marks that turn the direction of writing, tags.
    """
    return _UNSEEN.sub("", text)


def _is_noise(character: str) -> bool:
    if character.isspace() or character in _JOINERS:
        return False
    return unicodedata.category(character) in _NOISE
