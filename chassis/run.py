"""The whole hotline with one command: `python -m chassis.run`.

Without servers: one process for all apis and the door, one for all workers with the queue inside, one for all links where
there are any, the gateway. With `AMQP_URI` and `DATABASE_URL` each api, worker and link is a process of its own. Ctrl-C
stops them; data stays.
"""

from __future__ import annotations

from chassis.packages import refuse_without_packages

if __name__ == "__main__":
    refuse_without_packages()

import errno
import signal
import socket
import sys
import threading
import time
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException

from chassis import telemetry
from chassis.errors import Unusable
from chassis.prepare import prepare
from chassis.processes import Child, stop_all
from chassis.settings import Settings, service_names, services_with

READY_SECONDS = 120.0
WATCH_SECONDS = 0.2


def main() -> int:
    """Set up, start, watch until told to stop. Exit code 0 after a stop, 1 when it cannot start."""
    settings = Settings.from_env("run")
    if bool(settings.amqp_uri) != bool(settings.database_url):
        raise Unusable("AMQP_URI 与 DATABASE_URL 须同时设置（使用服务器）或同时留空（单机内置）")
    telemetry.start(settings, "run")
    children = _children(settings)
    _check_data(settings)
    _check_ports(settings, children)
    stopping = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stopping.set())
    _prepare(stopping)
    try:
        for child in children if not stopping.is_set() else ():
            child.start()
        _watch(settings, children, stopping)
    finally:
        _say("正在停止…")
        stop_all(children)
        _say("已停止，数据保留在 " + str(settings.data))
    return 0


def _children(settings: Settings) -> list[Child]:
    apis = ("all",) if settings.embedded else (*service_names(), "door")
    port = map(str, range(settings.metrics_port, settings.metrics_port + 100))
    children = [Child(f"api {name}", ("chassis.serve", name, "--metrics-port", next(port))) for name in apis]
    asked = {"DOOR_ADDRESS": f"{settings.host}:{settings.door_port}"}
    for part, module in (("worker", "chassis.work"), ("link", "chassis.link")):
        names = services_with(part)
        shares = [("all", ())] if settings.embedded and names else [(name, (name,)) for name in names]
        found = [Child(f"{part} {name}", (module, *own, "--metrics-port", next(port))) for name, own in shares]
        asked[f"{part.upper()}S"] = ",".join(f"{settings.host}:{child.arguments[-1]}" for child in found)
        children += found
    children.append(Child("gateway", ("services.gateway", "--metrics-port", next(port)), asked))
    return children


def _check_data(settings: Settings) -> None:
    try:
        settings.data.mkdir(parents=True, exist_ok=True, mode=0o700)
        (settings.data / ".writable").touch()
        (settings.data / ".writable").unlink()
    except OSError as error:
        raise Unusable(f"数据目录 {settings.data} 不可写：{error.strerror}，请更改权限或用 DATA=… 另指定目录") from None


def _check_ports(settings: Settings, children: list[Child]) -> None:
    other = "请用 DOOR_PORT、HTTP_PORT、METRICS_PORT 另指定端口"
    metrics = [int(child.arguments[-1]) for child in children if child.arguments[-1].isdigit()]
    ports = [settings.door_port, settings.http_port, *map(settings.port_of, service_names()), *metrics]
    for number, port in enumerate(ports):
        if port in ports[:number]:
            raise Unusable(f"端口 {port} 被指定了两次：{other}")
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((settings.host, port))
            except (OSError, OverflowError) as error:
                taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
                why = "已被占用：请停止占用它的程序，或" if taken else f"不能在 {settings.host} 上使用（{error}）："
                raise Unusable(f"端口 {port} {why}{other}") from None


def _prepare(stopping: threading.Event) -> None:
    for service in service_names():
        if stopping.is_set():
            return
        _say(f"准备数据：{service}")
        prepare(service)


def _watch(settings: Settings, children: list[Child], stopping: threading.Event) -> None:
    until: float | None = time.monotonic() + READY_SECONDS
    while not stopping.wait(WATCH_SECONDS):
        for child in children:
            code = child.watch()
            if code is not None and until is not None:
                raise Unusable(f"{child.name} 未能启动（退出码 {code}），原因见上")
            if code is not None:
                _say(f"{child.name} 意外退出（退出码 {code}），即将重新启动")
        if until is None:
            continue
        waiting = _not_ready(settings)
        if not waiting:
            until = None
            _say(f"已就绪：http://{settings.host}:{settings.http_port}  gRPC {settings.host}:{settings.door_port}  按 Ctrl-C 停止")
        elif time.monotonic() > until:
            raise Unusable(f"{READY_SECONDS:.0f} 秒内未能就绪：{waiting}")


def _not_ready(settings: Settings) -> str:
    """What /healthz says is not ready yet; nothing once all is. Asked without any proxy."""
    connection = HTTPConnection(settings.host, settings.http_port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return "" if answer.status == HTTPStatus.OK else answer.read().decode(errors="replace")
    except (OSError, HTTPException):
        return "gateway"
    finally:
        connection.close()


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    try:
        sys.exit(main())
    except Unusable as error:
        sys.exit(str(error))
    except ModuleNotFoundError as error:
        sys.exit(f"缺少软件包 {error.name}：请在项目目录运行 make run，由它安装")
