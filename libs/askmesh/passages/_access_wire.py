"""Access lists on the wire."""

from collections.abc import Iterable

from askmesh.api.common.v1 import access_pb2
from askmesh.errors import InvalidRequestError
from askmesh.passages._access import AccessList, access_problem


def access_to_wire(access: AccessList) -> access_pb2.AccessList:
    """Return the message for an access list."""
    return access_pb2.AccessList(
        allowed=None if access.allowed is None else _principals(access.allowed),
        denied=_principals(access.denied) if access.denied else None,
    )


def access_from_wire(message: access_pb2.AccessList) -> AccessList:
    """Return the access list in a message, whatever it says."""
    allowed = frozenset(message.allowed.names) if message.HasField("allowed") else None
    return AccessList(allowed, frozenset(message.denied.names))


def require_access(message: access_pb2.AccessList) -> AccessList:
    """Return the access list in a message; raise `InvalidRequestError` if it cannot be one."""
    access = access_from_wire(message)
    if problem := access_problem(access):
        raise InvalidRequestError("ACCESS_INVALID", f"access: {problem}", field="access")
    return access


def _principals(names: Iterable[str]) -> access_pb2.Principals:
    return access_pb2.Principals(names=sorted(names))
