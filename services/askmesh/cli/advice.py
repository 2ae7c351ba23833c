"""What to do about a mesh that does not answer."""

from dataclasses import dataclass

from askmesh.cli.health import serving_status_at
from askmesh.errors import AskmeshError, PreconditionError, UnavailableError
from askmesh.transport import TlsFiles, TlsProblem, tls_problem

_AUTHORITY = "ASKMESH_TLS_AUTHORITY_FILE"
_TODO = {
    TlsProblem.ENCRYPTED: f"name the file of its authority in {_AUTHORITY}",
    TlsProblem.PLAIN: f"ask for TLS there, or leave {_AUTHORITY} away",
    TlsProblem.STRANGER: f"name the file of the authority that has in {_AUTHORITY}",
    TlsProblem.OTHER_NAME: "use the name that is in it, or ask for one with this name",
    TlsProblem.EXPIRED: "ask for a new one there, and look at the clocks",
    TlsProblem.REFUSES: "name one in ASKMESH_TLS_CERTIFICATE_FILE and ASKMESH_TLS_KEY_FILE",
}


@dataclass(frozen=True, slots=True)
class MeshPlace:
    """Where a mesh is, and how it is connected to; in plain text without files."""

    gateway: str
    ingestion: str
    tls: TlsFiles | None


async def advice(error: UnavailableError, mesh: MeshPlace) -> AskmeshError | None:
    """Return an error that says why nobody answers, and what to do; None if it is not about that.

    What is wrong with TLS comes first; then it is told whether the other service answers.
    """
    match error.reason:
        case "GATEWAY_UNAVAILABLE":
            return await _better("The gateway", mesh.gateway, mesh.ingestion, mesh.tls)
        case "INGESTION_UNAVAILABLE":
            return await _better("Ingestion", mesh.ingestion, mesh.gateway, mesh.tls)
        case _:
            return None


async def _better(silent: str, address: str, other: str, tls: TlsFiles | None) -> AskmeshError:
    if problem := await tls_problem(address, tls):
        return PreconditionError(
            f"TLS_{problem.name}",
            f"{silent} at {address} {problem.value}: {_TODO[problem]}",
            address=address,
        )
    if await serving_status_at(other, tls) == "SERVING":
        return UnavailableError(
            "SERVICE_UNAVAILABLE",
            f"{silent} does not answer at {address}, but the mesh does: its log says why",
        )
    return UnavailableError(
        "MESH_UNAVAILABLE",
        f"No mesh answers at {address}: start one with `askmesh up`, or say where it is with "
        "--base-port, or with the variables ASKMESH_GATEWAY and ASKMESH_INGESTION",
    )
