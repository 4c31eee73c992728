"""A town of its own for a test: its stores, the processes that work in it, and what was told and seen there."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, select, text, update

from chassis.caller import Caller
from chassis.clock import VirtualClock, real_now
from chassis.settings import Settings, process_environment
from chassis.store import Store, Tx, open_store
from chassis.store.engine import postgres_engine, sqlite_engine
from chassis.store.group import begin_write
from chassis.store.security import secure
from hotline.dispatch.v1.events_pb2 import OrderChanged, OrderSnapshot
from tests.chassis.bus.town.protos import build, command_to
from tests.chassis.bus.town.tables import tables
from tests.servers.processes import free_port

SERVICES = ("assessment", "bell", "directory", "dispatch", "horn", "intake", "notify", "provincial", "sla")
ROOT = Path(__file__).parents[4]
READY_SECONDS = 120


class Town:
    """Witnesses for services, on SQLite and inside one process, or on the servers named."""

    def __init__(self, folder: Path, amqp_uri: str = "", database_url: str = "", **environment: str) -> None:
        self.folder = folder
        self.on_servers = bool(database_url)
        self._environment = {"DATA": str(folder), "AMQP_URI": amqp_uri, "DATABASE_URL": database_url, **environment}
        self._port = 0
        self._workers: list[subprocess.Popen[bytes]] = []
        self._owners: dict[str, Engine] = {}
        build(folder / "gen")
        self.stores = {service: self._open(service, database_url) for service in SERVICES}

    def _open(self, service: str, database_url: str) -> Store:
        settings = Settings(service, data=self.folder, database_url=database_url)
        metadata = tables(service)
        owner = self._owners[service] = postgres_engine(settings) if self.on_servers else sqlite_engine(settings)
        with begin_write(owner) as connection:
            if self.on_servers:
                connection.execute(text(f"drop schema if exists {service} cascade"))
                connection.execute(text(f"create schema {service}"))
            metadata.create_all(connection)
            if self.on_servers:
                secure(connection, settings, metadata, ("ticked", "rings"))
        return open_store(settings, metadata)

    def run(self, module: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """A main of the chassis, to its end."""
        command = self._command(module, arguments)
        return subprocess.run(command, env=self._env(), cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)

    def start(self, *names: str, module: str = "chassis.work", crash: str = "", wait: bool = True) -> subprocess.Popen[bytes]:
        """A worker or link process; waits until it is ready unless told not to. `crash` is a moment of crashing.MOMENTS."""
        (self.folder / "crash").write_text(crash)
        self._port = free_port()
        command = self._command(module, (*names, "--metrics-port", str(self._port)))
        with (self.folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(command, env=self._env(), cwd=ROOT, stdout=log, stderr=log)
        self._workers.append(worker)
        if wait:
            until(lambda: self.get("/healthz")[0] == 200 or self._ended(worker), READY_SECONDS)
        return worker

    def stop(self) -> None:
        """Stop every worker politely, and let go of the stores."""
        for worker in self._workers:
            worker.send_signal(signal.SIGTERM)
        for worker in self._workers:
            try:
                worker.wait(20)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        for store in self.stores.values():
            store.close()
        for owner in self._owners.values():
            owner.dispose()

    def get(self, path: str) -> tuple[int, str]:
        """What the newest worker answers over HTTP; 0 while it does not."""
        return answers(f"http://127.0.0.1:{self._port}{path}")

    def metric(self, series: str) -> float:
        """The value of a series as /metrics prints it; 0 when there is none."""
        for line in self.get("/metrics")[1].splitlines():
            if line.startswith(series + " "):
                return float(line.rsplit(" ", 1)[1])
        return 0.0

    def tell(self, aggregates: Iterable[str], tenant: str = "zibo") -> None:
        """dispatch tells an OrderChanged for each aggregate, in one transaction."""

        def act(tx: Tx) -> None:
            for aggregate in aggregates:
                tx.tell(OrderChanged(order=OrderSnapshot(order_id=aggregate, tenant_id=tenant)), aggregate, 1)

        self.stores["dispatch"].write(Caller.timer("dispatch", tenant), act)

    def order(self, aggregates: Iterable[str], receiver: str = "bell") -> None:
        """dispatch orders a receiver to do its thing for each aggregate, in one transaction."""
        command = command_to(receiver, self.folder / "gen")

        def act(tx: Tx) -> None:
            for aggregate in aggregates:
                tx.order(command(order_id=aggregate), aggregate)

        self.stores["dispatch"].write(Caller.timer("dispatch", "zibo"), act)

    def rows(self, service: str, table: str) -> list[dict[str, Any]]:
        """Everything in a table of a service."""
        found = self.stores[service].tables[table]
        with self._owners[service].connect() as connection:
            return [dict(row) for row in connection.execute(select(found)).mappings()]

    def change(self, service: str, statement: str) -> None:
        """Meddle with a service's rows as no service may."""
        with begin_write(self._owners[service]) as connection:
            connection.execute(text(statement))

    def park(self, service: str) -> None:
        """Give up whatever waits to be tried again."""
        retries = self.stores[service].tables["retries"]
        with begin_write(self._owners[service]) as connection:
            connection.execute(update(retries).values(next_at=None, parked_at=real_now()))

    def seen(self, service: str) -> Counter[str]:
        """How often a service handled each aggregate."""
        return Counter(row["aggregate"] for row in self.rows(service, "seen"))

    def everything_sent(self, service: str = "dispatch") -> bool:
        """Whether nothing in a service's outbox waits."""
        return all(row["sent_at"] for row in self.rows(service, "outbox"))

    def trouble(self, service: str, aggregate: str, seconds: float | None = None) -> None:
        """From now on handling this aggregate fails, or takes long."""
        table = self.stores[service].tables["trouble"]
        self.stores[service].write(Caller.timer(service, ""), lambda tx: tx.insert(table, aggregate=aggregate, seconds=seconds))

    def mend(self, service: str) -> None:
        """No more trouble."""
        self.change(service, "delete from trouble")

    @contextmanager
    def locked(self, service: str) -> Iterator[None]:
        """Nobody can write what a service has seen."""
        with begin_write(self._owners[service]) as connection:
            if self.on_servers:
                connection.execute(text("lock table seen in exclusive mode"))
            yield

    def clock(self) -> VirtualClock:
        """The clock of a town with CLOCK=virtual."""
        settings = Settings("dispatch", data=self.folder)
        return VirtualClock(settings.clock_file, settings.clock_start)

    def log(self) -> str:
        """What the workers logged."""
        return (self.folder / "worker.log").read_text()

    def logged(self) -> list[dict[str, Any]]:
        """The same, line by line; a line that is not JSON fails."""
        return [json.loads(line) for line in self.log().splitlines()]

    def _ended(self, worker: subprocess.Popen[bytes]) -> bool:
        assert worker.poll() is None, f"the worker ended with {worker.returncode}: {self.log()[-2000:]}"
        return False

    def _command(self, module: str, arguments: tuple[str, ...]) -> list[str]:
        return [sys.executable, "-m", "tests.chassis.bus.town", module, *arguments]

    def _env(self) -> dict[str, str]:
        return process_environment(**self._environment)


def until(holds: Callable[[], object], seconds: float = 180) -> None:
    """Wait until it holds; fail when it does not in time."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, f"not within {seconds} s"
        time.sleep(0.05)


def answers(url: str) -> tuple[int, str]:
    """What a URL answers; 0 while nobody does."""
    try:
        with urllib.request.urlopen(url, timeout=30) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as refusal:
        with refusal:
            return refusal.code, refusal.read().decode()
    except OSError:
        return 0, ""
