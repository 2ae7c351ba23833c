"""Certificates and keys in files, and whether they fit."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization

from askmesh.errors import StartupError
from askmesh.transport._files import Pems, TlsFiles

_ENCODING = serialization.Encoding.PEM
_PUBLIC = serialization.PublicFormat.SubjectPublicKeyInfo


def read_pems(files: TlsFiles) -> Pems:
    """Return what the files hold.

    Raise `StartupError`, which names the setting, where a file cannot be read or holds something
    else, where key and certificate do not fit, and where the certificate is not valid now.
    """
    authority = _read(files, "AUTHORITY", files.authority)
    if authority is not None:
        _certificates(files, "AUTHORITY", files.authority, authority)
    certificate = _read(files, "CERTIFICATE", files.certificate)
    key = _read(files, "KEY", files.key)
    if certificate is None or key is None:
        return Pems(authority, None, None, None)
    own = _certificates(files, "CERTIFICATE", files.certificate, certificate)[0]
    _require_fitting(files, own, key)
    _require_valid(files, own)
    return Pems(authority, certificate, key, own.not_valid_after_utc)


def _read(files: TlsFiles, name: str, path: Path | None) -> bytes | None:
    if path is None:
        return None
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(files, name, path, f"cannot be read ({error.strerror})") from error


def _certificates(
    files: TlsFiles, name: str, path: Path | None, pem: bytes
) -> Sequence[x509.Certificate]:
    try:
        return x509.load_pem_x509_certificates(pem)
    except ValueError as error:
        raise _unusable(files, name, path, "holds no certificate in PEM") from error


def _require_fitting(files: TlsFiles, own: x509.Certificate, key: bytes) -> None:
    try:
        private = serialization.load_pem_private_key(key, None)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(
            files, "KEY", files.key, "holds no private key in PEM without a password"
        ) from error
    public = private.public_key().public_bytes(_ENCODING, _PUBLIC)
    if public != own.public_key().public_bytes(_ENCODING, _PUBLIC):
        raise _unusable(
            files, "KEY", files.key, f"is not the key of the certificate in {files.certificate}"
        )


def _require_valid(files: TlsFiles, own: x509.Certificate) -> None:
    now = datetime.now(UTC)
    if now >= own.not_valid_after_utc:
        why = f"holds a certificate that expired on {own.not_valid_after_utc:%Y-%m-%d %H:%M} UTC"
        raise _unusable(files, "CERTIFICATE", files.certificate, why)
    if now < own.not_valid_before_utc:
        why = f"holds a certificate that counts from {own.not_valid_before_utc:%Y-%m-%d %H:%M} UTC"
        raise _unusable(files, "CERTIFICATE", files.certificate, why)


def _unusable(files: TlsFiles, name: str, path: Path | None, why: str) -> StartupError:
    variable = f"{files.prefix}{name}_FILE"
    return StartupError(
        "TLS_FILE_UNUSABLE",
        f"The file {path}, which {variable} names, {why}.",
        setting=variable,
        path=str(path),
    )
