"""`askmesh up --observe`: traces, metrics and logs of a mesh on this machine, kept in memory."""

from collections.abc import AsyncGenerator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from askmesh.cli.layout import TRITON, MeshLayout, local_metrics_address, observer_addresses
from askmesh.cli.mesh import require_free
from askmesh.cli.processes import LineSink
from askmesh.observing import observing


def where_to_send_traces(base_port: int) -> tuple[str, str]:
    """Return the `host:port` that services of an observed mesh send traces to, and Triton's URL."""
    receiver, page = observer_addresses(base_port)
    return receiver, f"http://{page}/v1/traces"


@asynccontextmanager
async def observed(
    layout: MeshLayout, sink: LineSink
) -> AsyncGenerator[tuple[LineSink, AbstractAsyncContextManager[int] | None]]:
    """Yield a sink that keeps lines of logs, and gives them on, and what takes traces beside.

    If the mesh is not to be observed, these are `sink` and None. Raise `StartupError` where a port
    is taken.
    """
    if not layout.observe:
        yield sink, None
        return
    receiver, page = observer_addresses(layout.base_port)
    require_free((receiver, page))
    metrics = {
        process: local_metrics_address(process, layout.base_port)
        for process in layout.processes
        if process != TRITON
    }
    async with observing(page, metrics) as observer:

        def keep(process: str, line: str) -> None:
            observer.kept.add_line(process, line)
            sink(process, line)

        yield keep, observer.receiving(receiver)
