"""Does any bad token let anybody in, or any call without a credential, and is each told why?

    PYTHONPATH=tests:. python -m benchmarks.load.bad_credentials [--each 40] [--output FILE]

Tokens of an identity provider, whose keys change all the time, go over real calls to a service that
asks for them: bad ones of every kind, each with other claims, and good ones between. Then every
method of every service of the mesh is called without a credential, and health beside.
"""

import argparse
import asyncio
import json
import logging
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory
from time import time

import jwt
from benchmarks.claims import Claim, publish
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from google.protobuf.wrappers_pb2 import StringValue
from grpc import StatusCode, aio
from jwt.algorithms import RSAAlgorithm

from askmesh.authentication import IdentityProvider, KeysOrTokens
from askmesh.identity import Role
from askmesh.rpc import by_credential, reason_of
from askmesh.serving import GuardedDoor
from support.credentials import Keys, methods_of
from support.echo import SERVICE, Context, EchoClient, echo_service, text
from support.guarded_services import REFUSED, SERVICES, guarded, refusals
from support.identity_provider import Provider, by_secret, claims, provider, unsigned, verifying

ROLES = {f"/{SERVICE}/Unary": frozenset({Role.READER})}
TYPED = {(StatusCode.UNAUTHENTICATED, f"CREDENTIAL_{each}") for each in ("INVALID", "EXPIRED")}
LET_IN = (StatusCode.OK, "")
ROTATION = 25
"""After how many tokens the provider signs with another key, and publishes that one alone."""

STRANGER = generate_private_key(65537, 2048)
Make = Callable[["Signing"], str]


class Signing:
    """The key that signs now, those before, and claims that differ from token to token."""

    def __init__(self, served: Provider, random: Random) -> None:
        self._served = served
        self._random = random
        self._spare = [generate_private_key(65537, 2048) for _ in range(3)]
        self._number = 0
        self.old_name, self.old_key = "key 0", self._spare[0]
        self.name, self.key = self.old_name, self.old_key
        self.rotate()

    def rotate(self) -> None:
        """Sign with another key from now on."""
        self.old_name, self.old_key = self.name, self.key
        self._number += 1
        self.name, self.key = f"key {self._number}", self._spare[self._number % len(self._spare)]
        self._served.published = {self.name: self.key}

    def token(self, key: RSAPrivateKey | None = None, **others: object) -> str:
        """Return a token that is good but for what is given."""
        return self.headed({}, key, **others)

    def headed(
        self, header: Mapping[str, object], key: RSAPrivateKey | None = None, **others: object
    ) -> str:
        """Return a token with other fields in its header."""
        head: dict[str, object] = {"kid": self.name, "alg": "RS256", **header}
        return jwt.encode(self.claims(**others), key or self.key, str(head["alg"]), head)

    def claims(self, **others: object) -> dict[str, object]:
        return claims(**{"sub": f"u{self._random.randrange(10**6)}"} | others)

    def public(self, encoding: Encoding) -> bytes:
        kind = PublicFormat.SubjectPublicKeyInfo
        return self.key.public_key().public_bytes(encoding, kind)

    def bent(self, token: str) -> str:
        """Return a token in which one character is another one."""
        at = self._random.randrange(len(token) - 2)
        other = "A" if token[at] != "A" else "B"
        return token[:at] + other + token[at + 1 :]

    def noise(self) -> str:
        return self._random.randbytes(self._random.randrange(1, 60)).hex()


def _none(signing: Signing) -> str:
    return jwt.encode(signing.claims(), "", algorithm="none", headers={"kid": signing.name})


def _swapped(signing: Signing) -> str:
    head, _, mark = signing.token().split(".")
    other = signing.token(roles=["administrator"]).split(".")[1]
    return f"{head}.{other}.{mark}"


def _own_key(signing: Signing) -> str:
    own = json.loads(RSAAlgorithm.to_jwk(STRANGER.public_key()))
    return signing.headed({"jwk": own}, STRANGER)


