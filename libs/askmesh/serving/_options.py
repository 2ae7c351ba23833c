"""Settings of gRPC itself for servers."""

from askmesh.rpc import MAX_MESSAGE_BYTES

SERVER_OPTIONS = (
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # Requests up to here are read, and refused with a reason; gRPC ends larger ones without one.
    ("grpc.max_receive_message_length", 2 * MAX_MESSAGE_BYTES),
    ("grpc.so_reuseport", 0),  # a port in use is an error, not a second listener
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.http2.ping_timeout_ms", 10_000),
    # Channels ask every second whether their peer is there; what is faster is no client of ours.
    ("grpc.http2.min_ping_interval_without_data_ms", 500),
    # Clients connect anew from time to time, and so find new replicas.
    ("grpc.max_connection_age_ms", 300_000),
    ("grpc.max_connection_age_grace_ms", 600_000),
)
