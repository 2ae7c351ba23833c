"""An authority for a mesh on this machine, with a certificate for each process."""

from collections.abc import Iterable
from pathlib import Path

from askmesh.certificates import CertifiedKey, new_authority, new_certificate
from askmesh.transport import TlsFiles

COMMANDS = "commands"
"""In whose name commands connect."""
_NAMES = ("localhost", "127.0.0.1", "::1")
_AUTHORITY = "authority"


def tls_files_of(folder: Path, process: str) -> TlsFiles:
    """Return the files of a process."""
    return TlsFiles(_path(folder, _AUTHORITY), _path(folder, process), _key_path(folder, process))


def certify(folder: Path, processes: Iterable[str]) -> None:
    """Write a new certificate, for a year, for each process and for commands.

    The authority is made once, and whoever shall believe in the mesh gets its certificate. Only the
    owner may read keys.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    authority = _authority(folder)
    for process in (*processes, COMMANDS):
        _write(folder, process, new_certificate(authority, common_name_of(process), _NAMES))


def common_name_of(process: str) -> str:
    """Return the common name in the certificate of a process."""
    return f"askmesh {process}"


def _authority(folder: Path) -> CertifiedKey:
    certificate, key = _path(folder, _AUTHORITY), _key_path(folder, _AUTHORITY)
    if not (certificate.exists() and key.exists()):
        _write(folder, _AUTHORITY, new_authority())
    return CertifiedKey(certificate.read_bytes(), key.read_bytes())


def _write(folder: Path, name: str, made: CertifiedKey) -> None:
    key = _key_path(folder, name)
    key.touch(mode=0o600)
    key.write_bytes(made.key)
    _path(folder, name).write_bytes(made.certificate)


def _path(folder: Path, name: str) -> Path:
    return folder / f"{name}.pem"


def _key_path(folder: Path, name: str) -> Path:
    return folder / f"{name}.key"
