"""Telling from a credential who calls: keys in a file, tokens of an identity provider."""

from askmesh.authentication._api_keys import KEY_PREFIX, ApiKey, digest_of, new_secret
from askmesh.authentication._key_file import read_keys, write_keys
from askmesh.authentication._key_ring import KeyRing
from askmesh.authentication._key_sets import fetched_over_http
from askmesh.authentication._mesh_tokens import (
    TokenSigner,
    TokenVerifier,
    new_key_pair,
    signer_from,
    verifier_from,
)
from askmesh.authentication._opening import EdgeIdentity, open_authenticator
from askmesh.authentication._provider import Claims, IdentityProvider
from askmesh.authentication._several import Authenticator, KeysOrTokens

__all__ = [
    "KEY_PREFIX",
    "ApiKey",
    "Authenticator",
    "Claims",
    "EdgeIdentity",
    "IdentityProvider",
    "KeyRing",
    "KeysOrTokens",
    "TokenSigner",
    "TokenVerifier",
    "digest_of",
    "fetched_over_http",
    "new_key_pair",
    "new_secret",
    "open_authenticator",
    "read_keys",
    "signer_from",
    "verifier_from",
    "write_keys",
]
