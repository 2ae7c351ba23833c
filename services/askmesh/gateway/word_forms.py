"""One form for words that say the same."""

import re

from askmesh.text import is_stop_word, numbers

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
price cost
prices costs
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
_PLURAL = re.compile(r"[a-z]{2,}(?<![aius])s")


def common_form(bare: str) -> str:
    """Return the form of a word that all have that say the same; `bare` is without marks.

    Names keep the s that they end in.
    """
    word = bare.lower()
    return _SAME.get(word) or _number(word) or _singular(bare, word)


def _number(word: str) -> str:
    """Return a number in its normal form, "" if the word is none."""
    found = numbers(word) if word[0].isdigit() else []
    return found[0] if len(found) == 1 and not re.search(r"[a-z]", word) else ""


def _singular(bare: str, word: str) -> str:
    """Return a word without the s of a plural."""
    is_plural = bare[:1].islower() and not is_stop_word(word) and _PLURAL.fullmatch(word)
    if not is_plural:
        return word
    return f"{word[:-3]}y" if word.endswith("ies") else word[:-1]
