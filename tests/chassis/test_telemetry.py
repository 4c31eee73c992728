import json
import logging
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any, NamedTuple

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest, ExportTraceServiceResponse

from tests.chassis.traced import MOBILE, NAME


class Collector(HTTPServer):
    """Takes OTLP over HTTP, as a real one does."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiving)
        self.received: list[ExportTraceServiceRequest] = []


class _Receiving(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.received.append(ExportTraceServiceRequest.FromString(body))  # type: ignore[attr-defined]  # our own server
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.end_headers()
        self.wfile.write(ExportTraceServiceResponse().SerializeToString())

    def log_message(self, template: str, *values: Any) -> None:
        logging.getLogger("collector").debug(template, *values)


class Ran(NamedTuple):
    trace_id: str
    said: str
    logs: list[dict[str, Any]]
    text: str
    spans: dict[str, Any]
    resources: list[dict[str, str]]


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    """A process that was asked, told, stumbled and fell."""
    collector = Collector()
    receiving = threading.Thread(target=collector.serve_forever)
    receiving.start()
    address = f"http://127.0.0.1:{collector.server_port}"
    command = [sys.executable, "-m", "tests.chassis.traced", str(tmp_path_factory.mktemp("traced")), address]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    collector.shutdown()
    receiving.join()
    collector.server_close()
    lines = done.stdout.splitlines()
    assert len(lines) == 2, done.stderr
    groups = [group for request in collector.received for group in request.resource_spans]
    spans = {span.name: span for group in groups for scope in group.scope_spans for span in scope.spans}
    resources = [{each.key: each.value.string_value for each in group.resource.attributes} for group in groups]
    return Ran(lines[0], lines[1], [json.loads(line) for line in done.stderr.splitlines()], done.stderr, spans, resources)


def test_every_line_of_the_log_is_json_that_says_when_who_and_how_bad(ran: Ran) -> None:
    for line in ran.logs:
        assert {"at", "level", "logger", "message", "service", "process"} <= line.keys()
        assert (line["service"], line["process"]) == ("probe", "api")
        assert line["at"].endswith("Z")
    assert not any(line["message"] == "not shown" for line in ran.logs)


def test_what_is_logged_inside_a_call_bears_its_trace(ran: Ran) -> None:
    inside = [line for line in ran.logs if line["logger"] == "traced"]
    assert len(inside) == 5
    assert {line["trace_id"] for line in inside} == {ran.trace_id}


def test_a_failed_call_is_found_in_the_log_by_what_the_caller_was_told(ran: Ran) -> None:
    (failed,) = [line for line in ran.logs if line["logger"] == "chassis.grpc.refusals"]
    assert failed["trace_id"] in ran.said
    assert "KeyError" in failed["exc_info"]
    assert "Stumble" in failed["exc_info"]


def test_numbers_are_masked_in_messages_extras_and_behind_line_breaks(ran: Ran) -> None:
    (dialled,) = [line for line in ran.logs if line["message"].startswith("拨打了")]
    assert dialled["message"] == "拨打了 〔手机号〕"
    assert (dialled["numbers"], dialled["nested"], dialled["count"]) == (["〔手机号〕"], {"line": "第一行\n〔手机号〕"}, 3)
    assert MOBILE not in ran.text


def test_an_exception_is_told_by_kind_and_place_and_causes_never_by_its_words(ran: Ran) -> None:
    told = [line["exc_info"].splitlines()[-1] for line in ran.logs if line["message"].startswith("failed")]
    assert told == ["ValueError", "KeyError", "FileNotFoundError ENOENT", "ValueError"]
    (refused,) = [line["exc_info"] for line in ran.logs if "Denied: 不行" in line.get("exc_info", "")]
    assert refused.index("Denied: 不行") < refused.index("because of") < refused.index("ValueError")
    assert NAME not in ran.text


def test_what_ends_a_thread_or_the_process_is_logged_too(ran: Ran) -> None:
    ends = [
        (line["logger"], line["level"], line["exc_info"].splitlines()[-1]) for line in ran.logs if line["message"] == "ended by an error"
    ]
    assert ends == [("thread", "CRITICAL", "ValueError"), ("process", "CRITICAL", "ValueError")]


def test_a_collector_receives_one_trace_from_the_asking_to_the_answering(ran: Ran) -> None:
    asking = ran.spans["a person asks"]
    answering = ran.spans["hotline.probe.v1.ProbeService/Keep"]
    assert asking.trace_id.hex() == answering.trace_id.hex() == ran.trace_id
    assert answering.parent_span_id == asking.span_id
    assert {"service.name": "probe", "hotline.process": "api"}.items() <= ran.resources[0].items()


def test_a_span_of_a_failed_call_is_marked_so_without_words(ran: Ran) -> None:
    failed = ran.spans["hotline.probe.v1.ProbeService/Stumble"]
    assert (failed.status.code, failed.status.message) == (2, "INTERNAL")
    assert ran.spans["hotline.probe.v1.ProbeService/Keep"].status.code == 0
    assert not any(span.events for span in ran.spans.values())
    assert NAME not in str(ran.spans)
