"""Settings of services, read once from the environment."""

from askmesh.config._addresses import has_credentials, has_password, without_credentials
from askmesh.config._identity import CallSettings, EdgeSettings, InnerSettings
from askmesh.config._loading import (
    DocumentSettings,
    HomeSettings,
    ServiceSettings,
    environment_variables,
    load,
    variable_of,
)
from askmesh.config._transport import TlsFileSettings, TritonTransportSettings

__all__ = [
    "CallSettings",
    "DocumentSettings",
    "EdgeSettings",
    "HomeSettings",
    "InnerSettings",
    "ServiceSettings",
    "TlsFileSettings",
    "TritonTransportSettings",
    "environment_variables",
    "has_credentials",
    "has_password",
    "load",
    "variable_of",
    "without_credentials",
]
