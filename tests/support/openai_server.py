"""A real llama.cpp server with OpenAI's interface, for the time of a test."""

import os
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

from askmesh.models import SMOLLM2_135M_INSTRUCT, ModelStore, find_language_model
from askmesh.triton_cpu.environment import environment_at
from support.triton import askmesh_home

KEY = "sk-a-key-that-nobody-may-read"
_STOP_SECONDS = 60.0
# It runs where Triton's packages are, and ends when its standard input does.
_PROGRAM = """
import sys, xllamacpp
parameters = xllamacpp.CommonParams()
parameters.model.path, key = sys.argv[1:]
parameters.port = 0
parameters.api_keys = [key]
parameters.n_parallel = 2
parameters.n_ctx = 4096
parameters.cpuparams.n_threads = parameters.cpuparams_batch.n_threads = 1  # others' cores
parameters.endpoint_slots = True
parameters.verbosity = 0
server = xllamacpp.Server(parameters)
print(server.listening_address, flush=True)
sys.stdin.read()
"""


@dataclass(frozen=True, slots=True)
class RunningOpenAiServer:
    """A server that answers at `url`, to those who have the key."""

    url: str
    process: "subprocess.Popen[str]" = field(repr=False)


@contextmanager
def running_openai_server() -> Generator[RunningOpenAiServer]:
    model = find_language_model(SMOLLM2_135M_INSTRUCT.name, ModelStore(askmesh_home()))
    packages = environment_at(askmesh_home()).packages
    with subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, str(model), KEY],
        env={**os.environ, "PYTHONPATH": str(packages)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        address = process.stdout.readline().strip()
        try:
            yield RunningOpenAiServer(f"{address}/v1", process)
        finally:
            process.kill()
