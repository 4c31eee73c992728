"""Connections to the broker: RabbitMQ, by TLS where `AMQP_URI` begins with amqps, or the queue inside this process."""

from __future__ import annotations

import ssl
from typing import Any
from urllib.parse import urlsplit

from kombu import Connection

from chassis.bus import inproc
from chassis.settings import Settings

CONNECT_SECONDS = 5


def connection_to(settings: Settings) -> Connection:
    """A connection, not yet opened."""
    return Connection(settings.amqp_uri or inproc.URI, connect_timeout=CONNECT_SECONDS, ssl=encryption(settings))


def encryption(settings: Settings) -> dict[str, Any] | None:
    """What kombu and nameko are told of TLS: the broker's certificate must bear its name and be signed by `AMQP_CA`, or a known authority.

    By itself kombu would take any certificate for amqps (its `ssl=True`).
    """
    parts = urlsplit(settings.amqp_uri)
    if parts.scheme != "amqps":
        return None
    authority = str(settings.amqp_ca) if settings.amqp_ca else None
    return {"cert_reqs": ssl.CERT_REQUIRED, "ca_certs": authority, "server_hostname": parts.hostname}
