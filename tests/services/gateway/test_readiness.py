"""The gateway as a real process, in front of real gRPC health servers."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection, HTTPResponse
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import grpc
import pytest
from grpc_health.v1 import health, health_pb2, health_pb2_grpc

from chassis.settings import process_environment, service_names
from tests.journeys.waiting import becomes
from tests.servers.processes import free_port

SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


class City:
    """Every service's health, a worker's, and the gateway that asks them."""

    def __init__(self, stack: ExitStack, data: Path) -> None:
        self._health = {name: health.HealthServicer() for name in (*service_names(), "door")}
        self._servers = {name: _serve(stack, servicer) for name, servicer in self._health.items()}
        self.ports = {name: port for name, (_, port) in self._servers.items()}
        self.worker = stack.enter_context(_worker())
        self.http_port = free_port()
        addresses = {f"{name.upper()}_ADDRESS": f"127.0.0.1:{port}" for name, port in self.ports.items()}
        worker = f"127.0.0.1:{self.worker.server_port}"
        self._environment = process_environment(
            **addresses, WORKERS=worker, HTTP_PORT=str(self.http_port), METRICS_PORT=str(free_port()), DATA=str(data), PROFILE="demo"
        )
        for name in self._health:
            self.say(name, SERVING)
        self._start(stack)

    def say(self, name: str, state: int) -> None:
        """From now on this is the service's health."""
        self._health[name].set("", state)

    def end(self, name: str) -> None:
        """The service is gone."""
        self._servers[name][0].stop(None).wait()

    def get(self, path: str) -> tuple[HTTPResponse, str]:
        """Ask the gateway."""
        connection = HTTPConnection("127.0.0.1", self.http_port, timeout=60)
        connection.request("GET", path)
        answer = connection.getresponse()
        text = answer.read().decode()
        connection.close()
        return answer, text

    def _start(self, stack: ExitStack) -> None:
        process = subprocess.Popen([sys.executable, "-m", "services.gateway"], env=self._environment, stderr=subprocess.DEVNULL)
        stack.callback(process.wait)
        stack.callback(process.terminate)
        until = time.monotonic() + 120
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.http_port)) == 0:
                    return
            time.sleep(0.05)
        raise AssertionError("the gateway did not start")


@pytest.fixture(scope="module")
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    with ExitStack() as stack:
        yield City(stack, tmp_path_factory.mktemp("var"))


@pytest.fixture
def city(started: City) -> Iterator[City]:
    yield started
    for name in started.ports:
        started.say(name, SERVING)
    started.worker.ready = True


def waiting(city: City) -> tuple[int, list[str]]:
    answer, text = city.get("/healthz")
    return answer.status, json.loads(text)["waiting"]


def test_healthz_is_200_once_every_service_and_worker_is_ready(city: City) -> None:
    becomes(lambda: waiting(city), (200, []))


def test_healthz_names_a_service_that_does_not_serve(city: City) -> None:
    city.say("sla", NOT_SERVING)
    assert waiting(city) == (503, ["sla api"])


def test_healthz_names_a_worker_that_is_not_ready(city: City) -> None:
    city.worker.ready = False
    assert waiting(city) == (503, ["worker 1"])


def test_the_page_says_what_runs_how_to_log_in_and_by_which_article(city: City) -> None:
    city.say("sla", NOT_SERVING)
    answer, page = city.get("/status")
    assert (answer.status, answer.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert '<html lang="zh-CN">' in page
    for name, port in city.ports.items():
        state = "未就绪" if name == "sla" else "就绪"
        part = name if name == "door" else f"{name} api"
        row = next(line for line in page.splitlines() if f"<td>{part}</td>" in line)
        assert f"127.0.0.1:{port}" in row
        assert f">{state}<" in row
    assert "127.0.0.1:50051" in page
    assert "demo-credentials.json" in page
    for article in ("第十一条第(一)项", "第十二条", "第十三条", "第十七条"):
        assert article in page


def test_every_answer_is_kept_from_scripts_frames_and_caches(city: City) -> None:
    for path in ("/", "/healthz", "/home.css", "/nothing-here"):
        answer, text = city.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert policy.startswith("default-src 'none'")
        assert "script-src 'self';" in policy
        assert "unsafe" not in policy
        assert "unsafe-inline" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "<script" not in text
        assert "style=" not in text


def test_healthz_names_the_door_that_everybody_comes_through(city: City) -> None:
    city.say("door", NOT_SERVING)
    assert waiting(city) == (503, ["door"])


def test_a_service_that_is_gone_is_named(city: City) -> None:
    city.end("dispatch")
    assert waiting(city) == (503, ["dispatch api"])


def _serve(stack: ExitStack, servicer: health.HealthServicer) -> tuple[grpc.Server, int]:
    server = grpc.server(ThreadPoolExecutor(2))
    health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    stack.callback(lambda: server.stop(None).wait())
    return server, port


class _Worker(ThreadingHTTPServer):
    ready = True


class _Page(BaseHTTPRequestHandler):
    server: _Worker

    def do_GET(self) -> None:
        self.send_response(200 if self.server.ready and self.path == "/healthz" else 503)
        self.end_headers()


@contextmanager
def _worker() -> Iterator[_Worker]:
    with _Worker(("127.0.0.1", 0), _Page) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()
