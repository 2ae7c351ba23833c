"""Names in certificates of callers, and what is kept of them."""

from dataclasses import dataclass
from datetime import datetime

from askmesh.identity import Caller

CERTIFIED_NAME_PATTERN = r"^(?:uri|dns|email|cn):\S(?:.*\S)?$"
"""A kind, and a name of that kind: whoever gets a common name that reads as a URI has no URI."""


@dataclass(frozen=True, slots=True)
class CertifiedName:
    """A name that certificates have: whom it stands for, and until when.

    `subject` is the name with its kind: a URI, a DNS name or an e-mail address among the
    alternative names of the subject, or its common name, as in "uri:spiffe://example.org/reports".
    """

    name: str
    subject: str
    caller: Caller
    expires: datetime | None

    def is_over(self, now: datetime) -> bool:
        """Tell whether it counts no longer."""
        return self.expires is not None and self.expires <= now

    @property
    def folded(self) -> str:
        """The subject as certificates are asked for it: DNS names have no case."""
        return folded(self.subject)


def folded(subject: str) -> str:
    """Return a name with its kind as certificates are asked for it: DNS names have no case."""
    return subject.lower() if subject.startswith("dns:") else subject
