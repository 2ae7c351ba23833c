"""Why a service behind the gateway is not reached, as far as certificates are the reason."""

import asyncio
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TypeAlias

from askmesh.transport import TlsFiles, TlsProblem, tls_problem

KEPT_SECONDS = 5.0
"""How long it is not looked again."""

_Look: TypeAlias = "asyncio.Task[TlsProblem | None]"


@dataclass(frozen=True, slots=True)
class TlsDiagnosis:
    """Connects once more, by itself, to hear what gRPC does not tell.

    It looks at each service once at a time, and not again for `KEPT_SECONDS`: looking takes a
    thread, which goes on when nobody waits for it any more.
    """

    addresses: Mapping[str, str]
    tls: TlsFiles | None
    _looks: dict[str, _Look] = field(default_factory=dict[str, _Look], init=False)

    async def why(self, service: str, *, seconds: float) -> str:
        """Return a clause about the service, such as "does not speak TLS"; empty if TLS is well."""
        look = self._looks.get(service) or self._begin(service)
        done, _ = await asyncio.wait([look], timeout=seconds)
        problem = look.result() if done else None
        return problem.value if problem else ""

    async def end(self) -> None:
        """Give up looking."""
        for look in self._looks.values():
            look.cancel()
        await asyncio.gather(*self._looks.values(), return_exceptions=True)

    def _begin(self, service: str) -> _Look:
        def forget(_: _Look) -> None:
            asyncio.get_running_loop().call_later(KEPT_SECONDS, self._looks.pop, service, None)

        look = asyncio.create_task(tls_problem(self.addresses[service], self.tls))
        self._looks[service] = look
        look.add_done_callback(forget)
        return look


@asynccontextmanager
async def tls_diagnosis(
    addresses: Mapping[str, str], tls: TlsFiles | None
) -> AsyncGenerator[TlsDiagnosis]:
    """Yield what looks at these addresses; what it looks at in the end is given up."""
    diagnosis = TlsDiagnosis(addresses, tls)
    try:
        yield diagnosis
    finally:
        await diagnosis.end()
