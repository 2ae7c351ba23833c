"""Keys for programs, and what is kept of them."""

import secrets
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from askmesh.identity import Caller

KEY_PREFIX = "askmesh_"
_SECRET_BYTES = 32


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key as it is kept: whom it stands for, until when, and the SHA-256 of it in hex."""

    name: str
    sha256: str
    caller: Caller
    expires: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Tell whether it counts no longer."""
        return self.expires is not None and self.expires <= now


def new_secret() -> str:
    """Return a key that nobody had before: 256 random bits, behind a prefix that scanners find."""
    return KEY_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)


def digest_of(secret: str) -> str:
    """Return what is kept of a key.

    One round of SHA-256 is enough: slow functions protect what people think of, and 256 random
    bits are beyond any search.
    """
    return sha256(secret.encode()).hexdigest()
