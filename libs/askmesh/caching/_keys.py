"""The names of all keys in Redis: what is kept, the version of its form, and of what."""

from typing import Literal

Kind = Literal[
    "cache",
    "owner",
    "log",
    "answer",
    "request",
    "question",
    "making",
    "joined",
    "parted",
    "cancelled",
    "followed",
    "due",
]

VERSION = "v3"
"""Changes with the form of the keys or of what is kept under them."""


def redis_key(kind: Kind, name: str) -> bytes:
    """Return a key. Names may hold anything a question holds, lone surrogates included."""
    return f"askmesh:{kind}:{VERSION}:{name}".encode(errors="surrogatepass")


def together(kind: Kind, name: str) -> bytes:
    """Return a key that a cluster keeps where it keeps all keys of the same name."""
    return redis_key(kind, f"{{{name}}}")
