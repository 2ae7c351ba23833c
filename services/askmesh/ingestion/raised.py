"""Figures that stand above the line: an exponent or the number of a note is no further digit."""

_PLAIN = "0123456789+-\u2212()n,"
_RAISED = str.maketrans(_PLAIN, "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁽⁾ⁿ,")


def raised(text: str) -> str:
    """Return `text`, which stands above the line, in letters that do so if there are any."""
    figures = text.strip()
    return figures.translate(_RAISED) if figures and set(figures) <= set(_PLAIN) else text
