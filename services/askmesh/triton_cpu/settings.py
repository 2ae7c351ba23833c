"""Settings of the Triton server for CPUs."""

from pathlib import Path
from typing import Annotated, Literal

from platformdirs import user_data_path
from pydantic import Field, field_validator
from pydantic_settings import SettingsConfigDict

from askmesh.config import TlsFileSettings
from askmesh.models import QWEN25_CODER_1_5B_INSTRUCT
from askmesh.transport import TlsFiles

Faces = Literal["ensemble,tensorrt_llm", "ensemble", "tensorrt_llm"]
_Positive = Annotated[int, Field(gt=0)]


class TritonCpuSettings(TlsFileSettings):
    """Read from the environment: TRITON_CPU_<NAME>, and ASKMESH_HOME."""

    model_config = SettingsConfigDict(env_prefix="TRITON_CPU_", frozen=True)

    address: str = "127.0.0.1:7410"
    """gRPC: what clients talk to."""
    http_address: str = "127.0.0.1:7411"
    """Health and model control for people with curl."""
    metrics_address: str = "127.0.0.1:7412"
    """Prometheus."""
    home: Path = Field(
        default_factory=lambda: user_data_path("askmesh"), validation_alias="ASKMESH_HOME"
    )
    """Where models and the server are kept."""
    model: str = QWEN25_CODER_1_5B_INSTRUCT.name
    """The language model: a name of the catalogue, or the path of a GGUF file."""
    models: Faces = "ensemble"
    """Which of the two interfaces to serve; each one loads the language model for itself."""
    parallel: _Positive = 4
    """Generations at the same time, per model."""
    queue: Annotated[int, Field(ge=0)] = 16
    """Generations that may wait for a place, per model; one more is refused."""
    context_tokens: _Positive = 2048
    """Prompt and answer together, per generation."""
    threads: Annotated[int, Field(ge=0)] = 0
    """Threads that compute, per model; 0: one for every processor core.

    They wait for each other many times per token, asleep: a core that has other work to do holds
    them up no more than it must.
    """
    drain_seconds: float = Field(default=10.0, ge=0)
    """How long generations may go on after the server was told to stop."""
    exit_with_parent: bool = False
    """End when the process that started this one ends."""
    otlp_traces_url: str = ""
    """Where Triton sends its traces (OTLP over HTTP); empty: nowhere."""
    tls_authority_file: str = ""
    """Who signs the certificates of callers; they need one then. Empty: they need none."""
    tls_certificate_file: str = ""
    tls_key_file: str = ""
    """What the gRPC port shows to callers; empty: it serves in plain text. Read at the start."""

    @property
    def tls(self) -> TlsFiles | None:
        """What Triton shows to its callers; None if it serves in plain text."""
        return self.tls_files("tls")

    @field_validator("address", "http_address", "metrics_address")
    @classmethod
    def _has_port(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or int(port) == 0:
            raise ValueError("expected host:port; Triton cannot choose a port, so not 0")
        return address
