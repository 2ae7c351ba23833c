"""Answers in whose middle a process is killed, read by clients that come and go.

Two gateways share a Redis; two summarization processes write for them. Answers run ten at a time.
Once all have text, a gateway or a writer is killed (`kill -9`) and started again. Each client
leaves at random moments and resumes at a random gateway. In the end, what it has read is compared
with the log in Redis.

With `--triton`, the real summarization writes with a real Triton, and Triton is killed, too: it is
started again like the others, and answers go on without it meanwhile. Then four answers run at a
time, and the kill comes when Triton begins to write, or when the first of them has text.
"""

import argparse
import asyncio
import random
import tempfile
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.claims import Claim, publish
from benchmarks.load.gateway_processes import (
    WORDS,
    Process,
    gateways,
    language_model,
)
from grpc import StatusCode, aio

from askmesh.api.common.v1.passage_pb2 import Passage
from askmesh.api.gateway.v1 import gateway_pb2 as pb2
from askmesh.api.gateway.v1.gateway_pb2_grpc import GatewayServiceStub
from askmesh.api.retrieval.v1 import retrieval_pb2 as pb2_retrieval
from askmesh.caching import redis_commands
from askmesh.gateway.shared_redis import RedisAnswers
from askmesh.rpc import reason_of
from support.ports import free_address
from support.redis_server import redis_server
from support.triton import generations_in_flight
from support.upstreams import upstreams

AT_ONCE, AT_ONCE_WRITTEN = 10, 4
LEAVES = 3
EVEN = 0.5
LOOKING_SECONDS = 0.05
ABOUT_MESHES = """\
A mesh passes each call to the service that answers it. It does so through a proxy beside every \
service, because services should not know where the others are.
When a service of the mesh fails, its proxy sends the calls to another replica. Callers wait a \
moment longer, and notice nothing else.
The mesh limits how many calls a caller may make at once, so that one caller cannot take all \
places. Calls that find no place are refused at once.
""".splitlines()
CALL_SECONDS = 120.0
ANSWER_SECONDS = 180.0


@dataclass
class Client:
    """Reads one answer to its end, by as many calls as that takes."""

    question: str
    script: str = ""
    events: list[pb2.AnswerEvent] = field(default_factory=list[pb2.AnswerEvent])
    has_text: asyncio.Event = field(default_factory=asyncio.Event)
    left: int = 0
    broken: int = 0
    failure: str = ""

    async def read(self, stubs: Sequence[GatewayServiceStub], chance: random.Random) -> None:
        """Read until the end, or until a failure that says that there will be none."""
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                while not (self.ended or self.failure):
                    await self._read_some(chance.choice(stubs), chance)
        except TimeoutError:
            self.failure = "OUT_OF_TIME"
        self.has_text.set()

    @property
    def ended(self) -> bool:
        """Whether the last event is there."""
        return bool(self.events) and self.events[-1].HasField("completed")

    @property
    def text(self) -> str:
        """All that was read."""
        return "".join(event.text_delta.text for event in self.events)

    async def _read_some(self, stub: GatewayServiceStub, chance: random.Random) -> None:
        leaves_after = chance.randrange(1, WORDS) if self.left < LEAVES else WORDS * 2
        call = self._call(stub)
        try:
            async for message in call:
                if message.HasField("event"):
                    self.events.append(message.event)
                    leaves_after -= 1
                    if message.event.HasField("text_delta"):
                        self.has_text.set()
                if not leaves_after and not self.ended:
                    self.left += 1
                    call.cancel()
                    return
        except aio.AioRpcError as error:
            self.broken += 1
            if reason_of(error) == "ANSWER_LOST" or error.code() not in _COMES_BACK:
                self.failure = reason_of(error) or error.code().name
            await asyncio.sleep(0.2)

    def _call(
        self, stub: GatewayServiceStub
    ) -> (
        aio.UnaryStreamCall[pb2.StreamAnswerRequest, pb2.StreamAnswerResponse]
        | aio.UnaryStreamCall[pb2.ResumeAnswerRequest, pb2.ResumeAnswerResponse]
    ):
        if not self.events:
            asked = pb2.StreamAnswerRequest(question=self.question, request_id=self.question)
            return stub.StreamAnswer(asked, timeout=CALL_SECONDS)
        last = self.events[-1]
        resumed = pb2.ResumeAnswerRequest(answer_id=last.answer_id, after_sequence=last.sequence)
        return stub.ResumeAnswer(resumed, timeout=CALL_SECONDS)


_COMES_BACK = (StatusCode.UNAVAILABLE, StatusCode.CANCELLED)


async def judged(client: Client, shared: RedisAnswers) -> str:
    """Return what is wrong with what a client has read; "" if nothing is."""
    if client.failure:
        return client.failure
    record = await shared.find(client.events[0].answer_id)
    if record is None:
        return "NO_RECORD"
    page = await shared.read(record.making_id, 0)
    log = [pb2.AnswerEvent.FromString(event) for event in page.events]
    if [event.sequence for event in client.events] != list(range(1, len(log) + 1)):
        return "GAP_OR_REPEAT"
    if client.text != "".join(event.text_delta.text for event in log):
        return "OTHER_TEXT"
    if client.script and client.text != client.script:
        return "NOT_WHOLE"
    ends = [sum(event.HasField("completed") for event in events) for events in (client.events, log)]
    return "" if ends == [1, 1] else "SEVERAL_ENDS"


