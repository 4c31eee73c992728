"""How servers and clients hold a connection, the same at both ends: in the clear on one machine, by TLS between machines.

With `TLS`, a folder as cert-manager mounts one (`tls.crt`, `tls.key`, `ca.crt`), servers show their certificate and clients hold it
against `ca.crt`. Who calls is said by the token of the call, so no client shows one of its own.
"""

from __future__ import annotations

from pathlib import Path

import grpc

from chassis.certificates import AUTHORITY, CERTIFICATE, PRIVATE_KEY
from chassis.errors import Unusable

# A blob of 10 MiB and what goes with it.
MAX_MESSAGE_BYTES = 12 * 1024 * 1024
LONGEST_PAUSE_MS = 1_000
# A name stands for every process of a service, and is looked up when a connection ends: so no connection lasts for ever,
# or a process that was added would never be called.
CONNECTION_MS = 300_000
CONNECTION_GRACE_MS = 60_000
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
    # Calls go by turns to all that a name (`dns:///…`) stands for; looked up anew after a second, not after thirty.
    ("grpc.service_config", '{"loadBalancingConfig": [{"round_robin": {}}]}'),
    ("grpc.dns_min_time_between_resolutions_ms", 1_000),
    ("grpc.max_connection_age_ms", CONNECTION_MS),
    ("grpc.max_connection_age_grace_ms", CONNECTION_GRACE_MS),
)


def open_channel(address: str, tls: Path | None = None) -> grpc.Channel:
    """A channel to an address. Raises Unusable where the authority's certificate cannot be read."""
    if tls is None:
        return grpc.insecure_channel(address, options=OPTIONS)
    return grpc.secure_channel(address, _trust_in(tls), options=OPTIONS)


def open_aio_channel(address: str, tls: Path | None = None) -> grpc.aio.Channel:
    """The same for an event loop."""
    if tls is None:
        return grpc.aio.insecure_channel(address, options=OPTIONS)
    return grpc.aio.secure_channel(address, _trust_in(tls), options=OPTIONS)


def _trust_in(tls: Path) -> grpc.ChannelCredentials:
    return grpc.ssl_channel_credentials(_read(tls / AUTHORITY))


def bind(server: grpc.Server, address: str, tls: Path | None = None) -> int:
    """Bind an address; answers its port. Raises Unusable when somebody has it, or the certificate cannot be read."""
    credentials = _shown_from(tls) if tls else None
    try:
        port = server.add_secure_port(address, credentials) if credentials else server.add_insecure_port(address)
    except RuntimeError:
        port = 0
    if not port:
        raise Unusable(f"端口已被占用：{address}，请停止占用它的程序或改用其他端口")
    return int(port)


def _shown_from(tls: Path) -> grpc.ServerCredentials:
    """A certificate that is replaced on disk is shown from the next connection on."""
    shown = [_pair(tls)]

    def newer() -> grpc.ServerCertificateConfiguration | None:
        try:
            pair = _pair(tls)
        except Unusable:
            return None
        if pair == shown[0]:
            return None
        shown[0] = pair
        return grpc.ssl_server_certificate_configuration([pair])

    return grpc.dynamic_ssl_server_credentials(
        grpc.ssl_server_certificate_configuration([shown[0]]),
        newer,  # type: ignore[arg-type]  # its types forget that None means no newer one
    )


def _pair(tls: Path) -> tuple[bytes, bytes]:
    return _read(tls / PRIVATE_KEY), _read(tls / CERTIFICATE)


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise Unusable(f"无法读取 TLS 证书文件 {file}（{error.strerror}）：请检查 TLS 所指目录") from None
