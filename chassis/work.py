"""Runs workers: `python -m chassis.work [SERVICE …]`, without names those of all services in one process.

This is the only process with eventlet. grpc never enters it: the two hang one another.
"""

import warnings

warnings.filterwarnings("ignore", r"\s*Eventlet is deprecated")

import eventlet

if __name__ == "__main__":
    eventlet.monkey_patch()

import argparse
import logging
import signal
import sys

from chassis import telemetry
from chassis.bus.health import serve_health
from chassis.bus.running import Workers
from chassis.bus.waiting import wait_in_green_threads
from chassis.errors import Unusable
from chassis.memory import settle
from chassis.settings import Settings

LOG = logging.getLogger("chassis.work")


def main(arguments: list[str]) -> int:
    """Work until told to stop."""
    parser = argparse.ArgumentParser(prog="python -m chassis.work")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--metrics-port", type=int)
    options = parser.parse_args(arguments)
    settings = Settings.from_env(options.names[0] if len(options.names) == 1 else "worker")
    wait_in_green_threads()
    telemetry.start(settings, "worker")
    workers = Workers(tuple(options.names))
    serve_health(settings.host, options.metrics_port or settings.metrics_port, workers.not_ready)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: eventlet.spawn_n(workers.stop))
    workers.start()
    settle()
    LOG.info("working for %s", "、".join(options.names) or "all")
    workers.wait()
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
