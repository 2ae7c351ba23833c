"""What is said of each of several language models: where it is, what it costs, what it is for."""

from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import ConfigDict, Field, model_validator
from pydantic.dataclasses import dataclass

from askmesh.config import has_credentials
from askmesh.models import is_address
from askmesh.transport import TlsFiles

Purpose = Literal["fact", "yes_no", "list", "steps", "table", "comparison", "summary"]
"""What a question asks for, as far as it matters which model answers."""
_Price = Annotated[float, Field(ge=0)]


@dataclass(
    frozen=True,
    slots=True,
    kw_only=True,
    config=ConfigDict(extra="forbid", populate_by_name=True),
)
class LanguageModelEntry:
    """One of the language models that write answers, the first of them first."""

    address: str = ""
    """`https://host/v1#name`, or `host:port#name` for a model in Triton. Empty: the model in
    Triton that the settings name."""
    profile: str = ""
    """As in the settings. May be empty for a model behind OpenAI's interface."""
    name: str = ""
    """What usage, metrics and people call it. Empty: the name in its profile."""
    purposes: Annotated[frozenset[Purpose], Field(validation_alias="for")] = frozenset()
    """What it is asked first for. Empty: whatever no other model is for."""
    key_file: str = ""
    """The file with its key. Empty: it asks for none, or for the key of the settings."""
    prompt_price: _Price | None = None
    completion_price: _Price | None = None
    """What a million tokens cost. None: what the profile says."""
    concurrency: Annotated[int, Field(ge=1)] | None = None
    first_token_seconds: Annotated[float, Field(gt=0)] | None = None
    """None: as in the settings."""
    triton_authority_file: str = ""
    """Who signs the certificate of the Triton at its address, in PEM."""
    triton_certificate_file: str = ""
    triton_key_file: str = ""
    """What is shown to that Triton. None of the three: it is called as the settings say."""

    @model_validator(mode="after")
    def _can_be_found(self) -> Self:
        if has_credentials(self.address):
            raise ValueError(
                "the address of a model holds no password or key: its key is in a key_file"
            )
        if not (self.profile or is_address(self.address)):
            raise ValueError("a model in Triton needs a profile")
        if self.address and not (self.is_chat or self.address.partition("#")[2]):
            raise ValueError("the address of a model in Triton is host:port#name")
        if is_address(self.profile):
            raise ValueError("the address of a model is its address, not its profile")
        return self

    @model_validator(mode="after")
    def _is_called_as_said(self) -> Self:
        files = self.triton_tls
        if files and (self.is_chat or not self.address):
            raise ValueError("files named triton_... are for a model at host:port#name")
        if files and bool(files.certificate) != bool(files.key):
            raise ValueError("triton_certificate_file and triton_key_file belong together")
        return self

    @property
    def triton_tls(self) -> TlsFiles | None:
        """How to connect to the Triton at its address; None if nothing is said of it."""
        named = (self.triton_authority_file, self.triton_certificate_file, self.triton_key_file)
        authority, certificate, key = (Path(each) if each else None for each in named)
        return TlsFiles(authority, certificate, key, prefix="TRITON_") if any(named) else None

    @property
    def is_chat(self) -> bool:
        """Whether it is behind OpenAI's interface, not in Triton."""
        return is_address(self.address)

    @property
    def server(self) -> tuple[str, str]:
        """The scheme and the authority of its address: what a key is sent to."""
        parts = urlsplit(self.address)
        return parts.scheme, parts.netloc.lower()

    @property
    def profile_source(self) -> str:
        """What its profile is read from, or made up for."""
        return self.profile or self.address
