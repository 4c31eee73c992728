"""/metrics and /healthz of a process that serves nothing else over HTTP."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.exposition import ThreadingWSGIServer

from chassis.errors import Unusable

Start = Callable[[str, list[tuple[str, str]]], Any]
Page = Callable[[dict[str, Any], Start], Iterable[bytes]]
NotReady = Callable[[], list[str]]
LOG = logging.getLogger(__name__)


def page(not_ready: NotReady) -> Page:
    """The WSGI application: /healthz is 200 when nobody is in `not_ready`, /livez whenever it can answer at all."""

    def answer(request: dict[str, Any], start: Start) -> Iterable[bytes]:
        if request["PATH_INFO"] == "/metrics":
            start("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
            return [generate_latest()]
        if request["PATH_INFO"] == "/livez":
            start("200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return ["运行中\n".encode()]
        if request["PATH_INFO"] == "/healthz":
            missing = not_ready()
            start("503 Service Unavailable" if missing else "200 OK", [("Content-Type", "text/plain; charset=utf-8")])
            return [f"尚未就绪：{'、'.join(missing)}\n".encode() if missing else "就绪\n".encode()]
        start("404 Not Found", [])
        return []

    return answer


def in_use(host: str, port: int, error: OSError) -> Unusable:
    """What to say of a port that cannot be had."""
    return Unusable(f"无法在 {host}:{port} 提供监控（{error.strerror}）：请停止占用该端口的进程，或换一个 --metrics-port")


def serve_page(host: str, port: int, not_ready: NotReady) -> WSGIServer:
    """Answer on a port in threads, until `shutdown`. Raises Unusable for a port in use."""
    try:
        server = make_server(host, port, page(not_ready), ThreadingWSGIServer, _Quiet)
    except OSError as error:
        raise in_use(host, port, error) from None
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


class _Quiet(WSGIRequestHandler):
    def log_message(self, form: str, *values: object) -> None:
        """Hardly ever: /healthz is asked every second."""
        LOG.debug(form, *values)
