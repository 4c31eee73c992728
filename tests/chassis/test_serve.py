import json
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import grpc
import pytest
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.auth import SigningKey, peer_key, sign_token
from chassis.caller import Caller
from chassis.grpc import Client
from chassis.migrate import upgrade
from chassis.settings import Settings, process_environment, service_names
from hotline.clock.v1 import clock_pb2
from tests.servers.processes import free_port

SERVING = health_pb2.HealthCheckResponse.SERVING
MINUTES = timedelta(minutes=5)
# A busy machine may take its time to start a process that imports everything.
PATIENCE_SECONDS = 120
OPERATIONS = Caller("person", "p-1", "zibo", "", frozenset({"ROLE_OPERATIONS"}))


class Serving:
    """`python -m chassis.serve …` on ports of its own."""

    def __init__(self, data: Path) -> None:
        self.data = data
        self.door, self.metrics = free_port(), free_port()
        self.environment = process_environment(
            DATA=str(data), DOOR_PORT=str(self.door), METRICS_PORT=str(self.metrics), CLOCK="virtual", AMQP_URI="", DATABASE_URL=""
        )

    @contextmanager
    def running(self, name: str) -> Iterator[subprocess.Popen[str]]:
        command = [sys.executable, "-m", "chassis.serve", name]
        with subprocess.Popen(command, env=self.environment, stderr=subprocess.PIPE, text=True) as process:
            try:
                yield process
            finally:
                process.kill()

    def health(self, service: str) -> int:
        with grpc.insecure_channel(f"127.0.0.1:{self.door}") as channel:
            stub: Any = health_pb2_grpc.HealthStub(channel)
            answer = stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=PATIENCE_SECONDS, wait_for_ready=True)
            return int(answer.status)


@pytest.fixture
def serving(tmp_path: Path) -> Serving:
    for service in service_names():
        upgrade(Settings(service, data=tmp_path))
    return Serving(tmp_path)


def test_all_services_and_the_door_in_one_process_serve_and_stop_when_told(serving: Serving) -> None:
    with serving.running("all") as process:
        until = time.monotonic() + PATIENCE_SECONDS
        while serving.health("") != SERVING:
            assert time.monotonic() < until
        for service in service_names():
            assert serving.health(service) == SERVING
        with urllib.request.urlopen(f"http://127.0.0.1:{serving.metrics}/metrics", timeout=PATIENCE_SECONDS) as answer:
            assert b"hotline_rpcs_total" in answer.read()
        _move_the_clock(serving)
        process.send_signal(signal.SIGTERM)
        _, logs = process.communicate(timeout=PATIENCE_SECONDS)
        assert process.returncode == 0, logs
        lines = [json.loads(line) for line in logs.splitlines()]
        assert [line["message"] for line in lines if line["level"] != "INFO"] == []
    assert not list(serving.data.glob("*.db-wal"))


def _move_the_clock(serving: Serving) -> None:
    """By the door: whoever plays into the instance does it so."""
    issuer = SigningKey("peer:directory", peer_key(Settings("directory", data=serving.data)).private)
    by_operations, by_other = (sign_token(issuer, caller, MINUTES) for caller in (OPERATIONS, Caller("person", "p-2", "zibo")))
    request = clock_pb2.MoveClockRequest(request_id="r-1")
    request.to.FromJsonString("2025-03-01T08:00:00+08:00")
    with Client(f"127.0.0.1:{serving.door}") as client:
        moved = client.ask("hotline.clock.v1.ClockService/MoveClock", request, clock_pb2.MoveClockResponse, by_operations)
        assert moved.now.ToJsonString().startswith("2025-03-01T00:00")
        request.request_id = "r-2"
        request.to.FromJsonString("2199-12-31T23:00:00Z")
        with pytest.raises(grpc.RpcError) as refused:
            client.ask("hotline.clock.v1.ClockService/MoveClock", request, clock_pb2.MoveClockResponse, by_operations)
        assert refused.value.code() is grpc.StatusCode.INVALID_ARGUMENT
        with pytest.raises(grpc.RpcError) as refused:
            client.ask("hotline.clock.v1.ClockService/MoveClock", request, clock_pb2.MoveClockResponse, by_other)
        assert refused.value.code() is grpc.StatusCode.PERMISSION_DENIED
        seen = client.ask("hotline.clock.v1.ClockService/GetClock", clock_pb2.GetClockRequest(), clock_pb2.GetClockResponse, by_other)
        assert seen.now.ToJsonString() >= moved.now.ToJsonString()


@pytest.mark.parametrize("taken", ["metrics", "door"])
def test_a_port_in_use_is_told_in_one_line(serving: Serving, taken: str) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", getattr(serving, taken)))
        other.listen()
        with serving.running("door") as process:
            _, said = process.communicate(timeout=PATIENCE_SECONDS)
    assert process.returncode == 1
    # Before it, grpc's own core may complain in its way.
    line = said.splitlines()[-1]
    assert "Traceback" not in said
    assert str(getattr(serving, taken)) in line
    assert "METRICS_PORT" in line or "已被占用" in line
