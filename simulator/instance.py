"""An instance of the hotline of the simulator's own: started on free ports, with a virtual clock unless told otherwise, and stopped."""

from __future__ import annotations

import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from chassis.processes import die_with_parent
from chassis.settings import Settings, process_environment, service_names, services_with

CREDENTIALS = "demo-credentials.json"
RECORD = "instance.json"
READY_SECONDS = 240.0
STOP_SECONDS = 30.0
# Below the ports that the kernel gives to whoever calls out.
PORTS = range(20_000, 32_000)
TRIES = 200


class NotStarted(Exception):
    """There is no hotline to play into; the message is one line."""


@dataclass(frozen=True)
class Instance:
    """Where a hotline is, and who may log in. `process_id`: of one that was started here."""

    door: str
    credentials: list[dict[str, Any]]
    page: str = ""
    process_id: int = 0


def elsewhere(door: str, credentials: Path) -> Instance:
    """A hotline that runs already. Raises NotStarted where nobody listens, or nobody's credentials are known."""
    host, _, port = door.rpartition(":")
    try:
        socket.create_connection((host, int(port)), timeout=5).close()
    except OSError as error:
        raise NotStarted(f"{door} 无法连接（{error.strerror or error}）：请核对 TARGET，并确认该实例正在运行") from None
    return Instance(door, credentials_in(credentials))


def credentials_in(file: Path) -> list[dict[str, Any]]:
    """The log-ins that a demo instance wrote for its people. Raises NotStarted where there are none."""
    try:
        people: list[dict[str, Any]] = json.loads(file.read_text(encoding="utf-8"))
    except OSError:
        raise NotStarted(f"{file} 无法读取：只有演示实例（PROFILE=demo，空库首次启动）才有供模拟使用的账号") from None
    except ValueError:
        people = []
    if not people or not all(isinstance(row, dict) and {"tenant_id", "unit_id", "roles"} <= row.keys() for row in people):
        raise NotStarted(f"{file} 不是演示账号文件")
    return people


@contextmanager
def running(folder: Path, *, keep: bool = False, told: Mapping[str, str] | None = None) -> Iterator[Instance]:
    """A fresh instance in an emptied folder; stopped at the end, unless it is to be kept. Raises NotStarted.

    `told`: what it is told by its environment beside what we were.
    """
    _refuse_if_kept(folder)
    shutil.rmtree(folder, ignore_errors=True)
    try:
        folder.mkdir(parents=True)
    except OSError as error:
        raise NotStarted(f"目录 {folder} 不可写：{error.strerror}") from None
    door, http, metrics = _free_ports(len(service_names()) + 1, 1, 2 * len(service_names()) + 2 + len(services_with("link")))
    log = folder / "run.log"
    environment = {"DOOR_PORT": str(door), "HTTP_PORT": str(http), "METRICS_PORT": str(metrics), **(told or {})}
    process = _start(folder, log, environment, keep=keep)
    with ExitStack() as stack:
        stack.callback(_stop, process)
        host = Settings.from_env("simulator").host
        page = f"http://{host}:{environment['HTTP_PORT']}"
        _wait(process, page, log)
        instance = Instance(f"{host}:{door}", credentials_in(folder / CREDENTIALS), page, process.pid)
        (folder / RECORD).write_text(json.dumps({"process_id": process.pid, "page": page}), encoding="utf-8")
        if keep:
            stack.pop_all()
        yield instance


def _start(folder: Path, log: Path, told: dict[str, str], *, keep: bool) -> subprocess.Popen[bytes]:
    """Unless it is to be kept it ends with us, however we end."""
    environment = process_environment(**{"DATA": str(folder), "PROFILE": "demo", "CLOCK": "virtual", **told})
    with log.open("wb") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "chassis.run"],
            env=environment,
            stdout=output,
            stderr=output,
            preexec_fn=None if keep else die_with_parent,  # noqa: PLW1509 - no thread of ours runs yet
            start_new_session=True,
        )


def _refuse_if_kept(folder: Path) -> None:
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return
    if answers(record["page"]):
        raise NotStarted(f"上次保留的实例仍在运行（{record['page']}）：请先停止它：kill {record['process_id']}")


def _wait(process: subprocess.Popen[bytes], page: str, log: Path) -> None:
    until = monotonic() + READY_SECONDS
    while monotonic() < until:
        if process.poll() is not None:
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
            raise NotStarted(f"实例未能启动：{lines[-1] if lines else '无输出'}（详见 {log}）")
        if answers(page):
            return
        sleep(0.2)
    raise NotStarted(f"实例在 {READY_SECONDS:.0f} 秒内未就绪（详见 {log}）")


def answers(page: str) -> bool:
    """Whether a hotline says that everything of it is ready."""
    try:
        with urllib.request.urlopen(f"{page}/healthz", timeout=2):  # noqa: S310 - our own page
            return True
    except (OSError, urllib.error.HTTPError):
        return False


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _free_ports(*counts: int) -> list[int]:
    """The first ports of so many rows, all free, one row after the other."""
    for _ in range(TRIES):
        first = random.choice(PORTS)
        if all(_is_free(port) for port in range(first, first + sum(counts))):
            return [first + sum(counts[:place]) for place in range(len(counts))]
    raise NotStarted("找不到连续的空闲端口")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
