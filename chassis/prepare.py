"""Makes stores ready to be served from: `python -m chassis.prepare [SERVICE …]`, each brought to its newest revision and seeded.

`… --wait SERVICE …` waits until another process has done so.
"""

from __future__ import annotations

import argparse
import sys
import time

from chassis import job, telemetry
from chassis.errors import Unusable
from chassis.migrate import upgrade
from chassis.opening import open_service
from chassis.settings import Settings, service_names

PATIENCE_SECONDS = 900.0
PAUSE_SECONDS = 2.0


def prepare(service: str) -> None:
    """One service's store; safe to repeat, and beside processes of the version before. Raises Unusable with one line."""
    upgrade(Settings.from_env(service))
    if "first_start" in job.jobs_of(service):
        job.run(service, "first_start", [])


def wait_for(service: str, seconds: float = PATIENCE_SECONDS) -> None:
    """Until a service's store can be served from. Raises Unusable when it cannot be in all that time."""
    until = time.monotonic() + seconds
    while True:
        try:
            open_service(Settings.from_env(service)).close()
        except Unusable:
            if time.monotonic() > until:
                raise
            time.sleep(PAUSE_SECONDS)
        else:
            return


def main(arguments: list[str]) -> int:
    """Prepare the named services, or all; or wait for them."""
    parser = argparse.ArgumentParser(prog="python -m chassis.prepare")
    parser.add_argument("names", nargs="*")
    parser.add_argument("--wait", action="store_true")
    options = parser.parse_args(arguments)
    if unknown := [name for name in options.names if name not in service_names()]:
        raise Unusable(f"没有服务 {unknown[0]}：可用 {'、'.join(service_names())}")
    telemetry.start(Settings.from_env("prepare"), "prepare")
    for service in options.names or service_names():
        (wait_for if options.wait else prepare)(service)
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
