"""Serves the pages: `python -m services.gateway [--metrics-port PORT]`."""

from __future__ import annotations

import argparse
import sys

from prometheus_client import start_http_server

from chassis import telemetry
from chassis.errors import Unusable
from chassis.settings import Settings
from services.gateway.app import make_app
from services.gateway.serving import Server


def main(arguments: list[str]) -> int:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m services.gateway")
    parser.add_argument("--metrics-port", type=int)
    options = parser.parse_args(arguments)
    settings = Settings.from_env("gateway")
    telemetry.start(settings, "gateway")
    metrics, _ = start_http_server(options.metrics_port or settings.metrics_port, settings.host)
    Server(make_app(settings), settings, settings.http_port).run()
    metrics.shutdown()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
