"""When a process' certificates end is told at each scrape: of what lies on disk by then."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from prometheus_client import REGISTRY

from chassis.certificates import watch_certificates
from chassis.clock import real_now
from chassis.settings import Settings
from tests.certificates import Authority

DAY = timedelta(days=1)


def ends(file: str) -> float | None:
    return REGISTRY.get_sample_value("hotline_certificate_ends_seconds", {"file": file})


def test_the_end_of_each_file_is_told_as_it_lies_there_now(tmp_path: Path) -> None:
    folder = Authority(tmp_path).issue("127.0.0.1")
    watch_certificates(Settings("dispatch", tls=folder))
    tomorrow = (real_now() + DAY).timestamp()
    for file in ("tls.crt", "ca.crt"):
        told = ends(file)
        assert told is not None
        assert abs(told - tomorrow) < 120
    (folder / "tls.crt").write_text("no certificate")
    (folder / "ca.crt").unlink()
    assert (ends("tls.crt"), ends("ca.crt")) == (0.0, 0.0)
