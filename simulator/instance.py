"""An instance of the hotline of the simulator's own: started on free ports with a virtual clock, and stopped."""

from __future__ import annotations

import json
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from chassis.settings import Settings, process_environment, service_names

FOLDER = Path("var/demo")
READY_SECONDS = 240.0
STOP_SECONDS = 30.0


class NotStarted(Exception):
    """The instance did not come up; the message is one line."""


@dataclass(frozen=True)
class Instance:
    """Where a hotline is, and who may log in."""

    door: str
    page: str
    credentials: list[dict[str, Any]]


def credentials_in(folder: Path) -> list[dict[str, Any]]:
    """The log-ins that a demo instance wrote for its people. Raises NotStarted where there are none."""
    file = folder / "demo-credentials.json"
    if not file.exists():
        raise NotStarted(f"{file} 不存在：只有演示实例（PROFILE=demo）才有供模拟使用的账号")
    people: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    return people


@contextmanager
def running(folder: Path = FOLDER, *, keep: bool = False) -> Iterator[Instance]:
    """A fresh instance in an emptied folder; stopped at the end, unless it is to be kept. Raises NotStarted."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    base, http = _free_ports(len(service_names()) + 1), _free_ports(1)
    environment = {
        "DATA": str(folder),
        "PROFILE": "demo",
        "CLOCK": "virtual",
        "DOOR_PORT": str(base),
        "HTTP_PORT": str(http),
        "METRICS_PORT": str(_free_ports(2 * len(service_names()) + 2)),
    }
    log = folder / "run.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "chassis.run"],
            env=process_environment(**environment),
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    host = Settings.from_env("simulator").host
    with ExitStack() as stack:
        if not keep:
            stack.callback(_stop, process)
        page = f"http://{host}:{http}"
        _wait(process, page, log)
        yield Instance(f"{host}:{base}", page, credentials_in(folder))


def _wait(process: subprocess.Popen[bytes], page: str, log: Path) -> None:
    until = monotonic() + READY_SECONDS
    while monotonic() < until:
        if process.poll() is not None:
            lines = log.read_text(encoding="utf-8").splitlines()
            raise NotStarted(f"实例未能启动：{lines[-1] if lines else '无输出'}（详见 {log}）")
        try:
            with urllib.request.urlopen(f"{page}/healthz", timeout=2):  # noqa: S310 - our own page
                return
        except (OSError, urllib.error.HTTPError):
            sleep(0.2)
    _stop(process)
    raise NotStarted(f"实例在 {READY_SECONDS:.0f} 秒内未就绪（详见 {log}）")


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_ports(count: int) -> int:
    """The first of so many free ports in a row."""
    for _ in range(100):
        with ExitStack() as stack:
            first = stack.enter_context(socket.socket())
            first.bind(("127.0.0.1", 0))
            port: int = first.getsockname()[1]
            try:
                for number in range(port + 1, port + count):
                    stack.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise NotStarted("找不到连续的空闲端口")
