"""How often the services are called in sum, by clients and gateway together, while one fails."""

from contextlib import aclosing
from time import monotonic

import pytest

from askmesh.client import Client, askmesh_client
from askmesh.errors import UnavailableError
from askmesh.gateway.wiring import gateway_service
from support.upstreams import settings_before, upstreams

QUESTIONS = 40
SERVICES = 4
"""Their calls pay into one allowance."""
BROKEN_OFF = 150
STAGES = "UnderstandQuestion", "RetrievePassages", "RankPassages", "StreamSummary"
RESERVE = 10
"""So many attempts may be made before calls have earned any."""

OWED, OWED_PER_SECOND = 10, 1.0
"""So many answers that broke off may be begun again anyway: delivered words are owed their end."""


async def ask(client: Client, question: str) -> None:
    async with aclosing(client.ask(question)) as events:
        async for _ in events:
            pass


async def test_of_all_calls_a_tenth_is_made_again_where_a_service_fails() -> None:
    async with upstreams() as behind:
        behind.begun = 0
        settings = settings_before(behind.address, upstream_retry_seconds=0)
        async with (
            gateway_service(settings) as port,
            askmesh_client(f"127.0.0.1:{port}", "127.0.0.1:1") as client,
        ):
            for number in range(QUESTIONS):
                with pytest.raises(UnavailableError):
                    await ask(client, f"What is mesh {number}?")
        calls = behind.calls
    earned = 0.1 * SERVICES * QUESTIONS
    assert QUESTIONS < calls["StreamSummary"] <= QUESTIONS + RESERVE + earned
    assert calls["RetrievePassages"] == QUESTIONS


async def test_of_all_answers_that_break_off_a_tenth_of_the_calls_and_a_few_are_begun_again() -> (
    None
):
    began = monotonic()
    async with upstreams() as behind:
        behind.begun = 1
        settings = settings_before(behind.address, upstream_retry_seconds=0)
        async with (
            gateway_service(settings) as port,
            askmesh_client(f"127.0.0.1:{port}", "127.0.0.1:1") as client,
        ):
            for number in range(BROKEN_OFF):
                with pytest.raises(UnavailableError):
                    await ask(client, f"What is mesh {number}?")
        calls = behind.calls
    again = sum(calls[each] - BROKEN_OFF for each in STAGES)
    owed = len(STAGES) * (OWED + OWED_PER_SECOND * (monotonic() - began))
    assert 0 < again <= RESERVE + 0.1 * sum(calls[each] for each in STAGES) + owed
