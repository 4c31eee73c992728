"""What the gateway counts and traces of every request: by the route it found, never by the address, which may hold a token."""

from __future__ import annotations

import time
from collections.abc import MutableMapping
from typing import Any

from opentelemetry.trace import SpanKind, StatusCode
from prometheus_client import Counter, Histogram
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chassis.telemetry import SECONDS, span
from services.gateway.counting import count_request

METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
NO_ROUTE, STREAM = "none", "text/event-stream"
FAILED = 500
REQUESTS = Counter("hotline_http_requests_total", "Answered requests", ("route", "method", "code"))
REQUEST_SECONDS = Histogram("hotline_http_seconds", "Time to answer a request", ("route", "method"), buckets=SECONDS)


class Watching:
    """The outermost layer. A browser's traceparent is gone on with; one that is none begins a trace of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        code, begun, streams = FAILED, time.perf_counter(), False

        async def sent(message: Message) -> None:
            nonlocal code, streams
            if message["type"] == "http.response.start":
                code, streams = int(message["status"]), Headers(raw=message["headers"]).get("content-type", "").startswith(STREAM)
            await send(message)

        with span("gateway", SpanKind.SERVER, Headers(scope=scope).get("traceparent", "")) as current:
            try:
                await self._app(scope, receive, sent)
            finally:
                route, method = _route_of(scope), scope["method"] if scope["method"] in METHODS else "other"
                current.update_name(f"{method} {route}")
                current.set_attribute("http.response.status_code", code)
                if code >= FAILED:
                    current.set_status(StatusCode.ERROR, str(code))
                REQUESTS.labels(route, method, str(code)).inc()
                count_request(route, scope.get("path_params", {}), method, code)
                # How long somebody looks says nothing of how long they waited.
                if not streams:
                    REQUEST_SECONDS.labels(route, method).observe(time.perf_counter() - begun)


def _route_of(scope: MutableMapping[str, Any]) -> str:
    """As it is written in the code; what leads nowhere names no series of its own."""
    return str(getattr(scope.get("route"), "path", NO_ROUTE))
