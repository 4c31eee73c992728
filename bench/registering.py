"""RegisterTicket with everything on, by 32 callers, beside a bare gRPC echo and pgbench with the same statements, by turns in one run.

`python -m bench registering [--servers] [--seconds 5] [--turns 3]`: authorization, validation, masking, sealing, journal, request ids.
pgbench runs with `--servers` alone, on the same PostgreSQL, the statements being those of one real registration.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count
from pathlib import Path
from statistics import median
from time import monotonic
from typing import Any
from urllib.parse import urlsplit

import grpc
import psycopg
from sqlalchemy import event

from bench._city import BY_REAL_TIME, Forwarded, city_with
from bench._echo import METHOD
from bench.lifecycles import CATEGORY, HUB, TEXT
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.once import Once
from chassis.settings import Settings
from chassis.store import open_store
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from services.intake.api.tickets import TicketDoor
from services.intake.store.tables import metadata
from simulator.people import House
from tests.journeys.verbs import ask
from tests.servers.processes import free_port

CALLERS = 32
ANOTHER_DAY = datetime(2025, 1, 6, 8, tzinfo=UTC)
PGBENCH = sorted(Path("/usr/lib/postgresql").glob("*/bin/pgbench"))
OPERATOR = Caller("person", "bench", "zibo", HUB, frozenset({"ROLE_OPERATOR"}))


def main(arguments: list[str]) -> int:
    """Print calls a second of each, the median of its turns, and their ratios."""
    parser = argparse.ArgumentParser(prog="python -m bench registering")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--turns", type=int, default=3)
    options = parser.parse_args(arguments)
    with (
        city_with(servers=options.servers, house=Forwarded if options.servers else House, told=BY_REAL_TIME) as (house, folder, url),
        _echo() as echo,
    ):
        runs: dict[str, Callable[[float], float]] = {"echo": partial(_calls, echo), "register": partial(_calls, _registering(house))}
        if options.servers:
            runs["pgbench"] = partial(_pgbench, url, _script(folder, url))
        for run in runs.values():
            run(1.0)
        turns = [{name: run(options.seconds) for name, run in runs.items()} for _ in range(options.turns)]
    rates = {name: round(median(turn[name] for turn in turns), 1) for name in runs}
    ratios = {f"register/{name}": round(rates["register"] / rate, 3) for name, rate in rates.items() if name != "register"}
    print(json.dumps({"servers": options.servers, "per_second": rates, **ratios}))
    return 0


def _calls(call: Callable[[], object], seconds: float) -> float:
    """Calls a second by all callers at once."""
    until, done = monotonic() + seconds, [0] * CALLERS

    def keep_calling(number: int) -> None:
        while monotonic() < until:
            call()
            done[number] += 1

    threads = [threading.Thread(target=keep_calling, args=(number,)) for number in range(CALLERS)]
    begun = monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sum(done) / (monotonic() - begun)


@contextmanager
def _echo() -> Iterator[Callable[[], object]]:
    """A call that sends what a registration sends, to be sent back."""
    port, said = free_port(), _asked(0).SerializeToString()
    command = [sys.executable, "-m", "bench._echo", str(port)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None  # noqa: S101 - opened above
        server.stdout.readline()
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            call: Any = channel.unary_unary(f"/{METHOD}")
            yield lambda: call(said, timeout=30)
        server.communicate()


def _registering(house: House) -> Callable[[], object]:
    numbers = count(1)

    def register() -> object:
        number = next(numbers)
        return ask(house.of_unit(HUB, "ROLE_OPERATOR", number), "register_ticket", _asked(number))

    return register


def _asked(number: int) -> tickets.RegisterTicketRequest:
    said = content.TicketContent(
        channel=shared.CHANNEL_PHONE, nature=shared.NATURE_COMPLAINT, category=CATEGORY, text=f"{TEXT}（{number}）",
        caller=content.Caller(name=f"演示赵{number:06d}", phone=str(19900000000 + number)),
        place=shared.Place(district="zhangdian", address=f"演示路{number}号"),
    )  # fmt: skip
    return tickets.RegisterTicketRequest(content=said, masking_confirmed=True)


def _script(folder: Path, database_url: str) -> Path:
    """A file for pgbench: the statements of one real registration, with a ticket of its own each time."""
    # On a day of its own, whose numbers nobody else counts on.
    store = open_store(Settings("intake", data=folder, database_url=database_url), metadata, SetClock(ANOTHER_DAY))
    told: list[tuple[str, Any]] = []
    request = _asked(7)
    request.request_id = "bench-request"
    once = Once("bench", tickets.RegisterTicketResponse, b"bench", reveals=False)
    register = partial(TicketDoor().RegisterTicket, request)
    once.answer(store, OPERATOR, _asked_as("bench-warm"), register)
    event.listen(store.engine, "before_cursor_execute", lambda _c, _cursor, text, given, *_: told.append((text, given)))
    answer: Any = once.answer(store, OPERATOR, request, register)
    store.close()
    ticket = answer.ticket
    with psycopg.connect(urlsplit(database_url)._replace(scheme="postgresql").geturl()) as connection:
        cursor = psycopg.ClientCursor(connection)
        lines = [cursor.mogrify(text, given).replace("\n", " ") for text, given in told]
    fresh = [_with_variables(line, ticket.ticket_id, ticket.number) for line in lines]
    script = folder.parent / "registering.sql"
    head = "\\set r random(1, 1000000000000)"
    script.write_text("\n".join([head, "begin;", "set local search_path = intake;", *(f"{line};" for line in fresh), "commit;"]))
    return script


def _asked_as(request_id: str) -> tickets.RegisterTicketRequest:
    request = _asked(8)
    request.request_id = request_id
    return request


def _with_variables(line: str, ticket_id: str, number: str) -> str:
    for known, fresh in ((ticket_id, f"{ticket_id[:8]}-:r"), (number, "B:r"), ("bench-request", "bench-:r")):
        line = line.replace(known, fresh)
    # Each client holds a block of numbers of its own, as each registration does.
    return re.sub(r"number_blocks\.block = \d+", "number_blocks.block = :client_id", line) if line.startswith("UPDATE") else line


def _pgbench(database_url: str, script: Path, seconds: float) -> float:
    """Transactions a second by 16 clients."""
    where = urlsplit(database_url)
    # As the service itself, for whom row security holds.
    plain = where._replace(scheme="postgresql", netloc=f"hotline_intake:{where.password}@{where.hostname}:{where.port}").geturl()
    options = ["-n", "-c", "16", "-j", "2", "-T", str(max(1, int(seconds))), "-f", str(script)]
    done = subprocess.run([PGBENCH[-1], *options, plain], check=False, capture_output=True, text=True)
    if (found := re.search(r"tps = ([\d.]+)", done.stdout)) is None or done.returncode:
        raise RuntimeError(done.stderr[:600])
    return float(found.group(1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
