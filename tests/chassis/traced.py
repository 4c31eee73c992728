"""A process with telemetry: `python -m tests.chassis.traced DATA COLLECTOR`. Asks the probe something that tells an event, and stumbles."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path

import grpc
from opentelemetry import trace

from chassis import telemetry
from chassis.clock import RealClock
from chassis.errors import Denied
from chassis.settings import Settings
from tests.chassis.probe import SERVICE, ServedProbe, notes, open_probe, pb

LOG = logging.getLogger("traced")
NAME = "王小明"
MOBILE = "13812345678"


def main(data: str, collector: str) -> None:
    settings = Settings(SERVICE, data=Path(data), otlp_endpoint=collector)
    telemetry.start(settings, "api")
    server = ServedProbe(open_probe(settings, RealClock()))
    with telemetry.span("a person asks"):
        sys.stdout.write(telemetry.here().split("-")[1] + "\n")
        server.ask("Keep", pb.KeepRequest(request_id="r-1", note_id="n-1"))
        _log_all_ways()
    try:
        server.ask("Stumble", pb.StumbleRequest(over="bug"))
    except grpc.RpcError as failed:
        sys.stdout.write(f"{failed.details()}\n")
    server.stop()
    server.store.close()
    provider: object = trace.get_tracer_provider()
    provider.shutdown()  # type: ignore[attr-defined]  # the SDK's
    thread = threading.Thread(target=int, args=(NAME,))
    thread.start()
    thread.join()
    raise ValueError(NAME, MOBILE)


def _log_all_ways() -> None:
    LOG.info("拨打了 %s", MOBILE, extra={"numbers": [MOBILE], "nested": {"line": f"第一行\n{MOBILE}"}, "count": 3})
    LOG.debug("not shown")
    for failing in (lambda: int(NAME), lambda: notes.c[NAME], lambda: Path(f"/nowhere/{NAME}").read_text(), _denied):
        try:
            failing()
        except Exception:
            LOG.exception("failed\n%s", MOBILE)


def _denied() -> None:
    try:
        int(MOBILE + NAME)
    except ValueError as error:
        raise Denied("不行") from error


if __name__ == "__main__":
    main(*sys.argv[1:])
