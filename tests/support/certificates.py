"""An authority for tests, and the certificates that it signs, in files."""

import ssl
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from askmesh.certificates import CertifiedKey, new_authority, new_certificate
from askmesh.transport import TlsFiles

HERE = ("localhost", "127.0.0.1")
A_DAY = timedelta(days=1)
OVER = timedelta(hours=-1)


class Authority:
    """Signs certificates and writes them into a folder."""

    def __init__(self, folder: Path, name: str = "authority") -> None:
        self._made = new_authority()
        self._folder = folder
        self.path = folder / f"{name}.pem"
        self.path.write_bytes(self._made.certificate)

    def files(
        self,
        name: str,
        names: Sequence[str] = HERE,
        *,
        life: timedelta = A_DAY,
        believes: "Authority | None" = None,
    ) -> TlsFiles:
        """Write a new certificate and its key, over those of before if there are any.

        Whoever shows them believes this authority, or another one.
        """
        certificate, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        replace(certificate, key, self.signed(name, names, life))
        authority = (believes or self).path
        return TlsFiles(authority, certificate, key, f"{name.upper()}_TLS_")

    def person(
        self, common_name: str, names: Sequence[x509.GeneralName] = (), life: timedelta = A_DAY
    ) -> TlsFiles:
        """Write a certificate of somebody who only calls, and its key; names may be of any kind."""
        key = ec.generate_private_key(ec.SECP256R1())
        certificate, path = (self._folder / f"{common_name}.{each}" for each in ("pem", "key"))
        replace(certificate, path, self._signed_for(key, common_name, names, life))
        return TlsFiles(self.path, certificate, path)

    def _signed_for(
        self,
        key: ec.EllipticCurvePrivateKey,
        common_name: str,
        names: Sequence[x509.GeneralName],
        life: timedelta,
    ) -> CertifiedKey:
        signing = serialization.load_pem_private_key(self._made.key, None)
        assert isinstance(signing, ec.EllipticCurvePrivateKey)
        issuer = x509.load_pem_x509_certificate(self._made.certificate).subject
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, common_name)])
        now = datetime.now(UTC)
        builder = x509.CertificateBuilder(
            issuer, subject, key.public_key(), x509.random_serial_number(), now - A_DAY, now + life
        )
        if names:
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        certificate = builder.sign(signing, hashes.SHA256())
        return CertifiedKey(
            certificate.public_bytes(serialization.Encoding.PEM),
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            ),
        )

    def signed(
        self, name: str, names: Sequence[str] = HERE, life: timedelta = A_DAY
    ) -> CertifiedKey:
        return new_certificate(self._made, name, names, life)


def replace(certificate: Path, key: Path, made: CertifiedKey) -> None:
    """Put both where others read them: each as a whole, one after the other."""
    for path, content in ((certificate, made.certificate), (key, made.key)):
        path.with_suffix(".new").write_bytes(content)
        path.with_suffix(".new").replace(path)


def settings_of(files: TlsFiles) -> dict[str, str]:
    """Return the settings of a service that has these files."""
    return {
        "tls_authority_file": str(files.authority),
        "tls_certificate_file": str(files.certificate),
        "tls_key_file": str(files.key),
    }


def server_context(files: TlsFiles) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(str(files.certificate), files.key)
    return context
