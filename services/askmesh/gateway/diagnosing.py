"""Why a service behind the gateway is not reached, as far as certificates are the reason."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from askmesh.transport import TlsFiles, tls_problem


@dataclass(frozen=True, slots=True)
class TlsDiagnosis:
    """Connects once more, by itself, to hear what gRPC does not tell."""

    addresses: Mapping[str, str]
    tls: TlsFiles | None

    async def why(self, service: str, *, seconds: float) -> str:
        """Return a clause about the service, such as "does not speak TLS"; empty if TLS is well."""
        try:
            async with asyncio.timeout(seconds):
                problem = await tls_problem(self.addresses[service], self.tls)
        except TimeoutError:
            return ""
        return problem.value if problem else ""
