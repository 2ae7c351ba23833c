"""`askmesh profile`: where the time of a service's processor goes."""

import asyncio
from collections import Counter
from collections.abc import Mapping
from http import HTTPStatus
from http.client import HTTPException
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import click
from rich.console import Console

from askmesh.cli.asynchronous import asynchronous
from askmesh.cli.flame_graph import flame_graph, flames_of, own_amounts, shares_changed
from askmesh.cli.layout import SERVICES, local_metrics_address
from askmesh.cli.options import base_port_option
from askmesh.errors import AskmeshError, InvalidRequestError, NotFoundError, UnavailableError

_MORE_SECONDS = 10.0
_MICROSECONDS = 1000.0


def _known(_: click.Context, parameter: click.Parameter, process: str) -> str:
    """Return the name of a process if it may be one of a mesh."""
    service, dash, number = process.partition("-")
    if service not in SERVICES or bool(dash) != number.isdecimal():
        raise click.BadParameter(f"it is one of {', '.join(SERVICES)}", param=parameter)
    return process


@click.command()
@base_port_option
@click.argument("service", callback=_known)
@click.option(
    "--seconds",
    type=click.FloatRange(0, 60, min_open=True),
    default=10.0,
    show_default=True,
    help="How long to look at it.",
)
@click.option(
    "--output",
    type=click.Path(dir_okay=False, writable=True, path_type=Path),
    help="Where to write it; as lines of text unless its name ends in .svg  [default: SERVICE.svg]",
)
@click.option(
    "--metrics-address", default="", help="host:port of its metrics  [default: on this machine]"
)
@click.option(
    "--against",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A profile that was written as lines of text: what takes more now is red, less blue.",
)
@asynchronous
async def profile(
    *,
    base_port: int,
    service: str,
    seconds: float,
    output: Path | None,
    metrics_address: str,
    against: Path | None,
) -> None:
    """Write a flame graph of SERVICE: which functions use the processor, in every thread.

    Replicas have numbers: `retrieval-2`.
    """
    before = own_amounts(_stacks_of(against)) if against else None
    address = metrics_address or local_metrics_address(service, base_port)
    text = await asyncio.to_thread(_fetched, address, seconds)
    stacks = stacks_in(text)
    output = output or Path(f"{service}.svg")
    used = sum(stacks.values()) / 1e6
    title = f"{service}: {used:.2f} s of processor in {seconds:g} s"
    if output.suffix == ".svg":
        graph = flame_graph(
            flames_of(stacks, title),
            unit=_MICROSECONDS,
            unit_name="ms",
            changes=shares_changed(own_amounts(stacks), before) if before else None,
        )
        output.write_text(graph, encoding="utf-8")
    else:
        output.write_text(text, encoding="utf-8")
    Console().print(f"{title}. Written to {output}.", soft_wrap=True, highlight=False)


def _stacks_of(file: Path) -> Mapping[tuple[str, ...], int]:
    try:
        return stacks_in(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise InvalidRequestError(
            "PROFILE_UNREADABLE", f"{file} is no profile: its lines are not `f;g;h MICROSECONDS`."
        ) from error


def stacks_in(text: str) -> Counter[tuple[str, ...]]:
    """Return the stacks of a profile, with their microseconds."""
    stacks = Counter[tuple[str, ...]]()
    for line in text.splitlines():
        names, _, amount = line.rpartition(" ")
        stacks[tuple(names.split(";"))] += int(amount)
    return stacks


def _fetched(address: str, seconds: float) -> str:
    url = f"http://{address}/profile?seconds={seconds:g}"
    try:
        with urlopen(url, timeout=seconds + _MORE_SECONDS) as reply:
            text: str = reply.read().decode()
            return text
    except HTTPError as error:
        raise _refused(address, error) from error
    except (URLError, HTTPException, OSError, ValueError) as error:
        raise UnavailableError(
            "PROFILE_UNAVAILABLE",
            f"No service tells its profile at {address}: is the mesh up, and of this --base-port?",
        ) from error


def _refused(address: str, error: HTTPError) -> AskmeshError:
    sentence = error.read().decode("utf-8", "replace").strip()
    kind = NotFoundError if error.code == HTTPStatus.NOT_FOUND else UnavailableError
    return kind("PROFILE_REFUSED", f"The service at {address} tells no profile. {sentence}.")
