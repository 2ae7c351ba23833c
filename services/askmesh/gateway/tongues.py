"""Whether rules for English wording may be used on a text."""

import re

_ENGLISH_TEXT = """
are did does from had how should that the these this those were what when where which who whom
whose why with would
"""
_ENGLISH = frozenset(_ENGLISH_TEXT.split())
"""Small words that hardly another language has."""

_OTHERS_TEXT = """
al au aux avec ce chi cine co combien comment como cuando cuanto dans das de dem den der des di
die donde du een ein eine el em en est et gdzie gli het hoe il ist jak kdo kto la las le les lo
los mit não ne nel nicht niet nos onde para por pour quand quando quanto que quem qui quien
quienes quoi se sind sont su sur ti um uma un una und vi von waar wann wanneer warum wat welche
wer wie wo zu
"""
_OTHERS = frozenset(_OTHERS_TEXT.split())
_WORD = re.compile(r"[^\W\d_]+")


def may_be_foreign(text: str) -> bool:
    """Tell whether a text, as far as small words and letters show it, may not be English.

    Names such as "Rio de Janeiro" make it so, too, unless an English word stands beside them.
    """
    words = frozenset(_WORD.findall(text.lower()))
    return not words & _ENGLISH and (bool(words & _OTHERS) or not text.isascii())
