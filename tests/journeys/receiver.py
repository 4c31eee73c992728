"""Receives what a hotline's processes tell of themselves: spans over OTLP/HTTP, as a collector would."""

from __future__ import annotations

import gzip
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

LOG = logging.getLogger(__name__)


class Receiver(ThreadingHTTPServer):
    """Keeps every export as it came."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Taking)
        self.exports: list[bytes] = []

    @property
    def url(self) -> str:
        """What to set OTEL_EXPORTER_OTLP_ENDPOINT to."""
        return f"http://127.0.0.1:{self.server_port}"

    def spans(self) -> Iterator[tuple[str, Span]]:
        """Every span, with the service and process it came from: `intake api`."""
        for body in self.exports:
            for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
                said = {each.key: each.value.string_value for each in resource.resource.attributes}
                for scope in resource.scope_spans:
                    yield from ((f"{said['service.name']} {said['hotline.process']}", span) for span in scope.spans)


class _Taking(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.server.exports.append(gzip.decompress(body) if self.headers["Content-Encoding"] == "gzip" else body)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, form: str, *values: object) -> None:
        """To the tests' log, not among pytest's output."""
        LOG.debug(form, *values)


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver that runs."""
    with Receiver() as receiver:
        thread = Thread(target=receiver.serve_forever, daemon=True)
        thread.start()
        yield receiver
        receiver.shutdown()
        thread.join()
