"""The gateway's door as settings have it."""

from askmesh.auditing import AuditTrail
from askmesh.caching import RedisCommands
from askmesh.gateway.rates import OwnAllowances, Rate, RatedDoor, SharedAllowances
from askmesh.gateway.servicer import ASKING, ROLES
from askmesh.gateway.settings import Settings
from askmesh.serving import Door, edge_door


def gateway_door(settings: Settings, redis: RedisCommands | None, audit: AuditTrail | None) -> Door:
    """Return what tells who calls, and who asks too much; gateways count together in a Redis.

    Raise `StartupError` where the credentials of the settings cannot be used.
    """
    door = edge_door(settings, ROLES, audit)
    if not settings.questions_per_minute:
        return door
    own = OwnAllowances(Rate(settings.questions_per_minute, settings.question_burst))
    return RatedDoor(door, SharedAllowances(redis, own) if redis else own, frozenset({ASKING}))
