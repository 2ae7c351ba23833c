"""Addresses of servers, some of which hold a password."""

import re

_AUTHORITY_END = re.compile("[/?#]")


def without_credentials(address: str) -> str:
    """Return an address without user and password: the same for whoever connects.

    What cannot be read as an address loses more rather than less.
    """
    scheme, separator, rest = address.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def has_password(address: str) -> bool:
    """Tell whether an address holds a password, as in "redis://user:password@host"."""
    return ":" in address.partition("://")[2].rpartition("@")[0]


def has_credentials(address: str) -> bool:
    """Tell whether an address, with a scheme or without, names a user, or a key in its place."""
    scheme, separator, rest = address.partition("://")
    return "@" in _AUTHORITY_END.split(rest if separator else scheme, maxsplit=1)[0]
