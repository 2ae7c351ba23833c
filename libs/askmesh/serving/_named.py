"""Which programs may call a service at all, by the names in their certificates."""

import re
from dataclasses import dataclass

from askmesh.authentication import CERTIFIED_NAME_PATTERN, folded
from askmesh.config import InnerSettings, variable_of
from askmesh.errors import PermissionDeniedError, StartupError
from askmesh.identity import Caller
from askmesh.rpc import MetadataByKey
from askmesh.serving._admitting import Door
from askmesh.serving._certified import CertifiedNames, nobody


@dataclass(frozen=True, slots=True)
class NamedDoor:
    """Lets in whose certificate has one of `names`; `door` tells for whom they ask."""

    names: frozenset[str]
    door: Door

    @property
    def is_open(self) -> bool:
        return False

    async def admit(
        self, method: str, said: MetadataByKey, certified: CertifiedNames = nobody
    ) -> Caller:
        if self.names.isdisjoint(certified()):
            raise PermissionDeniedError(
                "PROGRAM_UNKNOWN", "no name in your certificate is one of those that may call here"
            )
        return await self.door.admit(method, said, certified)


def for_named(settings: InnerSettings, door: Door) -> Door:
    """Return `door`, before which names in certificates are asked for if the settings say which.

    Raise `StartupError` if these are none, and where callers are not asked for certificates.
    """
    texts = (each.strip() for each in settings.caller_names.split(","))
    names = frozenset(folded(each) for each in texts if each)
    if not names:
        return door
    variable = variable_of(type(settings), "caller_names")
    if wrong := sorted(each for each in names if not re.match(CERTIFIED_NAME_PATTERN, each)):
        raise StartupError(
            "CALLER_NAMES_INVALID",
            f"{variable} has {wrong[0]!r}: names begin with uri:, dns:, email: or cn:.",
        )
    if settings.tls is None or not settings.callers_are_certified:
        raise StartupError(
            "CALLER_NAMES_UNSEEN",
            f"Callers show no certificates with the names of {variable}: set"
            f" {variable_of(type(settings), 'tls_certificate_file')} and its like, and"
            f" {variable_of(type(settings), 'tls_callers')} to certified.",
        )
    return NamedDoor(names, door)
