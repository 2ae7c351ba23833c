"""Services behind the gateway, and the network between."""

from askmesh.config import InnerSettings, variable_of
from askmesh.errors import StartupError
from askmesh.rpc import is_local


def require_private(settings: InnerSettings) -> None:
    """Raise `StartupError` where other machines could call a service as anybody, or listen."""
    if is_local(settings.address):
        return
    if not settings.verifying_key_file and settings.authentication != "insecure-none":
        raise _refused(
            settings,
            "AUTHENTICATION_MISSING",
            "Anybody could call {address} in anybody's name: set {verifying_key_file} to the public"
            " key of the gateway, or {address_setting} to this machine ({authentication} to"
            " insecure-none, if the network keeps others away).",
        )
    if settings.tls is None and settings.tls_callers != "insecure-plain":
        raise _refused(
            settings,
            "TLS_MISSING",
            "Others on the network could read what is said to {address}: set"
            " {tls_certificate_file}, {tls_key_file} and {tls_authority_file}, or {address_setting}"
            " to this machine ({tls_callers} to insecure-plain, if the network keeps others away).",
        )


def _refused(settings: InnerSettings, reason: str, sentence: str) -> StartupError:
    kind = type(settings)
    variables = {name: variable_of(kind, name) for name in _NAMED}
    message = sentence.format(
        address=settings.address, address_setting=variable_of(kind, "address"), **variables
    )
    return StartupError(reason, message, address=settings.address)


_NAMED = (
    *("verifying_key_file", "authentication", "tls_callers"),
    *("tls_certificate_file", "tls_key_file", "tls_authority_file"),
)
