"""/metrics and /healthz of a worker process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import Any

import eventlet
from eventlet import wsgi
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.errors import Unusable

Start = Callable[[str, list[tuple[str, str]]], Any]
LOG = logging.getLogger(__name__)


def serve_health(host: str, port: int, not_ready: Callable[[], list[str]]) -> None:
    """Answer on a port in a green thread: /healthz is 200 when nobody is in `not_ready`. Raises Unusable for a port in use."""

    def answer(request: dict[str, Any], start: Start) -> Iterable[bytes]:
        if request["PATH_INFO"] == "/metrics":
            start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if request["PATH_INFO"] == "/healthz":
            missing = not_ready()
            start("503 Service Unavailable" if missing else "200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [f"尚未就绪：{'、'.join(missing)}\n".encode() if missing else "就绪\n".encode()]
        start("404 Not Found", [])
        return []

    try:
        listening = eventlet.listen((host, port))
    except OSError as error:
        raise Unusable(f"无法在 {host}:{port} 提供监控（{error.strerror}）：请停止占用该端口的进程，或换一个 --metrics-port") from None
    eventlet.spawn_n(wsgi.server, listening, answer, log_output=False, debug=False)
