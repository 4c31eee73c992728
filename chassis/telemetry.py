"""Traces, metrics and logs of a process. No identity in any of them.

No OpenTelemetry instrumentation is installed: the one for gRPC imports grpc, which must stay out of workers, and none
fits nameko. The doors of chassis open the spans themselves.
"""

from __future__ import annotations

import logging
import sys
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from time import gmtime  # noqa: TID251 - logging hands it the record's instant
from types import TracebackType
from typing import TYPE_CHECKING, Any

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, TraceIdRatioBased
from opentelemetry.trace import Span, SpanKind, StatusCode
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator
from prometheus_client import Counter, Gauge, Histogram
from pythonjsonlogger.json import JsonFormatter

from chassis.certificates import watch_certificates
from chassis.clock import real_now
from chassis.errors import kind_of
from chassis.redact import redact

if TYPE_CHECKING:
    from chassis.settings import Settings

TRACER = trace.get_tracer("hotline")
PROPAGATOR = TraceContextTextMapPropagator()
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

RPCS = Counter("hotline_rpcs_total", "Answered calls", ("service", "method", "code"))
CLOCK = Gauge("hotline_clock_seconds", "Real time as this machine has it, since 1970, to be held against the time of the scrape")
CLOCK.set_function(lambda: real_now().timestamp())
RPC_SECONDS = Histogram("hotline_rpc_seconds", "Time to answer a call", ("service", "method"), buckets=SECONDS)


def start(settings: Settings, process: str) -> None:
    """Set up logs and, where the settings name a collector, traces. `process` is api, worker, gateway …"""
    _start_logs(settings, process)
    _log_what_ends_a_process()
    watch_certificates(settings)
    resource = Resource.create({"service.name": settings.service, "hotline.process": process})
    # What nobody collects is not recorded: its ids alone go on, into logs and events.
    # What is followed the trace's id alone decides: every process alike, whatever a caller from outside asks for.
    sampler = TraceIdRatioBased(settings.traced) if settings.otlp_endpoint else ALWAYS_OFF
    provider = TracerProvider(resource=resource, sampler=sampler)
    if settings.otlp_endpoint:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415 - slow to import, seldom wanted

        exporter = OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces")
        provider.add_span_processor(BatchSpanProcessor(exporter))
    trace.set_tracer_provider(provider)


def here() -> str:
    """The present span as a W3C traceparent, or nothing."""
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier)
    return carrier.get("traceparent", "")


def is_followed(parent: str) -> bool:
    """Whether what happens under a traceparent is collected: its sampled flag (W3C Trace Context, 3.2.2.5)."""
    return bool(parent) and int(parent[-2:], 16) & 1 == 1


@contextmanager
def span(name: str, kind: SpanKind = SpanKind.INTERNAL, parent: str = "", **attributes: str | int) -> Iterator[Span]:
    """A span, under the traceparent given or else the present one; an exception marks it failed by its type alone."""
    context = PROPAGATOR.extract({"traceparent": parent}) if parent else None
    with TRACER.start_as_current_span(name, context, kind, attributes, record_exception=False, set_status_on_exception=False) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(StatusCode.ERROR, type(error).__name__)
            raise


@contextmanager
def inner_span(name: str) -> Iterator[None]:
    """A span within one that is collected; else nothing, for most are not and each costs."""
    if trace.get_current_span().is_recording():
        with span(name):
            yield
    else:
        yield


def begun(name: str, kind: SpanKind, parent: str, **attributes: str | int) -> tuple[Span, str]:
    """A span that whoever has it ends, and its traceparent; of a parent that is followed."""
    current = TRACER.start_span(name, PROPAGATOR.extract({"traceparent": parent}), kind, attributes)
    carrier: dict[str, str] = {}
    PROPAGATOR.inject(carrier, trace.set_span_in_context(current))
    return current, carrier.get("traceparent", parent)


class _Redacted(JsonFormatter):
    converter = staticmethod(gmtime)
    default_time_format = "%Y-%m-%dT%H:%M:%S"
    default_msec_format = "%s.%03dZ"

    def format(self, record: logging.LogRecord) -> str:
        context = trace.get_current_span().get_span_context()
        if context.is_valid:
            record.trace_id = f"{context.trace_id:032x}"
        return super().format(record)

    def formatException(self, ei: Any) -> str:  # noqa: N802 - logging's name
        """Where it happened and what kind it was, with its causes."""
        told, error = [], ei[1]
        while error is not None:
            told.append("".join(traceback.format_tb(error.__traceback__)) + kind_of(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nbecause of\n".join(told)

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Before it becomes JSON, where an escaped line break would hide a number behind a letter."""
        return {name: _redacted(value) for name, value in log_data.items()}


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        return {_redacted(name): _redacted(each) for name, each in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_redacted(each) for each in value]
    return value if isinstance(value, int | float | bool | None) else redact(str(value))


def _log_what_ends_a_process() -> None:
    def of_process(kind: type[BaseException], error: BaseException, frames: TracebackType | None) -> None:
        logging.getLogger("process").critical("ended by an error", exc_info=(kind, error, frames))

    def of_thread(ended: threading.ExceptHookArgs) -> None:
        if ended.exc_value is not None:
            logging.getLogger("thread").critical("ended by an error", exc_info=ended.exc_value)

    sys.excepthook = of_process
    threading.excepthook = of_thread


def _start_logs(settings: Settings, process: str) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        _Redacted(
            "{asctime}{levelname}{name}{message}",
            style="{",
            rename_fields={"asctime": "at", "levelname": "level", "name": "logger"},
            static_fields={"service": settings.service, "process": process},
            json_ensure_ascii=False,
        )
    )
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)
