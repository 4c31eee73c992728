"""When the certificates of this process end, read anew at each scrape: what is renewed on disk is told from then on."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.x509 import load_pem_x509_certificates
from prometheus_client import Gauge

if TYPE_CHECKING:
    from chassis.settings import Settings

CERTIFICATE, PRIVATE_KEY, AUTHORITY = "tls.crt", "tls.key", "ca.crt"
ENDS = Gauge(
    "hotline_certificate_ends_seconds", "When the first of a file's certificates ends, since 1970; 0 where it cannot be read", ("file",)
)  # fmt: skip


def watch_certificates(settings: Settings) -> None:
    """Tell of those that `TLS` names; of none, where connections are in the clear."""
    if settings.tls:
        for name in (CERTIFICATE, AUTHORITY):
            ENDS.labels(name).set_function(partial(_ends, settings.tls / name))


def _ends(file: Path) -> float:
    try:
        return min(each.not_valid_after_utc.timestamp() for each in load_pem_x509_certificates(file.read_bytes()))
    except (OSError, ValueError):
        return 0.0
