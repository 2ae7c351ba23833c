"""Callers inside of the mesh, as tokens that only the edge can sign."""

from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import time

import jwt
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from askmesh.authentication._refusing import expired, invalid
from askmesh.errors import StartupError
from askmesh.identity import Caller, caller_from_plain, caller_to_plain

AUDIENCE = "askmesh-mesh"
_ALGORITHM = "EdDSA"
LIFE_SECONDS = 120.0
_FRESH_SECONDS = 60.0
_LEEWAY_SECONDS = 5.0
_MOST_KEPT = 10_000


def new_key_pair() -> tuple[bytes, bytes]:
    """Return a private key, with which the edge signs, and its public key, both as PEM."""
    private = Ed25519PrivateKey.generate()
    return (
        private.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        ),
        private.public_key().public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        ),
    )


def signer_from(path: Path) -> "TokenSigner":
    """Return the signer of a private key in a file. Raise `StartupError` if it is none."""
    with _readable(path):
        key = path.read_bytes()
        if not isinstance(serialization.load_pem_private_key(key, None), Ed25519PrivateKey):
            raise TypeError("it is a key of another kind")
        return TokenSigner(key)


def verifier_from(path: Path) -> "TokenVerifier":
    """Return the verifier of a public key in a file. Raise `StartupError` if it is none."""
    with _readable(path):
        key = path.read_bytes()
        if not isinstance(serialization.load_pem_public_key(key), Ed25519PublicKey):
            raise TypeError("it is a key of another kind")
        return TokenVerifier(key)


@contextmanager
def _readable(path: Path) -> Generator[None]:
    try:
        yield
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise StartupError(
            "MESH_KEY_UNUSABLE",
            f"The file {path} is no such key of a mesh: make one with `askmesh keys mesh`.",
            path=str(path),
        ) from error


@dataclass(slots=True)
class TokenSigner:
    """Signs who calls. A token lives two minutes and is used again for the first of them."""

    private_key: bytes = field(repr=False)
    clock: Callable[[], float] = time
    _made: dict[Caller, tuple[float, str]] = field(
        default_factory=dict[Caller, tuple[float, str]], repr=False
    )

    def token_of(self, caller: Caller) -> str:
        """Return a token of the caller."""
        now = self.clock()
        made, token = self._made.get(caller, (0.0, ""))
        if now - made < _FRESH_SECONDS:
            return token
        if len(self._made) >= _MOST_KEPT:
            self._made.clear()
        token = self._signed(caller, now)
        self._made[caller] = now, token
        return token

    def _signed(self, caller: Caller, now: float) -> str:
        plain = caller_to_plain(caller).decode()
        claims = {"aud": AUDIENCE, "exp": now + LIFE_SECONDS, "caller": plain}
        return jwt.encode(claims, self.private_key, algorithm=_ALGORITHM)


@dataclass(slots=True)
class TokenVerifier:
    """Tells who calls from a token of the edge, which is verified once."""

    public_key: bytes
    clock: Callable[[], float] = time
    _known: dict[str, tuple[float, Caller]] = field(
        default_factory=dict[str, tuple[float, Caller]], repr=False
    )

    async def caller_of(self, credential: str) -> Caller:
        """Return the caller. Raise `UnauthenticatedError` if no edge has signed this, or lately."""
        expiry, caller = self._known.get(credential) or self._verified(credential)
        if expiry + _LEEWAY_SECONDS <= self.clock():
            self._known.pop(credential, None)
            raise expired()
        return caller

    def _verified(self, token: str) -> tuple[float, Caller]:
        try:
            claims = jwt.decode(
                token,
                self.public_key,
                algorithms=[_ALGORITHM],
                audience=AUDIENCE,
                # Compared by the caller, who knows the time of what is kept, too.
                options={"require": ["exp", "aud", "caller"], "verify_exp": False},
            )
        except jwt.PyJWTError as error:
            raise invalid("it was not signed by the edge of this mesh") from error
        verified = float(claims["exp"]), caller_from_plain(str(claims["caller"]).encode())
        if len(self._known) >= _MOST_KEPT:
            self._known.clear()
        self._known[token] = verified
        return verified
