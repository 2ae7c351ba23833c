"""The gateway's door as settings have it."""

from askmesh.auditing import AuditTrail
from askmesh.caching import RedisCommands
from askmesh.gateway.rates import (
    Allowances,
    OwnAllowances,
    Rate,
    RatedDoor,
    SharedAllowances,
)
from askmesh.gateway.servicer import ASKING, ROLES
from askmesh.gateway.settings import Settings
from askmesh.serving import Door, edge_door


def allowances_of(settings: Settings, redis: RedisCommands | None) -> Allowances | None:
    """Return what callers may ask, counted in a Redis if there is one; None without a limit."""
    if not settings.questions_per_minute:
        return None
    own = OwnAllowances(Rate(settings.questions_per_minute, settings.question_burst))
    return SharedAllowances(redis, own) if redis else own


def gateway_door(
    settings: Settings, allowances: Allowances | None, audit: AuditTrail | None
) -> Door:
    """Return what tells who calls, and who asks too much.

    Raise `StartupError` where the credentials of the settings cannot be used.
    """
    door = edge_door(settings, ROLES, audit)
    return RatedDoor(door, allowances, frozenset({ASKING})) if allowances else door
