"""The names in the certificate that a caller has shown."""

from collections.abc import Callable
from typing import TypeAlias

from askmesh.serving._methods import Context

CertifiedNames: TypeAlias = Callable[[], frozenset[str]]
"""Returns the names in a caller's certificate with their kinds; they cost some microseconds."""

_KINDS = {"peer_uri": "uri", "peer_dns": "dns", "peer_email": "email", "x509_common_name": "cn"}
"""What gRPC calls kinds of names, and what the file of keys calls them."""


def nobody() -> frozenset[str]:
    """Return the names in the certificate of a caller who has shown none."""
    return frozenset()


def certified_names(context: Context) -> frozenset[str]:
    """Return the names in the certificate that came with a call.

    gRPC tells them only where the server asked for certificates, and has verified this one.
    """
    told = context.auth_context()
    return frozenset(
        f"{kind}:{_text(kind, value)}"
        for property_, kind in _KINDS.items()
        for value in told.get(property_, ())
    )


def _text(kind: str, value: bytes) -> str:
    # What is no UTF-8 equals no name of a file, and must not equal another one that is none.
    text = value.decode("utf-8", "surrogateescape")
    return text.lower() if kind == "dns" else text
