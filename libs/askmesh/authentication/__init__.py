"""Telling from a credential who calls: keys in a file, certificates, tokens of a provider."""

from askmesh.authentication._api_keys import KEY_PREFIX, ApiKey, digest_of, new_secret
from askmesh.authentication._certified import (
    CERTIFIED_NAME_PATTERN,
    CertifiedName,
    folded,
)
from askmesh.authentication._key_file import (
    KnownCallers,
    changing,
    read_known_callers,
    write_known_callers,
)
from askmesh.authentication._key_ring import KeyRing
from askmesh.authentication._key_sets import fetched_over_http
from askmesh.authentication._mesh_tokens import (
    TokenSigner,
    TokenVerifier,
    new_key_pair,
    signer_from,
    verifier_from,
)
from askmesh.authentication._provider import Claims, IdentityProvider, identity_provider
from askmesh.authentication._refusing import contradicting
from askmesh.authentication._several import Authenticator, Certificates, KeysOrTokens

__all__ = [
    "CERTIFIED_NAME_PATTERN",
    "KEY_PREFIX",
    "ApiKey",
    "Authenticator",
    "Certificates",
    "CertifiedName",
    "Claims",
    "IdentityProvider",
    "KeyRing",
    "KeysOrTokens",
    "KnownCallers",
    "TokenSigner",
    "TokenVerifier",
    "changing",
    "contradicting",
    "digest_of",
    "fetched_over_http",
    "folded",
    "identity_provider",
    "new_key_pair",
    "new_secret",
    "read_known_callers",
    "signer_from",
    "verifier_from",
    "write_known_callers",
]
