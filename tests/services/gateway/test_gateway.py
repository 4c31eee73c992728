"""The gateway as a process: what its pages say while parts are away, and once they are there."""

from __future__ import annotations

import gzip
import json
import re
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest

from chassis.settings import process_environment
from tests.servers.processes import free_port


@pytest.fixture
def page(tmp_path: Path) -> Iterator[str]:
    """The address of a gateway behind which nobody is."""
    http, door = free_port(), free_port()
    environment = process_environment(
        DATA=str(tmp_path), HTTP_PORT=str(http), DOOR_PORT=str(door), WORKERS=f"127.0.0.1:{free_port()}", HOST="127.0.0.1"
    )
    command = [sys.executable, "-m", "services.gateway", "--metrics-port", str(free_port())]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL) as process:
        address = f"http://127.0.0.1:{http}"
        _wait_for(address)
        yield address
        process.terminate()
        assert process.wait(10) in (0, -15)


def test_healthz_names_what_is_not_ready(page: str) -> None:
    with pytest.raises(urllib.error.HTTPError) as refused:
        urllib.request.urlopen(f"{page}/healthz")
    waiting = json.loads(refused.value.read())["waiting"]
    refused.value.close()
    assert refused.value.code == 503
    assert {"intake api", "dispatch api", "sla api", "directory api", "worker 1"} <= set(waiting)


def test_a_page_says_what_runs_and_how_to_enter_and_runs_no_script(page: str) -> None:
    with urllib.request.urlopen(f"{page}/status") as answer:
        html, headers = answer.read().decode(), answer.headers
    assert "12345政务服务便民热线" in html
    assert "SessionService/LogIn" in html
    assert "admin-credentials.json" in html
    assert "未就绪" in html
    assert not re.search(r"<script|style=| on\w+=", html)
    assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"


def test_who_comes_first_is_asked_to_log_in_on_a_page_that_is_small(page: str) -> None:
    asked = urllib.request.Request(page, headers={"Accept-Encoding": "gzip"})
    with urllib.request.urlopen(asked) as answer:
        packed, address = answer.read(), answer.url
    html = gzip.decompress(packed).decode()
    assert address.endswith("/login")
    assert "登录工作台" in html
    weight = len(packed)
    for path in set(re.findall(r"/assets/[0-9a-f]+/[a-z.]+", html)):
        with urllib.request.urlopen(urllib.request.Request(page + path, headers={"Accept-Encoding": "gzip"})) as part:
            assert "immutable" in part.headers["Cache-Control"]
            weight += len(part.read())
    assert weight < 300_000
    with pytest.raises(urllib.error.HTTPError) as missing:
        urllib.request.urlopen(f"{page}/assets/0000000000000000/tabler.css")
    missing.value.close()
    assert missing.value.code == 404


def _wait_for(address: str) -> None:
    until = monotonic() + 120
    while monotonic() < until:
        try:
            urllib.request.urlopen(address).close()
        except OSError:
            sleep(0.1)
        else:
            return
    raise AssertionError("the gateway did not answer")