BAD: Mapping[str, Make] = {
    "of a key that was replaced": lambda s: s.headed({"kid": s.old_name}, s.old_key),
    "of a replaced key under the new name": lambda s: s.token(s.old_key),
    "of a stranger's key": lambda s: s.token(STRANGER),
    "of a stranger's key in its header": _own_key,
    "with the address of other keys": lambda s: s.headed({"jku": "http://127.0.0.1:1/"}, STRANGER),
    "of a key that nobody has": lambda s: s.headed({"kid": s.noise()}),
    "of no key": lambda s: s.headed({"kid": ""}),
    "of a key that is a path": lambda s: s.headed({"kid": "../../../dev/null"}),
    "signed another way than its key": lambda s: s.headed({"alg": "PS256"}),
    "alg none": _none,
    "alg None": lambda s: f"{unsigned({'alg': 'None', 'kid': s.name})}.",
    "alg none with a signature": lambda s: (
        f"{unsigned({'alg': 'none', 'kid': s.name})}.{s.token().split('.')[2]}"
    ),
    "with the public key for a secret, PEM": lambda s: by_secret(
        s.public(Encoding.PEM), kid=s.name
    ),
    "with the public key for a secret, DER": lambda s: by_secret(
        s.public(Encoding.DER), kid=s.name
    ),
    "with an empty secret": lambda s: by_secret(b"", kid=s.name),
    "expired": lambda s: s.token(exp=time() - 120),
    "for later": lambda s: s.token(nbf=time() + 120),
    "without an end": lambda s: s.token(exp=None),
    "of another issuer": lambda s: s.token(iss="https://elsewhere.example.com"),
    "of no issuer": lambda s: s.token(iss=None),
    "for another audience": lambda s: s.token(aud="another"),
    "for nobody": lambda s: s.token(aud=None),
    "with no user": lambda s: s.token(sub=""),
    "with no tenant": lambda s: s.token(tenant=None),
    "with other claims than were signed": _swapped,
    "with a character changed": lambda s: s.bent(s.token()),
    "without its signature": lambda s: s.token().rpartition(".")[0] + ".",
    "noise": Signing.noise,
}


def tokens(signing: Signing, each: int) -> Iterator[tuple[str, str]]:
    """Yield kinds and tokens, good ones as "good", while keys change.

    A good one is the first of each key: what was replaced counts until the new key is fetched.
    """
    kinds = [*BAD.items()]
    for number in range(each * len(kinds)):
        if number % ROTATION == 0:
            signing.rotate()
            yield "good", signing.token()
        kind, make = kinds[number % len(kinds)]
        yield kind, make(signing)


def _door(verifier: IdentityProvider) -> GuardedDoor:
    return GuardedDoor(KeysOrTokens(None, verifier), ROLES, frozenset({"blue"}))


async def told(each: int) -> dict[str, Counter[tuple[StatusCode, str]]]:
    """Return what calls with tokens of each kind came to."""
    found = {kind: Counter[tuple[StatusCode, str]]() for kind in (*BAD, "good")}

    async def unary(_: StringValue, __: Context) -> StringValue:
        return text("")

    with provider() as served:
        async with (
            verifying(served, pause_seconds=0) as verifier,
            echo_service(door=_door(verifier), unary=unary) as port,
            aio.insecure_channel(f"127.0.0.1:{port}") as channel,
        ):
            client = EchoClient(channel)
            for kind, token in tokens(Signing(served, Random(1)), each):
                found[kind][await _outcome(client, token)] += 1
    return found


async def _outcome(client: EchoClient, token: str) -> tuple[StatusCode, str]:
    try:
        await client.unary(text(""), metadata=by_credential(token), timeout=20)
    except aio.AioRpcError as error:
        return error.code(), reason_of(error)
    return LET_IN


async def swept(folder: Path) -> Counter[str]:
    """Return how many methods of each service give something without a credential."""
    keys, given = Keys(folder), Counter[str]()
    for name, service in SERVICES.items():
        async with guarded(name, keys) as port:
            outcomes = await refusals(port, methods_of(service))
        given[name] += sum(outcome != REFUSED for outcome in outcomes.values())
        given["methods"] += len(outcomes)
    return given


def main() -> None:
    """Try all of them and publish what came of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--each", type=int, default=40, help="tokens of each kind")
    parser.add_argument("--output", type=Path)
    asked = parser.parse_args()
    logging.disable(logging.CRITICAL)
    found = asyncio.run(told(asked.each))
    with TemporaryDirectory() as folder:
        given = asyncio.run(swept(Path(folder)))
    methods = given.pop("methods")
    good = found.pop("good")
    tried = sum(each.total() for each in found.values())
    typed = sum(count for each in found.values() for end, count in each.items() if end in TYPED)
    publish(
        asked.output,
        benchmark="benchmarks.load.bad_credentials",
        settings={"each": asked.each, "tokens between rotations": ROTATION},
        results={
            "refused": {
                kind: {reason: n for (_, reason), n in ends.items()} for kind, ends in found.items()
            },
            "given without a credential": dict(given),
        },
        claims=[
            Claim("kinds of bad tokens", len(found), ">= 20"),
            Claim("bad tokens that were tried", tried),
            Claim(
                "bad tokens that are refused as UNAUTHENTICATED with a reason, share",
                typed / tried,
                ">= 1",
            ),
            Claim("good tokens that were tried while keys change", good.total()),
            Claim("good tokens that are refused", good.total() - good[LET_IN], "<= 0"),
            Claim("methods of the services that were called without a credential", methods),
            Claim("methods that give something without a credential", given.total(), "<= 0"),
        ],
    )


if __name__ == "__main__":
    main()
