"""`python -m tests.servers`: starts both, prints their addresses, stops them on Ctrl-C.

With `--only` just that one. With `--until-eof` they stop when standard input ends, so that they never
outlive whoever started them, however that one dies.
"""

from __future__ import annotations

import argparse
import signal
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.servers.postgres import running_postgres
from tests.servers.processes import CannotStart
from tests.servers.rabbitmq import running_rabbitmq

SERVERS = {"rabbitmq": running_rabbitmq, "postgres": running_postgres}


def main() -> int:
    """Exit code 0 after a stop, 1 with one line when a server cannot be had."""
    parser = argparse.ArgumentParser(prog="python -m tests.servers", description=__doc__)
    parser.add_argument("--only", choices=SERVERS)
    parser.add_argument("--until-eof", action="store_true")
    asked = parser.parse_args()
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        # Also SIGINT, which a shell lets its background jobs ignore.
        signal.signal(stop, signal.default_int_handler)
    try:
        _keep([asked.only] if asked.only else list(SERVERS), until_eof=asked.until_eof)
    except CannotStart as failure:
        print(failure, file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        pass
    return 0


def _keep(names: list[str], *, until_eof: bool) -> None:
    with ExitStack() as stack:
        # What the servers' children still write while they end is no reason to stay.
        root = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="hotline-", ignore_cleanup_errors=True)))
        root.chmod(0o711)
        for name in names:
            (root / name).mkdir()
            for variable, address in stack.enter_context(SERVERS[name](root / name)).items():
                print(f"{variable}={address}", flush=True)
        if until_eof:
            sys.stdin.buffer.read()
        else:
            signal.pause()


if __name__ == "__main__":
    sys.exit(main())
