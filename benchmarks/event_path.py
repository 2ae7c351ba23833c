"""Which files of libs and services a citation passes, seen while an answer is made.

A real summarization service, with a scripted language model, a real gateway and the client run in
this process; what is behind the gateway otherwise is canned. Each function that returns, or waits,
is asked whether it holds the citation: as a message, as bytes, or as the client's value.
"""

import re
import sys
import tempfile
from collections.abc import AsyncGenerator, Generator, Iterable, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from types import FrameType
from typing import cast

from google.protobuf.message import Message

from askmesh.api.common.v1.passage_pb2 import Passage
from askmesh.api.retrieval.v1.retrieval_pb2 import RetrievedPassage, RetrievePassagesResponse
from askmesh.client import Citation, Client, askmesh_client
from askmesh.gateway.settings import Settings as GatewaySettings
from askmesh.gateway.wiring import gateway_service
from askmesh.summarization.settings import Settings as SummarizationSettings
from askmesh.summarization.wiring import summarization_server
from askmesh.telemetry import silent_telemetry
from benchmarks.code_names import ROOT
from support.fake_language_model import ScriptedLanguageModel
from support.upstreams import upstreams

QUESTION = "When did the oil crisis begin?"
STATEMENT = "The oil crisis began in October 1973"
QUOTED = "when an embargo was proclaimed"
# Messages that hold the whole passage are longer than any that hold a citation.
TEXT = f"{STATEMENT}, {QUOTED}. " + "It rained by the old harbour. " * 50
PROFILE = 'name = "scripted"\ncontext_tokens = 2048\nmax_output_tokens = 128\n'
HAND_WRITTEN = (str(ROOT / "libs"), str(ROOT / "services"))
READS = re.compile(
    r'\b[cC]itation\b|WhichOneof\("event"\)|HasField\("(?:event|completed)"\)|\.sequence\b'
)


async def files_of_a_citation() -> list[str]:
    """Return the files whose functions held the citation of one answer, in the order of its way."""
    async with _mesh() as client:
        with _watching() as files:
            events = [event async for event in client.ask(QUESTION)]
    if not any(isinstance(event, Citation) for event in events):
        raise RuntimeError("the answer has no citation")
    return files


def files_that_read_it(files: Iterable[str]) -> list[str]:
    """Return those of the files that name a citation, or read an event's kind or number."""
    return [file for file in files if READS.search((ROOT / file).read_text(encoding="utf-8"))]


@contextmanager
def _watching() -> Generator[list[str]]:
    files: list[str] = []

    def watch(frame: FrameType, event: str, value: object) -> None:
        name = frame.f_code.co_filename
        if event != "return" or not name.startswith(HAND_WRITTEN):
            return
        held = (value, *frame.f_locals.values())
        file = str(Path(name).relative_to(ROOT))
        if file not in files and any(map(_holds, held)):
            files.append(file)

    sys.setprofile(watch)
    try:
        yield files
    finally:
        sys.setprofile(None)


def _holds(value: object) -> bool:
    match value:
        case list() | tuple():
            return any(map(_holds, cast("Sequence[object]", value)))
        case bytes():
            return QUOTED.encode() in value and len(value) < len(TEXT)
        case Message():
            return _holds(value.SerializeToString())
        case _:
            return isinstance(value, Citation)


@asynccontextmanager
async def _mesh() -> AsyncGenerator[Client]:
    async with upstreams() as served, _summarization() as summarization:
        passage = Passage(passage_id="p", document_id="d", title="Crisis", text=TEXT)
        served.found = RetrievePassagesResponse(
            passages=[RetrievedPassage(passage=passage, score=0.5)], collection_passage_count=1
        )
        settings = GatewaySettings(
            address="127.0.0.1:0",
            metrics_address="127.0.0.1:0",
            query_understanding_address=served.address,
            retrieval_address=served.address,
            reranking_address=served.address,
            summarization_address=summarization,
            summary_silence_seconds=60,  # whoever is watched is slow
            drain_seconds=0,
        )
        async with gateway_service(settings) as port:
            address = f"127.0.0.1:{port}"
            async with askmesh_client(address, address) as client:
                yield client


@asynccontextmanager
async def _summarization() -> AsyncGenerator[str]:
    with tempfile.NamedTemporaryFile("w", suffix=".toml", encoding="utf-8") as profile:
        profile.write(PROFILE)
        profile.flush()
        settings = SummarizationSettings(
            address="127.0.0.1:0", profile=profile.name, drain_seconds=0
        )
        model = ScriptedLanguageModel(f"{STATEMENT} [1].")
        async with summarization_server(settings, silent_telemetry(), model) as port:
            yield f"127.0.0.1:{port}"
