"""Settings that make connections private."""

from collections.abc import Mapping
from pathlib import Path
from typing import Self

from pydantic import model_validator
from pydantic_settings import BaseSettings

from askmesh.transport import TlsFiles


class TlsFileSettings(BaseSettings):
    """Settings that name files: `<name>_authority_file`, `_certificate_file`, `_key_file`."""

    def tls_files(self, name: str) -> TlsFiles | None:
        """Return the files that the settings `<name>_authority_file` and its like name, if any."""
        prefix = f"{self.model_config.get('env_prefix', '')}{name}_".upper()
        paths = {each: self._path(f"{name}_{each}_file") for each in _FILES}
        return TlsFiles(**paths, prefix=prefix) if any(paths.values()) else None

    def _path(self, field: str) -> Path | None:
        text: str = getattr(self, field)
        return Path(text) if text else None

    @model_validator(mode="after")
    def _files_belong_together(self) -> Self:
        fields = type(self).model_fields
        for name in (
            field.removesuffix("_key_file") for field in fields if _is_tls_key(field, fields)
        ):
            files = self.tls_files(name)
            if files and bool(files.certificate) != bool(files.key):
                raise ValueError(
                    f"{files.prefix}CERTIFICATE_FILE and {files.prefix}KEY_FILE belong together: "
                    "set both or none"
                )
        return self


class TransportSettings(TlsFileSettings):
    """How a service and others connect. Where no file is named, in plain text."""

    tls_certificate_file: str = ""
    """The service's certificate, followed by those between it and its authority, in PEM."""
    tls_key_file: str = ""
    """Its private key, in PEM. Both are read again when they change."""
    tls_authority_file: str = ""
    """The certificates of those who sign the certificates of callers, in PEM."""

    health_address: str = ""
    """Where the service tells in plain text whether it is well, and nothing else: `host:port`, for
    probes that know no TLS. Empty: at its address alone."""

    otlp_authority_file: str = ""
    """Who signs the collector's certificate. Empty: traces are sent in plain text."""
    otlp_certificate_file: str = ""
    otlp_key_file: str = ""
    """What the service shows to the collector, if it asks. All three are read at the start."""

    @property
    def callers_are_certified(self) -> bool:
        """Whether only those may connect by TLS whose certificate an authority has signed."""
        return False

    @property
    def tls(self) -> TlsFiles | None:
        """What the service shows to its callers; None if it serves in plain text."""
        return self.tls_files("tls")

    @property
    def otlp_tls(self) -> TlsFiles | None:
        """How to connect to the collector; None if in plain text."""
        return self.tls_files("otlp")

    @model_validator(mode="after")
    def _can_serve(self) -> Self:
        files = self.tls
        if files and not files.certificate:
            raise ValueError(f"{files.prefix}AUTHORITY_FILE needs a {files.prefix}CERTIFICATE_FILE")
        if files and self.callers_are_certified and not files.authority:
            raise ValueError(f"callers that are certified need a {files.prefix}AUTHORITY_FILE")
        return self


class TritonTransportSettings(TransportSettings):
    """How a service connects to Triton, beside others."""

    triton_authority_file: str = ""
    """Who signs Triton's certificate, in PEM. Empty: Triton is called in plain text."""
    triton_certificate_file: str = ""
    triton_key_file: str = ""
    """What the service shows to Triton, if it asks. All three are read again when they change."""

    @property
    def triton_tls(self) -> TlsFiles | None:
        """How to connect to Triton; None if in plain text."""
        return self.tls_files("triton")


_FILES = ("authority", "certificate", "key")


def _is_tls_key(field: str, fields: Mapping[str, object]) -> bool:
    return field.endswith("_key_file") and field.replace("_key_", "_certificate_") in fields
