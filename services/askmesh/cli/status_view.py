"""The state of the mesh on the terminal."""

from rich.table import Table

from askmesh.client import CollectionStatus, MeshStatus


def status_table(mesh: MeshStatus, collection: CollectionStatus) -> Table:
    """Return the state of all services and of the collection, for a person."""
    table = Table("service", "state")
    table.add_row("gateway", f"serves, {mesh.active_answer_count} answers in the making")
    for service in mesh.services:
        table.add_row(service.name, "serves" if service.serving else f"down: {service.detail}")
    table.add_row(
        "ingestion",
        f"serves, {collection.document_count} documents, {collection.passage_count} passages",
    )
    table.add_row("index", _index_state(mesh, collection))
    return table


def _index_state(mesh: MeshStatus, collection: CollectionStatus) -> str:
    if not any(service.name == "retrieval" and service.serving for service in mesh.services):
        return "unknown, since retrieval does not serve"
    return f"revision {mesh.indexed_revision} of {collection.revision} can be searched"
