"""The image is built for real and run as Kubernetes runs it.

A service answers its health check, a ticket goes through its life, SIGTERM ends both.
"""

from __future__ import annotations

import faulthandler
import json
import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2

from chassis.grpc import Client
from chassis.settings import Settings, service_names, services_with
from services.directory.logins import logins
from simulator.once import away, live
from tests.image.engine import IMAGE, Engine, engine_in
from tests.servers.processes import free_port

pytestmark = pytest.mark.proof
USER = 10001
READY_SECONDS = 600
SEED = "a seed of this test alone"


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    """With the image built."""
    # A build may last longer than any test may; each of its commands has a bound of its own.
    faulthandler.cancel_dump_traceback_later()
    engine = engine_in(tmp_path_factory.mktemp("engine"))
    started = time.monotonic()
    engine.make_base()
    based = time.monotonic()
    engine.build("--build-arg", "VERSION=1.2.3", "--build-arg", "REVISION=abc")
    print(f"base of Debian's packages: {based - started:.0f} s; image: {time.monotonic() - based:.0f} s, {_size(engine) / 1e6:.0f} MB")
    yield engine
    engine.call("system", "reset", "--force")


def test_it_is_no_root_and_says_what_it_is(engine: Engine) -> None:
    (found,) = json.loads(engine.call("image", "inspect", IMAGE).stdout)
    config = found["Config"]
    assert config["User"] == f"{USER}:{USER}"
    assert config["Entrypoint"] == ["python", "-m"]
    labels = {name.removeprefix("org.opencontainers.image."): value for name, value in config["Labels"].items()}
    assert (labels["title"], labels["version"], labels["revision"]) == ("hotline", "1.2.3", "abc")


def test_it_holds_what_runs_and_nothing_else(engine: Engine) -> None:
    command = engine.run({}, {}, "compileall", "-h")
    listing = [
        *command[: command.index(IMAGE)],
        "--entrypoint",
        "sh",
        IMAGE,
        "-c",
        "ls -A /app; touch /app/x /etc/x; id -u; which pip npm uv",
    ]
    said = subprocess.run(listing, capture_output=True, text=True, check=False, timeout=READY_SECONDS)
    lines = said.stdout.split()
    assert {"chassis", "services", "gen", "node_modules"} <= set(lines), said.stderr
    assert not {"tests", ".git", "bench", "docs", "var"} & set(lines)
    assert lines[-1] == str(USER)
    assert said.stderr.count("Read-only file system") == 2


def test_a_service_answers_its_health_check_and_stops_when_told(engine: Engine, tmp_path: Path) -> None:
    data = _folder(tmp_path)
    api, health, metrics = (free_port() for _ in range(3))
    environment = {"API_PORT": str(api), "HEALTH_PORT": str(health), "METRICS_PORT": str(metrics)}
    subprocess.run(engine.run({}, {data: "/data"}, "chassis.prepare", "kb"), check=True, timeout=READY_SECONDS)
    with _running(engine.run(environment, {data: "/data"}, "chassis.serve", "kb")) as process:
        for port in (api, health):
            assert _health(port, process) == health_pb2.HealthCheckResponse.SERVING
    assert process.returncode == 0


def test_a_ticket_goes_through_its_life_in_it(engine: Engine, tmp_path: Path) -> None:
    data = _folder(tmp_path)
    door, http = free_port(), free_port()
    metrics = free_port()
    environment = {"DOOR_PORT": str(door), "HTTP_PORT": str(http), "METRICS_PORT": str(metrics), "PROFILE": "demo", "FIRST_PASSWORDS": SEED}
    with _running(engine.run(environment, {data: "/data"}, "chassis.run")) as process:
        until = time.monotonic() + READY_SECONDS
        while away(f"127.0.0.1:{door}"):
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(1)
        people = logins(Settings("directory", profile="demo", first_passwords=SEED))
        ended = live(f"127.0.0.1:{door}", people)
        print(f"{len(service_names())} services, {len(services_with('worker'))} workers in one container: {ended}")
        assert ended["outcome"] == "closed"
    assert process.returncode == 0


@contextmanager
def _running(command: list[str]) -> Iterator[subprocess.Popen[bytes]]:
    """Until told to stop: podman hands the signal on."""
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        try:
            yield process
        finally:
            process.send_signal(signal.SIGTERM)
            process.communicate(timeout=READY_SECONDS)


def _health(port: int, process: subprocess.Popen[bytes]) -> int:
    until = time.monotonic() + READY_SECONDS
    with Client(f"127.0.0.1:{port}") as client:
        while True:
            try:
                request = health_pb2.HealthCheckRequest()
                return int(client.ask("grpc.health.v1.Health/Check", request, health_pb2.HealthCheckResponse, seconds=5).status)
            except grpc.RpcError:
                assert process.poll() is None
                assert time.monotonic() < until
                time.sleep(0.5)


def _folder(tmp_path: Path) -> str:
    folder = tmp_path / "data"
    folder.mkdir()
    os.chown(folder, USER, USER)
    return str(folder)


def _size(engine: Engine) -> int:
    (found,) = json.loads(engine.call("image", "inspect", IMAGE).stdout)
    return int(found["Size"])
