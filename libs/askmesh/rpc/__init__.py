"""Serving and calling over gRPC, the same way in every service."""

from askmesh.resilience import time_remaining
from askmesh.rpc._channel import channel_to
from askmesh.rpc._failures import (
    field_violations_of,
    reason_of,
    retry_delay_of,
    upstream_errors,
)
from askmesh.rpc._health import serving_status
from askmesh.rpc._running import run
from askmesh.rpc._serving import serving
from askmesh.rpc._tenancy import TENANT_METADATA_KEY, calling_as, current_tenant

__all__ = [
    "TENANT_METADATA_KEY",
    "calling_as",
    "channel_to",
    "current_tenant",
    "field_violations_of",
    "reason_of",
    "retry_delay_of",
    "run",
    "serving",
    "serving_status",
    "time_remaining",
    "upstream_errors",
]
