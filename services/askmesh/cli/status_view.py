"""The state of the mesh on the terminal."""

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import TypeVar

from rich.table import Table
from rich.text import Text

from askmesh.cli.amounts import amount
from askmesh.cli.health import serving_status_at
from askmesh.client import (
    BreakerState,
    Client,
    CollectionStatus,
    LanguageModelStatus,
    MeshStatus,
    ServiceStatus,
)
from askmesh.errors import (
    AskmeshError,
    InvalidRequestError,
    PermissionDeniedError,
    UnauthenticatedError,
)
from askmesh.transport import TlsFiles

T = TypeVar("T")

_SERVES, _ABSENT = "SERVING", "UNAVAILABLE"
_NOBODY = {"GATEWAY_UNAVAILABLE", "INGESTION_UNAVAILABLE"}


@dataclass(frozen=True, slots=True)
class MeshState:
    """The states of gateway and ingestion, or why they cannot be had.

    `triton` is the status of grpc.health.v1 of the server that belongs to this mesh, or the
    gRPC code of the failed check.
    """

    mesh: MeshStatus | AskmeshError
    collection: CollectionStatus | AskmeshError
    triton: str

    @property
    def serves(self) -> bool:
        """Whether all services do, and Triton if it is started here."""
        return (
            isinstance(self.mesh, MeshStatus)
            and all(service.serving for service in self.mesh.services)
            and isinstance(self.collection, CollectionStatus)
            and self.triton in {_SERVES, _ABSENT}
        )


async def mesh_state(
    client: Client, triton_address: str, triton_tls: TlsFiles | None = None
) -> MeshState:
    """Ask everyone. Raise `UnavailableError` when neither gateway nor ingestion answers."""
    mesh = await _or_why_not(client.status())
    collection = await _or_why_not(client.collection_status())
    if (
        isinstance(mesh, AskmeshError)
        and isinstance(collection, AskmeshError)
        and {mesh.reason, collection.reason} == _NOBODY
    ):
        raise mesh
    return MeshState(mesh, collection, await serving_status_at(triton_address, triton_tls))


async def _or_why_not(answer: Awaitable[T]) -> T | AskmeshError:
    try:
        return await answer
    except (InvalidRequestError, PermissionDeniedError, UnauthenticatedError):
        raise  # the caller's to mend
    except AskmeshError as error:
        return error


def status_table(state: MeshState) -> Table:
    """Return the state of all services and of the collection, for a person."""
    table = Table("service", "state")
    for name, text in (
        *_mesh_rows(state.mesh),
        ("ingestion", _ingestion_state(state.collection)),
        ("triton", _triton_state(state.triton)),
        ("index", _index_state(state)),
    ):
        table.add_row(name, Text(text))
    return table


def _mesh_rows(mesh: MeshStatus | AskmeshError) -> list[tuple[str, str]]:
    if isinstance(mesh, AskmeshError):
        return [("gateway", f"down: {mesh.message}")]
    gateway = ("gateway", _gateway_state(mesh))
    services = [(service.name, _service_state(service)) for service in mesh.services]
    models = [(f"model {model.name}", _model_state(model)) for model in mesh.language_models]
    return [gateway, *services, *models]


def _model_state(model: LanguageModelStatus) -> str:
    match model.state:
        case BreakerState.OPEN:
            return "not asked now since it failed or was slow (open)"
        case BreakerState.HALF_OPEN:
            return "asked for one token to see whether it works (half-open)"
        case _:
            return f"asked, {model.active_generation_count} texts in the making"


def _gateway_state(mesh: MeshStatus) -> str:
    state = f"serves, {amount(mesh.active_answer_count, 'answer')} in the making"
    if mesh.admission is None:
        return state
    refused = mesh.admission.refused_counts
    causes = ", ".join(f"{cause} {refused[cause]}" for cause in sorted(refused))
    told = f"{sum(refused.values())} refused" + (f" ({causes})" if causes else "")
    places, waiting = mesh.admission.place_count, mesh.admission.waiting_count
    return f"{state}, room for {places}, {waiting} wait, {told}"


def _service_state(service: ServiceStatus) -> str:
    state = f"serves{_replicas(service)}" if service.serving else f"down: {service.detail}"
    match service.breaker_state:
        case BreakerState.OPEN:
            return f"{state}, not asked now since calls failed or were slow (open)"
        case BreakerState.HALF_OPEN:
            return f"{state}, asked by one question to see whether it works (half-open)"
        case _:
            return state


def _replicas(service: ServiceStatus) -> str:
    if service.replica_count < 2:  # noqa: PLR2004 - several
        return ""
    resting = service.resting_replica_count
    return f", {service.replica_count} replicas" + (f" ({resting} rest)" if resting else "")


def _ingestion_state(collection: CollectionStatus | AskmeshError) -> str:
    if isinstance(collection, AskmeshError):
        return f"down: {collection.message}"
    documents = amount(collection.document_count, "document")
    return f"serves, {documents}, {amount(collection.passage_count, 'passage')}"


def _triton_state(status: str) -> str:
    if status == _SERVES:
        return "serves"
    return "not started here" if status == _ABSENT else f"down: {status}"


def _index_state(state: MeshState) -> str:
    if isinstance(state.mesh, AskmeshError):
        return "unknown, since the gateway does not answer"
    services = state.mesh.services
    if not any(service.name == "retrieval" and service.serving for service in services):
        return "unknown, since retrieval does not serve"
    indexed = state.mesh.indexed_revision
    if isinstance(state.collection, AskmeshError):
        return f"revision {indexed} of ? can be searched"
    return f"revision {indexed} of {max(indexed, state.collection.revision)} can be searched"
