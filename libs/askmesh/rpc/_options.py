"""Settings of gRPC itself for channels."""

import json
from ipaddress import ip_address

MAX_MESSAGE_BYTES = 64 * 1024 * 1024


_ANY_METHOD: dict[str, str] = {}
_DEFAULTS: dict[str, str] = {}
_GATEWAY = "askmesh.api.gateway.v1.GatewayService"
_INGESTION = "askmesh.api.ingestion.v1.IngestionService"

# Streams that go on over a new connection: whoever reads them makes these calls again.
_RESUMED = [
    {"service": _GATEWAY, "method": "StreamAnswer"},
    {"service": _GATEWAY, "method": "AnswerQuestions"},
    {"service": _GATEWAY, "method": "ResumeAnswer"},
    {"service": _INGESTION, "method": "IngestDocuments"},
]

# No `timeout` here: gRPC for Python does not honour it. Every call has a timeout of its own.
# Only failures of the connection are retried: servers forbid it for their own (see _statuses).
_SERVICE_CONFIG: dict[str, object] = {
    "loadBalancingConfig": [{"round_robin": _DEFAULTS}],
    "methodConfig": [
        {"name": _RESUMED},
        {
            "name": [_ANY_METHOD],
            "retryPolicy": {
                "maxAttempts": 3,
                "initialBackoff": "0.05s",
                "maxBackoff": "0.5s",
                "backoffMultiplier": 2,
                "retryableStatusCodes": ["UNAVAILABLE"],
            },
        },
    ],
    # A connection that breaks fails all of its calls at once: these may all be made again.
    "retryThrottling": {"maxTokens": 200, "tokenRatio": 0.1},
}

_CONNECTION: tuple[tuple[str, str | int], ...] = (
    # A channel opened afresh does not inherit the backoff of another to the same address.
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    # A peer that falls silent is noticed within the sum of the first and the third.
    ("grpc.keepalive_time_ms", 1_000),
    ("grpc.keepalive_timeout_ms", 1_900),
    ("grpc.http2.ping_timeout_ms", 1_900),  # without it, only after a minute
    ("grpc.http2.max_pings_without_data", 0),  # as many as needed: answers may stream for long
    # An attempt to connect is given up after the first of these, not after 20 s: until then, calls
    # wait for a peer that may be gone, and one that is back is not found.
    ("grpc.min_reconnect_backoff_ms", 1_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 1_000),
)

CHANNEL_OPTIONS = (*_CONNECTION, ("grpc.service_config", json.dumps(_SERVICE_CONFIG)))
REPLICA_OPTIONS = (*_CONNECTION, ("grpc.enable_retries", 0))
"""For a channel to one replica: whoever chooses the replica makes a call again."""


def is_local(address: str) -> bool:
    """Return whether only this machine is at an address, or reaches what listens there."""
    if address.startswith("unix:"):
        return True
    host = address.removeprefix("dns:///").rpartition(":")[0].strip("[]")
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False
