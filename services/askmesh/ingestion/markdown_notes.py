"""Which footnotes of Markdown are told where; with `markdown_reader`, it knows the parser."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from markdown_it.token import Token


def parts_of_notes(tokens: Sequence[Token]) -> dict[int, Sequence[Token]]:
    """Return what stands in each footnote, by their numbers."""
    notes: dict[int, Sequence[Token]] = {}
    start = 0
    for at, token in enumerate(tokens):
        if token.type == "footnote_open":
            start = at + 1
        elif token.type == "footnote_close":
            notes[len(notes)] = tokens[start:at]
    return notes


def references_in(tokens: Iterable[Token]) -> Iterator[int]:
    """Yield the numbers of the footnotes that hang on `tokens`."""
    for token in tokens:
        for child in token.children or ():
            if child.type == "footnote_ref":
                yield child.meta["id"]


def followed(text: Iterable[Token], notes: Mapping[int, Sequence[Token]]) -> dict[int, int]:
    """Return for each footnote that of the text after which it is told: itself, or one before it.

    One that hangs on other footnotes alone is told after the first of them, once.
    """
    before = {note: note for note in references_in(text)}
    found = list(before)
    for note in found:  # which grows
        for further in references_in(notes.get(note, ())):
            if further not in before:
                before[further] = before[note]
                found.append(further)
    return before
