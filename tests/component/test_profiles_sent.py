"""Profiles that go to a store all the time, and what becomes of a service whose store fails."""

import asyncio
import logging
import re
import threading
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from http import HTTPStatus
from pathlib import Path

import pytest
import yaml

from askmesh.config import ServiceSettings
from askmesh.telemetry import ServiceMetrics, silent_telemetry, telemetry
from askmesh.telemetry._profile_store import profiles_sent
from support.kneading import kneading
from support.otlp import CollectedSpan, otlp_collector
from support.profile_store import TakingStore, taking_store

SECONDS = 0.1
OPERATIONS = Path(__file__).parents[2] / "docs" / "operations.md"
PLAIN, BAKING = "askmesh-bakery.cpu", "askmesh-bakery.cpu{stage=baking}"


@asynccontextmanager
async def bakery(url: str) -> AsyncGenerator[ServiceMetrics]:
    """Send short profiles of a busy service until the block ends."""
    signals = silent_telemetry("bakery")
    counted = signals.metrics.count_profile
    async with profiles_sent(url, "bakery", counted, profile_seconds=SECONDS), kneading(signals):
        yield signals.metrics


def counted(metrics: ServiceMetrics, outcome: str) -> float:
    return metrics.registry.get_sample_value("askmesh_profiles_total", {"outcome": outcome}) or 0


def names(store: TakingStore) -> list[str]:
    return [each.told["name"] for each in store.taken]


async def test_what_threads_do_for_a_stage_has_its_tag_and_all_else_has_none() -> None:
    began = time.time()
    async with taking_store() as store, bakery(store.url):
        await store.until(lambda: names(store).count(BAKING) > 1)
    assert set(names(store)) == {PLAIN, BAKING}
    for each in store.taken:
        assert (each.told["format"], each.told["sampleRate"]) == ("folded", "1000000")
        assert int(began) <= int(each.told["from"]) <= int(each.told["until"]) <= time.time()
        is_baking = each.told["name"] == BAKING
        assert {"stage baking" in stack for stack in each.stacks} == {is_baking}
    baked = next(each for each in store.taken if each.told["name"] == BAKING)
    assert {stack[0] for stack in baked.stacks} == {"oven"}
    assert any(stack[-1].endswith(".knead") for stack in baked.stacks)


async def test_what_was_used_until_a_service_ends_is_sent() -> None:
    async with taking_store() as store:
        async with telemetry("bakery", ServiceSettings(profiles_url=store.url)) as signals:
            assert not store.taken
        assert names(store) == [PLAIN]
        assert counted(signals.metrics, "sent") == 1


async def test_a_store_that_refuses_is_told_of_once_until_it_takes_profiles_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.INFO, "askmesh.telemetry")
    async with taking_store() as store:
        store.status = HTTPStatus.SERVICE_UNAVAILABLE
        async with bakery(store.url) as metrics:
            await store.until(lambda: store.refused > 2)
            store.status = HTTPStatus.OK
            await store.until(lambda: names(store).count(PLAIN) > 1)
    lost, again = [record.getMessage() for record in caplog.records]
    assert "503" in lost
    assert again == "the store of profiles takes them again"
    assert counted(metrics, "failed") >= 2
    assert counted(metrics, "sent") >= 1


async def test_a_store_that_never_answers_does_not_hold_up_the_end() -> None:
    asked, released = asyncio.Event(), asyncio.Event()

    async def hang(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        asked.set()
        await released.wait()
        writer.close()

    server = await asyncio.start_server(hang, "127.0.0.1", 0)
    url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    async with server, asyncio.timeout(60):
        async with bakery(url) as metrics:
            await asked.wait()
        released.set()
    assert counted(metrics, "sent") == 0


async def test_without_a_store_no_profile_is_made() -> None:
    async with telemetry("bakery", ServiceSettings()):
        assert "profiles" not in {thread.name for thread in threading.enumerate()}


async def span_of_a_stage(profiles_url: str) -> CollectedSpan:
    async with otlp_collector() as collector:
        settings = ServiceSettings(profiles_url=profiles_url, otlp_endpoint=collector.address)
        async with telemetry("bakery", settings) as signals:
            with signals.stage("baking"):
                pass
        await collector.wait_until(lambda spans: len(spans) == 1)
    return collector.spans[0]


async def test_the_span_of_a_stage_says_that_there_are_profiles_of_the_stage() -> None:
    async with taking_store() as store:
        span = await span_of_a_stage(store.url)
    assert span.name == "baking"
    assert span.attributes["pyroscope.profile.id"] == span.span_id


async def test_without_a_store_the_span_of_a_stage_says_nothing_of_profiles() -> None:
    span = await span_of_a_stage("")
    assert span.attributes == {}


def asked_for(span: CollectedSpan) -> dict[str, str]:
    """Return the labels that Grafana asks for at a span, as the page for operators sets it up."""
    page = OPERATIONS.read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(jsonData:\n  tracesToProfiles:.*?)```", page, re.DOTALL)
    query: str = yaml.safe_load(block)["jsonData"]["tracesToProfiles"]["query"]
    told = {'$${__span.tags["service.name"]}': span.service, "$${__span.name}": span.name}
    for variable, value in told.items():
        query = query.replace(variable, value)
    return dict(re.findall(r'(\w+)="([^"]*)"', query))


async def test_the_link_that_operators_set_up_leads_from_a_stage_to_its_profiles() -> None:
    async with taking_store() as store:
        async with bakery(store.url):
            await store.until(lambda: BAKING in names(store))
        span = await span_of_a_stage(store.url)
    asked = asked_for(span)
    assert f"{asked.pop('service_name')}.cpu{{stage={asked.pop('stage')}}}" == BAKING
    assert not asked
