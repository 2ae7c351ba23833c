"""Files that make connections private."""

from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path


@dataclass(frozen=True, slots=True)
class TlsFiles:
    """Certificates in PEM: whom to believe, and what to show to others.

    `authority` has the certificates of those whose signature makes others believable. `certificate`
    has one's own, followed by those between it and its authority, and `key` its private key;
    without them one shows nothing. `prefix` is what the settings that name the files begin with.
    """

    authority: Path | None = None
    certificate: Path | None = None
    key: Path | None = None
    prefix: str = "ASKMESH_TLS_"


@dataclass(frozen=True, slots=True)
class Pems:
    """What the files hold, checked. None where no file is named."""

    authority: bytes | None
    certificate: bytes | None
    key: bytes | None = field(repr=False)
    expires: datetime | None
    """When the certificate ends."""
