"""How tritonserver is called."""

import ctypes
import math
import os
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from askmesh.models import ModelStore, find_language_model
from askmesh.transport import TlsFiles
from askmesh.triton_cpu.environment import TritonEnvironment, install, python_library
from askmesh.triton_cpu.settings import TritonCpuSettings

_REPOSITORY = Path(__file__).parent / "model_repository"
_PR_SET_PDEATHSIG = 1


@dataclass(frozen=True, slots=True)
class ServerCommand:
    """A program's arguments, the program first, and its whole environment."""

    arguments: tuple[str, ...]
    environment: Mapping[str, str]


def prepare(settings: TritonCpuSettings, progress: Callable[[str], None]) -> ServerCommand:
    """Install the server and fetch the model where needed; then say how to start it. Blocks.

    Raise `StartupError` if something that the server needs cannot be had; the message says what to
    do.
    """
    environment = install(settings.home, progress)
    model = find_language_model(settings.model, ModelStore(settings.home), progress)
    return ServerCommand(
        arguments=(str(environment.server), *_options(settings, environment)),
        environment=_variables(settings, environment, model),
    )


def replace_process(settings: TritonCpuSettings, progress: Callable[[str], None]) -> None:
    """Prepare, then become tritonserver: same process, same signals, its exit code. No return."""
    command = prepare(settings, progress)
    if settings.exit_with_parent:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    os.execve(command.arguments[0], command.arguments, command.environment)  # noqa: S606 - no shell is wanted


def _options(settings: TritonCpuSettings, environment: TritonEnvironment) -> list[str]:
    options = {
        "model-repository": _REPOSITORY,
        "backend-directory": environment.backends,
        "model-control-mode": "explicit",
        "exit-timeout-secs": math.ceil(settings.drain_seconds),
        "grpc-http2-min-recv-ping-interval-without-data": 5_000,  # clients look for dead peers
        "log-info": False,
        "allow-gpu-metrics": False,
        "allow-cpu-metrics": False,
        "pinned-memory-pool-byte-size": 0,
    }
    options |= _listener("grpc", settings.address) | _tls(settings.tls)
    options |= _listener("http", settings.http_address)
    options |= _listener("metrics", settings.metrics_address)
    models = [f"--load-model={name.strip()}" for name in settings.models.split(",")]
    return [f"--{name}={value}" for name, value in options.items()] + models + _tracing(settings)


def _listener(protocol: str, address: str) -> dict[str, object]:
    host, _, port = address.rpartition(":")
    return {f"{protocol}-address": host.strip("[]"), f"{protocol}-port": port}


def _tls(files: TlsFiles | None) -> dict[str, object]:
    if files is None:
        return {}
    mutual = {"use-ssl-mutual": True, "root-cert": files.authority} if files.authority else {}
    own = {"use-ssl": True, "server-cert": files.certificate, "server-key": files.key}
    return {f"grpc-{name}": value for name, value in (own | mutual).items()}


def _tracing(settings: TritonCpuSettings) -> list[str]:
    if not settings.otlp_traces_url:
        return []
    values = (
        "mode=opentelemetry",
        f"opentelemetry,url={settings.otlp_traces_url}",
        "opentelemetry,resource=service.name=triton",
        "level=TIMESTAMPS",
        "rate=1",
    )
    return [f"--trace-config={value}" for value in values]


def _variables(
    settings: TritonCpuSettings, environment: TritonEnvironment, model: Path
) -> dict[str, str]:
    paths = (environment.libraries, python_library().parent)
    return {
        **os.environ,
        "LD_LIBRARY_PATH": os.pathsep.join(str(path) for path in paths),
        "PATH": os.pathsep.join((str(environment.programs), os.environ.get("PATH", os.defpath))),
        "ASKMESH_LLAMA_MODEL": str(model),
        "ASKMESH_LLAMA_PARALLEL": str(settings.parallel),
        "ASKMESH_LLAMA_QUEUE": str(settings.queue),
        "ASKMESH_LLAMA_CONTEXT_TOKENS": str(settings.context_tokens),
        "ASKMESH_LLAMA_THREADS": str(settings.threads or _cores()),
        "OMP_WAIT_POLICY": "passive",  # threads that wait for another one leave it their core
    }


def _cores() -> int:
    return len(os.sched_getaffinity(0))
