"""Settings of the Triton server for CPUs."""

from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

_Positive = Annotated[int, Field(gt=0)]


class TritonCpuSettings(BaseSettings):
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
    models: str = "ensemble,tensorrt_llm"
    """Which of the two faces to serve; each one loads the language model for itself."""
    parallel: _Positive = 4
    """Generations at the same time, per face."""
    queue: Annotated[int, Field(ge=0)] = 16
    """Generations that may wait for a place; one more is refused."""
    context_tokens: _Positive = 2048
    """Prompt and answer together, per generation."""
    threads: Annotated[int, Field(ge=0)] = 0
    """Threads that compute; 0: one for every two processor cores that this process may use.

    They wait for each other many times per token. One that has to share its core with other work
    holds all of them up: too many threads are a hundred times slower, too few are not.
    """
    otlp_traces_url: str = ""
    """Where Triton sends its traces (OTLP over HTTP); empty: nowhere."""
