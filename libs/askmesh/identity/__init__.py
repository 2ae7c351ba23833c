"""Who calls: a value that the edge of the mesh makes, and that every call takes along."""

from askmesh.identity._caller import (
    ALL_ROLES,
    DEFAULT_TENANT,
    Caller,
    Role,
    act_as,
    acting_as,
    current_caller,
    local_operator,
)
from askmesh.identity._plain import caller_from_plain, caller_to_plain

__all__ = [
    "ALL_ROLES",
    "DEFAULT_TENANT",
    "Caller",
    "Role",
    "act_as",
    "acting_as",
    "caller_from_plain",
    "caller_to_plain",
    "current_caller",
    "local_operator",
]
