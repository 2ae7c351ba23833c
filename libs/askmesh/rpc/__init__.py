"""Calling over gRPC, the same way everywhere: channels, statuses, and what calls take along."""

from askmesh.resilience import time_remaining
from askmesh.rpc._channel import channel_to
from askmesh.rpc._failures import (
    field_violations_of,
    quota_of,
    reason_of,
    retry_delay_of,
    upstream_errors,
)
from askmesh.rpc._health import serving_status
from askmesh.rpc._options import MAX_MESSAGE_BYTES, is_local
from askmesh.rpc._priorities import PRIORITY_METADATA_KEY, by_priority, priority_of
from askmesh.rpc._replicas import replicas_of
from askmesh.rpc._statuses import (
    error_of_status,
    short_message,
    status_code_of,
    status_number_of,
    trailing_metadata_of,
)
from askmesh.rpc._tenancy import (
    CALLER_METADATA_KEY,
    CREDENTIAL_METADATA_KEY,
    TENANT_METADATA_KEY,
    Introduce,
    MetadataByKey,
    MetadataPairs,
    by_credential,
    by_name,
    calling_as,
    current_tenant,
    named_caller,
)

__all__ = [
    "CALLER_METADATA_KEY",
    "CREDENTIAL_METADATA_KEY",
    "MAX_MESSAGE_BYTES",
    "PRIORITY_METADATA_KEY",
    "TENANT_METADATA_KEY",
    "Introduce",
    "MetadataByKey",
    "MetadataPairs",
    "by_credential",
    "by_name",
    "by_priority",
    "calling_as",
    "channel_to",
    "current_tenant",
    "error_of_status",
    "field_violations_of",
    "is_local",
    "named_caller",
    "priority_of",
    "quota_of",
    "reason_of",
    "replicas_of",
    "retry_delay_of",
    "serving_status",
    "short_message",
    "status_code_of",
    "status_number_of",
    "time_remaining",
    "trailing_metadata_of",
    "upstream_errors",
]
