"""Plain text or TLS: certificates in files, servers and channels that take new ones."""

from askmesh.transport._call_options import CallMetadata, CallOptions
from askmesh.transport._connecting import (
    PLAIN_TEXT,
    ChannelOptions,
    Transport,
    connecting,
    credentials_for,
)
from askmesh.transport._files import TlsFiles
from askmesh.transport._forwarding import ForwardingChannel
from askmesh.transport._methods import CallMaking
from askmesh.transport._probing import TlsProblem, tls_problem
from askmesh.transport._serving import server_credentials

__all__ = [
    "PLAIN_TEXT",
    "CallMaking",
    "CallMetadata",
    "CallOptions",
    "ChannelOptions",
    "ForwardingChannel",
    "TlsFiles",
    "TlsProblem",
    "Transport",
    "connecting",
    "credentials_for",
    "server_credentials",
    "tls_problem",
]
