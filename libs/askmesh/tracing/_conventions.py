"""Names of OpenTelemetry's semantic conventions, pinned at version 1.44.0.

The conventions of RPC are a release candidate and names still change between versions. They stand
here and nowhere else.
"""

SCOPE = "askmesh"
SCHEMA_URL = "https://opentelemetry.io/schemas/1.44.0"

ERROR_TYPE = "error.type"
RPC_METHOD = "rpc.method"
RPC_STATUS_CODE = "rpc.response.status_code"
RPC_SYSTEM_NAME = "rpc.system.name"
SERVER_ADDRESS = "server.address"
SERVER_PORT = "server.port"

GRPC = "grpc"

ERROR_REASON = "askmesh.error.reason"
PRIORITY = "askmesh.priority"
PROFILE_ID = "pyroscope.profile.id"  # Grafana offers profiles for spans that have it
TENANT = "askmesh.tenant"

# What a server is to blame for. Of other codes the caller is.
SERVER_ERRORS = frozenset(
    {
        "DATA_LOSS",
        "DEADLINE_EXCEEDED",
        "INTERNAL",
        "UNAVAILABLE",
        "UNIMPLEMENTED",
        "UNKNOWN",
    }
)

# A caller that gives up a call which it no longer needs has not failed: tail sampling that keeps
# errors would keep every answer whose plan made one search pointless.
NO_CLIENT_ERRORS = frozenset({"OK", "CANCELLED"})
