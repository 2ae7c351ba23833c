"""An identity provider, whose keys come over HTTP, and tokens, good and bad."""

import hmac
import json
from collections.abc import Generator, Mapping
from contextlib import AbstractAsyncContextManager, contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm
from jwt.utils import base64url_encode

from askmesh.authentication import (
    Claims,
    IdentityProvider,
    fetched_over_http,
    identity_provider,
)

ISSUER, AUDIENCE = "https://login.example.com", "askmesh"
KEYS = {name: generate_private_key(65537, 2048) for name in ("old", "new")}


@dataclass(slots=True)
class Provider:
    """A server that publishes keys."""

    url: str
    published: dict[str, RSAPrivateKey] = field(default_factory=lambda: {"old": KEYS["old"]})
    fetches: int = 0
    works: bool = True

    def key_set(self) -> bytes:
        keys = [
            json.loads(RSAAlgorithm.to_jwk(key.public_key()))
            | {"kid": name, "alg": "RS256", "use": "sig"}
            for name, key in self.published.items()
        ]
        return json.dumps({"keys": [*keys, {"kty": "of the future", "kid": "x"}]}).encode()


@contextmanager
def provider() -> Generator[Provider]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            served.fetches += 1
            self.send_response(200 if served.works else 500)
            self.end_headers()
            self.wfile.write(served.key_set())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name there
            del format, args

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        served = Provider(f"http://127.0.0.1:{server.server_port}/keys")
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield served
        finally:
            server.shutdown()
            thread.join()


def verifying(
    served: Provider, *, pause_seconds: float = 60
) -> AbstractAsyncContextManager[IdentityProvider]:
    fetch = fetched_over_http(served.url)
    return identity_provider(Claims(ISSUER, AUDIENCE), fetch, pause_seconds=pause_seconds)


def claims(**others: object) -> dict[str, Any]:
    own = {"iss": ISSUER, "aud": AUDIENCE, "exp": time() + 300, "sub": "ann", "tenant": "blue"}
    own |= {"groups": ["staff"], "roles": ["reader", "owner of the building"]}
    return {name: value for name, value in (own | others).items() if value is not None}


def token(signed_by: str = "old", **others: object) -> str:
    return jwt.encode(
        claims(**others), KEYS[signed_by], algorithm="RS256", headers={"kid": signed_by}
    )


def by_secret(secret: bytes, **header: object) -> str:
    """Return a token that shares a secret with whoever takes these bytes for one."""
    signed = unsigned({"alg": "HS256", "kid": "old"} | header)
    return f"{signed}.{base64url_encode(hmac.digest(secret, signed.encode(), 'sha256')).decode()}"


def unsigned(header: Mapping[str, object]) -> str:
    """Return the first two parts of a token."""
    parts = (base64url_encode(json.dumps(part).encode()) for part in (header, claims()))
    return b".".join(parts).decode()
