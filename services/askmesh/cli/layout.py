"""The processes of a mesh on one machine: their addresses and their settings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from askmesh.cli.protection import UNPROTECTED, Protection
from askmesh.models import QWEN25_CODER_1_5B_INSTRUCT, is_elsewhere

DEFAULT_BASE_PORT = 7400
DEFAULT_MODEL = QWEN25_CODER_1_5B_INSTRUCT.name
METRICS_OFFSET = 100
TRITON_OFFSET = 10
REPLICA_OFFSET = 20
OBSERVER_OFFSET = 90
MOST_REPLICAS = 4
HEAD_START_SECONDS = 20

SERVICES = (
    "gateway",
    "ingestion",
    "query_understanding",
    "retrieval",
    "reranking",
    "summarization",
)
TRITON = "triton_cpu"
_NUMBER_SIGN = "-"
_LISTENERS = frozenset({"ADDRESS", "HTTP_ADDRESS", "METRICS_ADDRESS"})


@dataclass(frozen=True, slots=True)
class MeshLayout:
    """What a mesh on this machine is made of.

    An empty `triton_address` means that the mesh starts a Triton server of its own; an empty
    `documents` means a file under `home`. `model` is the language model: a name of the catalogue,
    the path of a GGUF file, or the address of one that another server has. `replicas` says how
    many processes serve as a service, where that is more than one: `retrieval`, `retrieval-2`.
    `models` is not empty where the model is one of several: a list in JSON, with prices in
    `currency`. With `observe` traces are taken here, and must be sent there.
    """

    home: Path
    base_port: int = DEFAULT_BASE_PORT
    documents: str = field(default="", repr=False)
    cache: str = field(default="memory:", repr=False)
    triton_address: str = ""
    model: str = DEFAULT_MODEL
    models: str = ""
    currency: str = ""
    otlp_endpoint: str = ""
    triton_otlp_url: str = ""
    tenants: str = "default"
    reflection: bool = True
    protection: Protection = UNPROTECTED
    replicas: Mapping[str, int] = field(default_factory=dict[str, int])
    observe: bool = False

    @property
    def processes(self) -> tuple[str, ...]:
        """Return the names of all processes, in the order in which to stop them."""
        serving = tuple(name for service in SERVICES for name in self.processes_of(service))
        return (*serving, TRITON) if self.has_triton else serving

    @property
    def has_triton(self) -> bool:
        """Whether the mesh has a Triton of its own."""
        return not (self.triton_address or is_elsewhere(self.model))

    def processes_of(self, service: str) -> tuple[str, ...]:
        """Return the names of the processes that serve as a service."""
        further = range(2, self.replicas.get(service, 1) + 1)
        return (service, *(f"{service}{_NUMBER_SIGN}{number}" for number in further))

    def address(self, process: str) -> str:
        """Return where a process serves gRPC."""
        if process == TRITON:
            return self.triton_address or local_address(TRITON, self.base_port)
        return local_address(process, self.base_port)

    def address_of(self, service: str) -> str:
        """Return where all replicas of a service are, as gRPC takes it."""
        addresses = [self.address(process) for process in self.processes_of(service)]
        return addresses[0] if len(addresses) == 1 else f"ipv4:{','.join(addresses)}"

    @property
    def listeners(self) -> tuple[str, ...]:
        """Return every address that a process of this mesh listens on."""
        return tuple(
            value
            for process in self.processes
            for name, value in self.environment(process).items()
            if name.removeprefix(f"{service_of(process).upper()}_") in _LISTENERS
        )

    @property
    def triton_metrics_address(self) -> str:
        """Return where this mesh's own Triton serves its metrics."""
        return _local(self.base_port + TRITON_OFFSET + 2)

    def environment(self, process: str) -> Mapping[str, str]:
        """Return the environment variables that set a process up, by its own names."""
        if process == TRITON:
            return self._triton_environment() | self._protecting(process)
        # gRPC would write lines of its own between the JSON of our logs.
        quiet = {"GRPC_VERBOSITY": "ERROR"}
        prefix = service_of(process).upper()
        common = {
            "ADDRESS": self.address(process),
            "METRICS_ADDRESS": local_metrics_address(process, self.base_port),
            "OTLP_ENDPOINT": self.otlp_endpoint,
            "TENANTS": self.tenants,
            "REFLECTION": str(self.reflection).lower(),
            "PROFILING": "true",
            "EXIT_WITH_PARENT": "true",
        }
        own = {**common, **self._own_settings(process)}
        return (
            {"ASKMESH_HOME": str(self.home)}
            | quiet
            | {f"{prefix}_{name}": value for name, value in own.items()}
            | self._protecting(process)
        )

    def _protecting(self, process: str) -> dict[str, str]:
        service = service_of(process)
        settings = self.protection.settings(service, has_triton=self.has_triton)
        return {f"{service.upper()}_{name}": value for name, value in settings.items()}

    def _own_settings(self, process: str) -> Mapping[str, str]:
        documents = self.documents or f"sqlite:{self.home / 'documents.sqlite'}"
        upstreams = ("query_understanding", "retrieval", "reranking", "summarization")
        # In memory it would be lost with the process, and vectors cost more than all else.
        vectors = "" if self.cache == "memory:" else self.cache
        cache = {"CACHE": self.cache}
        writer = {"PROFILE": self.model}
        if not is_elsewhere(self.model):
            writer["TRITON_ADDRESS"] = self.address(TRITON)
        several = {"MODELS": self.models, "CURRENCY": self.currency} if self.models else {}
        patience = {"HEAD_START_SECONDS": str(HEAD_START_SECONDS if self.has_triton else 0)}
        own: Mapping[str, Mapping[str, str]] = {
            "gateway": cache
            | {"EDITION": self.models or self.model}  # what another model wrote is not given again
            | {f"{name.upper()}_ADDRESS": self.address_of(name) for name in upstreams},
            "ingestion": {"DOCUMENTS": documents, "CACHE": vectors},
            "query_understanding": {} if is_elsewhere(self.model) else writer,
            "retrieval": cache | {"DOCUMENTS": documents} | self._indexes(process),
            "reranking": cache,
            "summarization": writer | several | patience,
        }
        return own.get(service_of(process), {})

    def _indexes(self, process: str) -> dict[str, str]:
        """Return a folder of its own for a further replica: no two write the same indexes."""
        first = process == service_of(process)
        return {} if first else {"INDEX_FOLDER": str(self.home / "indexes" / process)}

    def _triton_environment(self) -> dict[str, str]:
        first = self.base_port + TRITON_OFFSET
        return {
            "ASKMESH_HOME": str(self.home),
            "TRITON_CPU_ADDRESS": _local(first),
            "TRITON_CPU_HTTP_ADDRESS": _local(first + 1),
            "TRITON_CPU_METRICS_ADDRESS": self.triton_metrics_address,
            "TRITON_CPU_MODEL": self.model,
            "TRITON_CPU_OTLP_TRACES_URL": self.triton_otlp_url,
            "TRITON_CPU_EXIT_WITH_PARENT": "true",
        }


def service_of(process: str) -> str:
    """Return what a process serves as: `retrieval` for `retrieval-2`."""
    return process.partition(_NUMBER_SIGN)[0]


def local_address(process: str, base_port: int) -> str:
    """Return where a process of a mesh at `base_port` of this machine serves gRPC."""
    return _local(base_port + (TRITON_OFFSET if process == TRITON else _place(process)))


def _place(process: str) -> int:
    service, _, number = process.partition(_NUMBER_SIGN)
    return SERVICES.index(service) + REPLICA_OFFSET * (int(number or 1) - 1)


def local_metrics_address(process: str, base_port: int) -> str:
    """Return where a process of a mesh at `base_port` of this machine serves its metrics."""
    return _local(base_port + METRICS_OFFSET + _place(process))


def observer_addresses(base_port: int) -> tuple[str, str]:
    """Return where traces of a mesh at `base_port` are taken by gRPC, and where the page is."""
    first = base_port + OBSERVER_OFFSET
    return _local(first), _local(first + 1)


def _local(port: int) -> str:
    return f"127.0.0.1:{port}"
