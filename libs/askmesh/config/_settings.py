"""The settings that every service has."""

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

MAX_PORT = 65_535


class ServiceSettings(BaseSettings):
    """Settings that every service has. Sub-classes add their own and set their prefix.

    A sub-class sets `model_config = SettingsConfigDict(env_prefix="RETRIEVAL_", frozen=True)`;
    its fields are then read from `RETRIEVAL_ADDRESS` and so on.
    """

    model_config = SettingsConfigDict(env_prefix="ASKMESH_", frozen=True)

    address: str = "127.0.0.1:0"
    """Where the service listens: `host:port`. Port 0 means any free port."""

    metrics_address: str = "127.0.0.1:0"
    """Where Prometheus reads the metrics, at the path `/metrics`."""

    drain_seconds: float = Field(default=10.0, ge=0)
    """How long calls in flight may go on after the service was told to stop."""

    reflection: bool = False
    """Whether the service describes its API to tools such as grpcurl."""

    otlp_endpoint: str = ""
    """`host:port` of an OTLP/gRPC collector of traces. Empty: traces are not exported."""

    tenants: str = "default"
    """The known tenants, separated by commas."""

    exit_with_parent: bool = False
    """Whether the service is told to stop when the process that started it ends. Linux only."""

    @property
    def known_tenants(self) -> frozenset[str]:
        """The names in `tenants`, without white space around them."""
        return frozenset(name.strip() for name in self.tenants.split(",") if name.strip())

    @field_validator("address", "metrics_address")
    @classmethod
    def _is_listen_address(cls, address: str) -> str:
        host, _, port = address.rpartition(":")
        if not host or not port.isdecimal() or int(port) > MAX_PORT:
            raise ValueError(f"expected host:port with a port from 0 to {MAX_PORT}")
        return address
