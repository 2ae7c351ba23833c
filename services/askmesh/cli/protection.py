"""What keeps strangers out of a mesh on this machine: certificates, and keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from askmesh.cli.guarding import ADMINISTRATOR_KEY, KEYS, PRIVATE, PUBLIC
from askmesh.cli.local_authority import COMMANDS, common_name_of, tls_files_of
from askmesh.transport import TlsFiles

_EDGE = frozenset({"gateway", "ingestion"})
_ASKS_TRITON = frozenset({"query_understanding", "summarization"})
_TRITON = "triton_cpu"


@dataclass(frozen=True, slots=True)
class Protection:
    """The folders of certificates and of keys; without them connections, or calls, are open."""

    certificates: Path | None = None
    keys: Path | None = None

    @property
    def tls(self) -> TlsFiles | None:
        """How commands connect to every process; None in plain text."""
        return tls_files_of(self.certificates, COMMANDS) if self.certificates else None

    @property
    def key_file(self) -> Path | None:
        """The file with a key of an administrator; None if nobody asks for one."""
        return self.keys / ADMINISTRATOR_KEY if self.keys else None

    def settings(self, process: str, *, has_triton: bool) -> Mapping[str, str]:
        """Return the settings of a process; `has_triton` says that one belongs to the mesh."""
        settings: dict[str, str] = {}
        if self.certificates:
            files = tls_files_of(self.certificates, process)
            settings |= _named("TLS", files)
            if process == "gateway":
                settings |= _named("UPSTREAM_TLS", files)
            if process not in {*_EDGE, _TRITON}:
                settings |= {"CALLER_NAMES": f"cn:{common_name_of('gateway')}"}
            if process in _ASKS_TRITON and has_triton:
                settings |= _named("TRITON", files)
        if self.keys:
            settings |= _identity(process, self.keys)
        return settings


UNPROTECTED = Protection()


def _named(prefix: str, files: TlsFiles) -> Mapping[str, str]:
    return {
        f"{prefix}_AUTHORITY_FILE": str(files.authority),
        f"{prefix}_CERTIFICATE_FILE": str(files.certificate),
        f"{prefix}_KEY_FILE": str(files.key),
    }


def _identity(process: str, folder: Path) -> Mapping[str, str]:
    if process == _TRITON:
        return {}
    if process not in _EDGE:
        return {"VERIFYING_KEY_FILE": str(folder / PUBLIC)}
    edge = {"AUTHENTICATION": "credentials", "KEY_FILE": str(folder / KEYS)}
    return edge | ({"SIGNING_KEY_FILE": str(folder / PRIVATE)} if process == "gateway" else {})
