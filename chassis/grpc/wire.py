"""How servers and clients hold a connection, the same at both ends."""

from __future__ import annotations

# A blob of 10 MiB and what goes with it.
MAX_MESSAGE_BYTES = 12 * 1024 * 1024
LONGEST_PAUSE_MS = 1_000
OPTIONS = (
    ("grpc.so_reuseport", 0),
    # Else channels of one address are one connection, and a new one inherits the pause of an old one's failure.
    ("grpc.use_local_subchannel_pool", 1),
    ("grpc.max_receive_message_length", MAX_MESSAGE_BYTES),
    ("grpc.max_send_message_length", MAX_MESSAGE_BYTES),
    # A server that was started again is found within a second; else the pauses grow to two minutes.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", LONGEST_PAUSE_MS),
)
