"""What the first text would else have to wait for."""

from askmesh.text._manner import load_manner
from askmesh.text._planted import load_rules
from askmesh.text._words import english_words


def load_language() -> None:
    """Read the word lists and compile the rules that all functions on text share. Blocks.

    They are loaded when they are needed first otherwise: a service whose event loop looks through
    texts calls this before it serves.
    """
    english_words()
    load_manner()
    load_rules()
