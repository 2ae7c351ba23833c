"""The HTTP endpoint that Prometheus reads, and where profiles can be had."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager
from http import HTTPStatus

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import choose_encoder

from askmesh.errors import StartupError
from askmesh.pages import PageRequest, WebPage, problem, serving_pages
from askmesh.telemetry._profiles import Profiles


@asynccontextmanager
async def exposition(
    registry: CollectorRegistry, address: str, variable: str, profiles: Profiles
) -> AsyncGenerator[int]:
    """Serve `registry` at `/metrics` and profiles at `/profile` until the block ends.

    Yield the port. `variable` is the environment variable that the message of a `StartupError`
    names.
    """
    endpoint = _Endpoint(registry, profiles)
    async with AsyncExitStack() as stack:
        try:
            port = await stack.enter_async_context(serving_pages(address, endpoint.answer))
        except OSError as error:
            raise StartupError(
                "METRICS_ADDRESS_UNUSABLE",
                f"Metrics cannot be served at {address} ({error.strerror}): "
                f"free that port, or set {variable}",
                address=address,
            ) from error
        yield port


class _Endpoint:
    """Answers scrapes, and who asks for a profile."""

    def __init__(self, registry: CollectorRegistry, profiles: Profiles) -> None:
        self._registry = registry
        self._profiles = profiles

    async def answer(self, request: PageRequest) -> WebPage:
        match request.method, request.path:
            case "GET", "/metrics":
                encoder, content_type = choose_encoder(request.headers.get("accept", ""))
                return WebPage(encoder(self._registry), content_type)
            case "GET", "/profile":
                return await self._profiles.answer(request)
            case _:
                return problem(HTTPStatus.NOT_FOUND, "The metrics are at /metrics")
