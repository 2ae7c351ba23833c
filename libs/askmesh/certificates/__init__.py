"""Making an authority, and certificates that it signs."""

from askmesh.certificates._authority import CertifiedKey, new_authority, new_certificate

__all__ = ["CertifiedKey", "new_authority", "new_certificate"]
