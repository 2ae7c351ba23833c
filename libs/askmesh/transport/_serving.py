"""What a server shows to those who connect."""

from collections.abc import Callable
from typing import cast

import grpc

from askmesh.transport._files import Pems, TlsFiles
from askmesh.transport._following import FollowedPems


def server_credentials(files: TlsFiles, *, callers_are_certified: bool) -> grpc.ServerCredentials:
    """Return the credentials of a server that looks at each handshake whether the files changed.

    With `callers_are_certified`, only callers come in whose certificate the authority has signed.
    Raise `StartupError` if the files cannot be used.
    """
    followed = FollowedPems(files)

    def newer() -> grpc.ServerCertificateConfiguration | None:
        return _configuration(followed.pems) if followed.look() else None

    return grpc.dynamic_ssl_server_credentials(
        _configuration(followed.pems),
        cast("Callable[[], grpc.ServerCertificateConfiguration]", newer),  # None means the same
        require_client_authentication=callers_are_certified,
    )


def _configuration(pems: Pems) -> grpc.ServerCertificateConfiguration:
    return grpc.ssl_server_certificate_configuration(
        [(pems.key or b"", pems.certificate or b"")], pems.authority
    )
