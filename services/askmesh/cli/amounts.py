"""How many there are of something, in words."""


def amount(count: int, noun: str) -> str:
    """Return "1 document", "2 documents", "0 documents"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
