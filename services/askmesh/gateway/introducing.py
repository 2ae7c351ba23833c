"""How the gateway tells the other services who asks."""

from pathlib import Path

from askmesh.authentication import signer_from
from askmesh.gateway.settings import Settings
from askmesh.identity import current_caller
from askmesh.rpc import Introduce, by_credential, by_name


def introduction(settings: Settings) -> Introduce:
    """Return the gateway's introduction: signed where it has a key, else believed.

    Raise `StartupError` if the key is none.
    """
    if not settings.signing_key_file:
        return by_name
    signer = signer_from(Path(settings.signing_key_file))
    return lambda: by_credential(signer.token_of(current_caller()))
