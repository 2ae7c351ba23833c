"""The state of the mesh on the terminal."""

from rich.table import Table
from rich.text import Text

from askmesh.cli.mesh_state import MeshState
from askmesh.client import CollectionStatus, MeshStatus
from askmesh.errors import AskmeshError


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
    gateway = ("gateway", f"serves, {mesh.active_answer_count} answers in the making")
    return [gateway] + [
        (service.name, "serves" if service.serving else f"down: {service.detail}")
        for service in mesh.services
    ]


def _ingestion_state(collection: CollectionStatus | AskmeshError) -> str:
    if isinstance(collection, AskmeshError):
        return f"down: {collection.message}"
    return f"serves, {collection.document_count} documents, {collection.passage_count} passages"


def _triton_state(status: str) -> str:
    match status:
        case "SERVING":
            return "serves"
        case "UNAVAILABLE":
            return "not started here"
        case _:
            return f"down: {status}"


def _index_state(state: MeshState) -> str:
    if isinstance(state.mesh, AskmeshError):
        return "unknown, since the gateway does not answer"
    services = state.mesh.services
    if not any(service.name == "retrieval" and service.serving for service in services):
        return "unknown, since retrieval does not serve"
    revision = "?" if isinstance(state.collection, AskmeshError) else state.collection.revision
    return f"revision {state.mesh.indexed_revision} of {revision} can be searched"
