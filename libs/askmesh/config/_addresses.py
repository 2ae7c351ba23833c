"""Addresses of servers, some of which hold a password."""


def without_credentials(address: str) -> str:
    """Return an address without user and password: the same for whoever connects.

    What cannot be read as an address loses more rather than less.
    """
    scheme, separator, rest = address.partition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"


def has_password(address: str) -> bool:
    """Tell whether an address holds a password, as in "redis://user:password@host"."""
    return ":" in address.partition("://")[2].rpartition("@")[0]