async def campaign(
    answers: int, seed: int, *, triton: bool
) -> tuple[list[Client], Counter[str], Counter[str]]:
    """Return all clients, what was killed how often, and what was wrong how often."""
    chance = random.Random(seed)
    at, metrics = (free_address(), free_address()) if triton else ("", "")
    clients: list[Client] = []
    killed, wrong = Counter[str](), Counter[str]()
    with tempfile.TemporaryDirectory() as folder, redis_server(Path(folder)) as redis:
        async with (
            upstreams() as behind,
            gateways(
                behind.address,
                redis.address,
                count=2,
                triton={at: language_model(at, metrics)} if triton else {},
            ) as processes,
            redis_commands(redis.address, timeout_seconds=20.0) as commands,
        ):
            behind.found = passages() if triton else None
            shared = RedisAnswers(commands, name="judge", kept_seconds=600)
            at_once = AT_ONCE_WRITTEN if triton else AT_ONCE
            for start in range(0, answers, at_once):
                numbers = range(start, min(start + at_once, answers))
                some = [written(n) if triton else scripted(n) for n in numbers]
                killed[await one_round(some, processes, chance, metrics)] += len(some)
                wrong.update([await judged(client, shared) for client in some])
                clients += some
    return clients, killed, wrong


def scripted(number: int) -> Client:
    """Return a client whose answer is known."""
    question = f"Question {number}"
    return Client(question, "".join(f"{question} {word}. " for word in range(WORDS)))


def written(number: int) -> Client:
    """Return a client whose answer a language model writes."""
    return Client(f"How does the mesh number {number} work, and what happens to its callers?")


def passages() -> pb2_retrieval.RetrievePassagesResponse:
    """Return what a language model writes from."""
    found = [
        pb2_retrieval.RetrievedPassage(
            passage=Passage(passage_id=f"p{place}", document_id="d", title="Meshes", text=text),
            score=0.5,
        )
        for place, text in enumerate(ABOUT_MESHES)
    ]
    return pb2_retrieval.RetrievePassagesResponse(passages=found, indexed_revision=7)


async def until_in_the_middle(
    clients: Sequence[Client], metrics: str, chance: random.Random
) -> None:
    """Wait until all have text; where Triton writes, until it does, or until the first has text."""
    if not metrics:
        for client in clients:
            await client.has_text.wait()
        return
    needs_text = chance.random() < EVEN
    while not any(client.has_text.is_set() for client in clients):
        with suppress(OSError, KeyError):
            writes = await asyncio.to_thread(generations_in_flight, metrics, "ensemble")
            if writes and not needs_text:
                return
        await asyncio.sleep(LOOKING_SECONDS)


async def one_round(
    clients: Sequence[Client], processes: dict[str, Process], chance: random.Random, metrics: str
) -> str:
    """Let clients read while a process is killed, and return which kind that was."""
    addresses = list(processes)
    channels = [aio.insecure_channel(address) for address in addresses[:2]]
    stubs = [GatewayServiceStub(channel) for channel in channels]
    victim = chance.choice(addresses)
    async with asyncio.TaskGroup() as reading:
        for client in clients:
            reading.create_task(client.read(stubs, chance))
        await until_in_the_middle(clients, metrics, chance)
        await processes[victim].kill()
        reading.create_task(processes[victim].start(victim))
    for channel in channels:
        await channel.close()
    return ("gateway", "gateway", "summarization", "summarization", "triton")[
        addresses.index(victim)
    ]


async def measure(answers: int, seed: int, output: Path | None, *, triton: bool) -> None:
    """Run the campaign and write the claims."""
    clients, killed, wrong = await campaign(answers, seed, triton=triton)
    victims = "a gateway, summarization or Triton" if triton else "a gateway or of summarization"
    right = wrong.pop("", 0)
    publish(
        output,
        benchmark="killed_answers",
        settings={"answers": answers, "triton": triton, "seed": seed},
        results={
            "wrong": wrong,
            "killed": killed,
            "calls_that_clients_ended": sum(client.left for client in clients),
            "calls_that_broke": sum(client.broken for client in clients),
        },
        claims=[
            Claim(
                f"answers of {answers} with a kill -9 of {victims} in their middle that "
                "clients read exactly as they are logged, share",
                round(right / answers, 4),
                "= 1",
                "clients leave up to three times and resume at random gateways; "
                + ("a Triton with a small model" if triton else "a scripted writer"),
            ),
            Claim("events lost, repeated or ended twice, answers", answers - right, "= 0"),
        ],
    )


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--answers", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--triton", action="store_true", help="write with a Triton, and kill it")
    parser.add_argument("--output", type=Path)
    options = parser.parse_args()
    asyncio.run(measure(options.answers, options.seed, options.output, triton=options.triton))


if __name__ == "__main__":
    main()
