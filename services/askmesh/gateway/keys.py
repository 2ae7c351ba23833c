"""What answers are kept by, and ids that say where their answers are kept."""

_PARTS = 3


def answer_key(tenant: str, revision: int, asked: str) -> str:
    """Return the key of what a tenant asks of a revision of the documents; `asked` is hex."""
    return f"{tenant}:{revision}:{asked}"


def recalled_id(new_id: str, key: str) -> str:
    """Return an id, as no other answer has it, of an answer that is kept by a key."""
    _, revision, asked = key.rsplit(":", 2)
    return f"{new_id}.{revision}.{asked}"


def kept_by(tenant: str, answer_id: str) -> str | None:
    """Return by which key the answer of such an id is kept; None if its id does not say so.

    The tenant is no part of the id: whoever asks finds answers of their own only.
    """
    parts = answer_id.split(".")
    if len(parts) != _PARTS or not (parts[1].isdecimal() and parts[2].isalnum()):
        return None
    return f"{tenant}:{parts[1]}:{parts[2]}"
