"""Gateways and summarization, each a process of its own that can be killed.

The other services are served by the process that asks. Summarization is scripted, and writes the
same words for the same question, one after the other, so that any two texts can be compared. Or it
is the real one, before a Triton with a small language model, a process like the others.
"""

import argparse
import asyncio
import os
import sys
from collections.abc import AsyncGenerator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path
from typing import Any

from grpc import aio

from askmesh.api.common.v1 import answer_pb2
from askmesh.api.summarization.v1 import summarization_pb2 as pb2
from askmesh.api.summarization.v1 import summarization_pb2_grpc
from askmesh.models import QWEN25_CODER_0_5B_INSTRUCT
from support.ports import free_address
from support.triton import askmesh_home

WORDS = 24
WORD_SECONDS = 0.1
MODEL = QWEN25_CODER_0_5B_INSTRUCT.name
_NO_TRITON: Mapping[str, "Process"] = {}
_Context = aio.ServicerContext[Any, Any]


class Writer(summarization_pb2_grpc.SummarizationServiceServicer):
    """Writes words one after the other."""

    async def StreamSummary(  # noqa: N802 - the contract's name
        self,
        request: pb2.StreamSummaryRequest,
        context: _Context,  # noqa: ARG002
    ) -> AsyncGenerator[pb2.StreamSummaryResponse]:
        """Say the question and a number, as many times as there are words."""
        for number in range(WORDS):
            text = f"{request.question} {number}. "
            yield pb2.StreamSummaryResponse(text_delta=answer_pb2.TextDelta(text=text))
            await asyncio.sleep(WORD_SECONDS)
        completed = pb2.SummaryCompleted(outcome=answer_pb2.ANSWER_OUTCOME_ANSWERED)
        yield pb2.StreamSummaryResponse(completed=completed)

    async def ListLanguageModels(  # noqa: N802 - the contract's name
        self,
        request: pb2.ListLanguageModelsRequest,  # noqa: ARG002
        context: _Context,  # noqa: ARG002
    ) -> pb2.ListLanguageModelsResponse:
        """Tell of none."""
        return pb2.ListLanguageModelsResponse()


class Process:
    """A program at an address, which has it again after each start."""

    def __init__(self, *arguments: str, variables: Mapping[str, str]) -> None:
        self._arguments = arguments
        self._variables = variables
        self._process: asyncio.subprocess.Process | None = None

    async def start(self, address: str) -> None:
        """Start it, and wait until it takes calls."""
        environment = {**os.environ, **self._variables}
        self._process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", *self._arguments),
            env=environment,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
        )
        async with aio.insecure_channel(address) as channel:
            await channel.channel_ready()

    def processor_seconds(self) -> float:
        """Return how long the processor has worked for it."""
        if self._process is None:
            return 0.0
        told = Path(f"/proc/{self._process.pid}/stat").read_text(encoding="utf-8")
        user, system = told.rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) / os.sysconf("SC_CLK_TCK")

    async def kill(self) -> None:
        """End it at once, if it runs."""
        if self._process is not None:
            with suppress(ProcessLookupError):
                self._process.kill()
            await self._process.wait()
            self._process = None


def writer(address: str) -> Process:
    """Return a summarization service."""
    return Process("benchmarks.load.gateway_processes", "--serve", address, variables={})


def gateway(address: str, *, behind: str, writers: str, cache: str) -> Process:
    """Return a gateway."""
    others = ("QUERY_UNDERSTANDING", "RETRIEVAL", "RERANKING")
    return Process(
        "askmesh.gateway",
        variables={
            **{f"GATEWAY_{name}_ADDRESS": behind for name in others},
            "GATEWAY_SUMMARIZATION_ADDRESS": writers,
            "GATEWAY_ADDRESS": address,
            "GATEWAY_METRICS_ADDRESS": "127.0.0.1:0",
            "GATEWAY_CACHE": cache,
            "GATEWAY_STATUS_SECONDS": "20",
            "GATEWAY_SUMMARY_SILENCE_SECONDS": "10",
            "GATEWAY_RETRIEVAL_SECONDS": "20",
            "GATEWAY_RERANKING_SECONDS": "20",
            "GATEWAY_UNDERSTANDING_SECONDS": "20",
        },
    )


def summarization(address: str, triton: str) -> Process:
    """Return the real service."""
    return Process(
        "askmesh.summarization",
        variables={
            "SUMMARIZATION_ADDRESS": address,
            "SUMMARIZATION_METRICS_ADDRESS": "127.0.0.1:0",
            "SUMMARIZATION_TRITON_ADDRESS": triton,
            "SUMMARIZATION_PROFILE": MODEL,
            "SUMMARIZATION_FIRST_TOKEN_SECONDS": "60",
            "SUMMARIZATION_GENERATION_SECONDS": "60",
            "ASKMESH_HOME": str(askmesh_home()),
        },
    )


def language_model(address: str, metrics_address: str) -> Process:
    """Return a Triton with a small model; it fetches nothing that is there already."""
    return Process(
        "askmesh.triton_cpu",
        variables={
            "ASKMESH_HOME": str(askmesh_home()),
            "TRITON_CPU_ADDRESS": address,
            "TRITON_CPU_HTTP_ADDRESS": free_address(),
            "TRITON_CPU_METRICS_ADDRESS": metrics_address,
            "TRITON_CPU_MODEL": MODEL,
            "TRITON_CPU_EXIT_WITH_PARENT": "true",
        },
    )


@asynccontextmanager
async def gateways(
    behind: str, cache: str, *, count: int, triton: Mapping[str, Process] = _NO_TRITON
) -> AsyncGenerator[dict[str, Process]]:
    """Run gateways and as many writers, and yield all by their addresses, gateways first.

    Writers are scripted, or write with the `triton`, which is the last then.
    """
    addresses = [free_address() for _ in range(2 * count)]
    writers = "ipv4:" + ",".join(addresses[count:])
    processes = {
        address: gateway(address, behind=behind, writers=writers, cache=cache)
        for address in addresses[:count]
    }
    for address in addresses[count:]:
        processes[address] = summarization(address, *triton) if triton else writer(address)
    processes |= triton
    async with AsyncExitStack() as stack:
        for process in processes.values():
            stack.push_async_callback(process.kill)
        await asyncio.gather(*(process.start(at) for at, process in processes.items()))
        yield processes


async def serve(address: str) -> None:
    """Be a writer."""
    server = aio.server()
    summarization_pb2_grpc.add_SummarizationServiceServicer_to_server(Writer(), server)
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--serve", required=True)
    asyncio.run(serve(parser.parse_args().serve))
