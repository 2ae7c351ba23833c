"""Cause faults in a mesh that runs on this machine, or on the way to one of its parts.

    python -m benchmarks.load.faults stop retrieval --home HOME --seconds 10
    python -m benchmarks.load.faults kill reranking --home HOME
    python -m benchmarks.load.faults no-room ingestion --home HOME --seconds 30
    python -m benchmarks.load.faults proxy 7504 7404 --fault stall --after 10 --seconds 10

The first three are about all processes of a service of the mesh with this home; a stopped one keeps
its connections and answers nothing. A proxy listens on the first port, passes bytes to the second,
and has its fault for some seconds: name its address instead of the service's, such as
GATEWAY_RERANKING_ADDRESS=127.0.0.1:7504.
"""

import argparse
import asyncio
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from time import sleep

from askmesh.cli.layout import SERVICES, TRITON
from support.signals import kill, no_room_on_disk, processes_of, stopped
from support.tcp_proxy import TcpProxy, tcp_proxy

Switch = Callable[[TcpProxy], None]


def faults(options: argparse.Namespace) -> Mapping[str, tuple[Switch, Switch]]:
    """Return how each fault of a proxy begins and ends."""

    def slow(proxy: TcpProxy) -> None:
        rate = options.bytes_per_second
        proxy.slow(delay_seconds=options.delay, bytes_per_second=rate)

    return {
        "stall": (TcpProxy.stall, TcpProxy.go_on),
        "black-hole": (TcpProxy.fall_silent, TcpProxy.speak),
        "reset": (TcpProxy.refuse, TcpProxy.accept),
        "slow": (slow, lambda proxy: proxy.slow()),
    }


def on_the_way(options: argparse.Namespace) -> None:
    """Pass bytes, with the fault in between, until this is ended."""
    asyncio.run(_passing(options))


async def _passing(options: argparse.Namespace) -> None:
    begin, end = faults(options)[options.fault]
    async with tcp_proxy(options.target, port=options.listen) as proxy:
        print(f"passes from {proxy.address} to 127.0.0.1:{options.target}")
        await asyncio.sleep(options.after)
        begin(proxy)
        print(f"{options.fault} begins")
        await asyncio.sleep(options.seconds)
        end(proxy)
        print(f"{options.fault} has ended")
        await asyncio.Event().wait()


def in_processes(options: argparse.Namespace) -> None:
    """Let the processes of a service have the fault."""
    found = processes_of(f"askmesh.{options.service}", options.home.resolve())
    if not found:
        raise SystemExit(f"no process of {options.service} has the home {options.home}")
    with ExitStack() as stack:
        for process in found:
            match options.fault:
                case "kill":
                    kill(process)
                case "stop":
                    stack.enter_context(stopped(process))
                case _:
                    stack.enter_context(no_room_on_disk(process))
        print(f"{options.fault}: {', '.join(map(str, found))}")
        if options.fault != "kill":
            sleep(options.seconds)


def main() -> None:
    """Read the options and cause the fault."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(required=True)
    for fault in ("stop", "kill", "no-room"):
        command = commands.add_parser(fault)
        command.add_argument("service", choices=[*SERVICES, TRITON])
        command.add_argument("--home", type=Path, required=True, help="of the mesh")
        command.add_argument("--seconds", type=float, default=10.0)
        command.set_defaults(fault=fault, cause=in_processes)
    proxy = commands.add_parser("proxy")
    proxy.add_argument("listen", type=int)
    proxy.add_argument("target", type=int)
    proxy.add_argument("--fault", choices=["stall", "black-hole", "reset", "slow"], required=True)
    proxy.add_argument("--after", type=float, default=0.0)
    proxy.add_argument("--seconds", type=float, default=10.0)
    proxy.add_argument("--delay", type=float, default=0.2, help="of a slow one, in seconds")
    proxy.add_argument("--bytes-per-second", type=float, default=float("inf"))
    proxy.set_defaults(cause=on_the_way)
    options = parser.parse_args()
    options.cause(options)


if __name__ == "__main__":
    main()
