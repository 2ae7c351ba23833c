"""One form for words that say the same."""

import re

from askmesh.text import is_stop_word

_CLASSES = """
what which
be is are am
do does
percent %
usa u.s u.s.a
uk u.k
versus vs
start begin
starts begins
started began
starting beginning
movie film
movies films
refrigerator fridge
buy purchase
doctor physician
doctors physicians
car automobile
cars automobiles
tv television
phone telephone
bicycle bike
large big
larger bigger
largest biggest
child kid
children kids
happen occur
happens occurs
located situated
allowed permitted
forbidden prohibited
ill sick
maximum max
minimum min
information info
mother mom mum
father dad
colour color
centre center
favourite favorite
labour labor
grey gray
licence license
programme program
organisation organization
email e-mail
"""
_SAME = {
    word: first
    for first, *others in map(str.split, _CLASSES.strip().split("\n"))
    for word in others
}
_ALONE_TEXT = """
arms clothes contents customs damages directions funds goods grounds manners means minutes news
odds papers premises proceeds quarters returns savings securities spirits terms times works
"""
_ALONE = frozenset(_ALONE_TEXT.split())
"""Plurals that mean something else than the word without its s."""

_THOUSANDS = re.compile(r"\d{1,3}(?:,\d{3})+")
_PLURAL = re.compile(r"[a-z]{2,}(?<![aius])s")


def common_form(bare: str) -> str:
    """Return the form of a word that all have that say the same; `bare` is without marks.

    Names keep the s that they end in, and numbers their zeros: 3.10 is a version, 007 a code.
    """
    word = bare.lower()
    if _THOUSANDS.fullmatch(word):
        return word.replace(",", "")
    return _SAME.get(word) or _singular(bare, word)


def _singular(bare: str, word: str) -> str:
    """Return a word without the s of a plural."""
    is_plural = bare[:1].islower() and not is_stop_word(word) and _PLURAL.fullmatch(word)
    if not is_plural or word in _ALONE:
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
