"""Worker processes from outside: embedded, and on RabbitMQ and PostgreSQL."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import pairwise
from pathlib import Path

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

from chassis.bus.routes import listeners_by_type
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.settings import process_environment
from tests.chassis.bus.conftest import MakeTown
from tests.chassis.bus.town.folk import ROOT, Town, answers, until
from tests.servers.processes import free_port

LISTENERS = listeners_by_type("dispatch")["hotline.dispatch.v1.OrderChanged"]
FAILING = LISTENERS[0]
SKIPPED = f'hotline_events_skipped_total{{service="{FAILING}",source="dispatch"}}'


def all_seen(town: Town, count: int) -> bool:
    return all(len(town.seen(listener)) == count for listener in LISTENERS) and town.everything_sent()


def nothing_twice(town: Town) -> bool:
    return all(set(town.seen(listener).values()) == {1} for listener in LISTENERS)


def test_each_listener_handles_each_event_once(town: Town) -> None:
    town.start()
    orders = [f"order-{number}" for number in range(300)]
    town.tell(orders)
    town.tell(["elsewhere"], tenant="zhangdian")
    until(lambda: all_seen(town, 301))
    for listener in LISTENERS:
        assert town.seen(listener) == Counter([*orders, "elsewhere"])
        assert {row["tenant_id"] for row in town.rows(listener, "seen")} == {"zibo", "zhangdian"}
        assert town.metric(f'hotline_events_handled_total{{service="{listener}",type="hotline.dispatch.v1.OrderChanged"}}') == 301
        assert town.metric(f'hotline_event_lag_seconds_count{{service="{listener}",source="dispatch"}}') == 301


def test_what_is_sent_twice_is_handled_once(town: Town) -> None:
    town.start()
    town.tell(f"order-{number}" for number in range(100))
    until(lambda: all_seen(town, 100))
    town.change("dispatch", "update outbox set sent_at = null")
    until(lambda: town.metric(SKIPPED) == 100)
    until(town.everything_sent)
    assert nothing_twice(town)


def test_an_event_that_fails_stops_no_other_and_is_tried_again(town: Town) -> None:
    town.trouble(FAILING, "order-17")
    town.start()
    town.tell(f"order-{number}" for number in range(64))
    until(lambda: len(town.seen(FAILING)) == 63)
    until(lambda: [row["type"] for row in town.rows(FAILING, "retries")] == ["hotline.dispatch.v1.OrderChanged"])
    until(town.everything_sent)
    town.mend(FAILING)
    until(lambda: all_seen(town, 64))
    until(lambda: not town.rows(FAILING, "retries"))
    assert nothing_twice(town)


def test_one_trace_goes_from_the_teller_to_the_last_listener(town: Town) -> None:
    trace, teller = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
    town.tell(["echo-1"])
    town.change("dispatch", f"update outbox set trace = '00-{trace}-{teller}-01'")  # noqa: S608 - of this test's own
    town.start()
    until(lambda: town.seen(FAILING)["echo-1"])
    [seen] = [row["trace"] for row in town.rows(FAILING, "seen") if row["aggregate"] == "echo-1"]
    [told] = town.rows(FAILING, "outbox")
    assert told["trace"] == seen
    heard = listeners_by_type(FAILING)[told["type"]][0]
    until(lambda: town.seen(heard)["1"])
    last = [row["trace"] for row in town.rows(heard, "seen") if row["aggregate"] == "1"]
    assert {found.split("-")[1] for found in (seen, *last)} == {trace}
    assert len({teller, *(found.split("-")[2] for found in (seen, *last))}) == 2 + len(last)


def test_spans_reach_a_collector(embedded_town: MakeTown) -> None:
    with collector() as (endpoint, spans):
        town = embedded_town(OTEL_EXPORTER_OTLP_ENDPOINT=endpoint)
        town.start()
        town.tell(["echo-1"])
        names = {f"{FAILING} from_dispatch", f"{FAILING} handle OrderChanged"}
        until(lambda: names <= {span.name for span in spans})
    handled = next(span for span in spans if "handle" in span.name)
    assert {key.key for key in handled.attributes} == {"source", "event_id"}


@contextmanager
def collector() -> Iterator[tuple[str, list[Span]]]:
    """An OTLP endpoint of this test's own, and the spans it was sent."""
    spans: list[Span] = []

    class Receiver(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            told = ExportTraceServiceRequest.FromString(gzip.decompress(body) if "Content-Encoding" in self.headers else body)
            spans.extend(span for each in told.resource_spans for scope in each.scope_spans for span in scope.spans)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            return

    with ThreadingHTTPServer(("127.0.0.1", 0), Receiver) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", spans
        server.shutdown()


def test_a_parked_event_is_shown_without_its_payload_and_sent_again(town: Town) -> None:
    town.trouble(FAILING, "order-1")
    town.start()
    town.tell(["order-1", "order-2"])
    until(lambda: town.rows(FAILING, "retries"))
    town.change(FAILING, "update retries set tries = 7")
    until(lambda: town.rows(FAILING, "retries")[0]["parked_at"])
    listed = town.run("chassis.parked", "list", "--json")
    [parked] = json.loads(listed.stdout)
    assert (parked["service"], parked["source"], parked["tries"]) == (FAILING, "dispatch", 8)
    assert "Troubled" in parked["error"]
    shown = listed.stdout + town.run("chassis.parked", "list", FAILING).stdout
    assert "共 1 条" in shown
    assert not [secret for secret in ("13800138000", "order-1") if secret in shown + town.log()]

    town.mend(FAILING)
    sent = town.run("chassis.parked", "send", FAILING, parked["event_id"])
    assert (sent.returncode, sent.stdout) == (0, "1 条事件将重新处理，最多再试 8 次\n")
    until(lambda: town.seen(FAILING) == Counter(["order-1", "order-2"]))
    until(lambda: not town.rows(FAILING, "retries"))
    again = town.run("chassis.parked", "send", FAILING, parked["event_id"])
    assert again.returncode == 1
    assert "没有停放" in again.stderr


def test_a_redelivered_event_that_is_parked_is_left_alone(town: Town) -> None:
    town.trouble(FAILING, "order-1")
    town.start()
    town.tell(["order-1"])
    until(lambda: town.rows(FAILING, "retries"))
    town.park(FAILING)
    town.mend(FAILING)
    town.change("dispatch", "update outbox set sent_at = null")
    until(lambda: town.metric(SKIPPED) == 1)
    assert not town.seen(FAILING)
    assert len(town.rows(FAILING, "retries")) == 1


def test_a_consumer_is_told_the_past_it_lacks(town: Town) -> None:
    town.start()
    town.tell(f"order-{number}" for number in range(300))
    until(lambda: all_seen(town, 300))
    town.change(FAILING, "delete from inbox where event_id in (select event_id from seen where aggregate like 'order-2%')")
    town.change(FAILING, "delete from seen where aggregate like 'order-2%'")
    told = town.run("chassis.retell", "dispatch", "--to", FAILING)
    assert told.returncode == 0, told.stderr
    assert "重述完成" in told.stdout
    until(lambda: all_seen(town, 300))
    assert nothing_twice(town)
    assert [row["done_at"] is not None for row in town.rows("dispatch", "retells")] == [True]
    refused = town.run("chassis.retell", "dispatch", "--to", "nobody")
    assert refused.returncode == 1
    assert "nobody 不听 dispatch 的事件" in refused.stderr


def test_a_worker_stops_when_told_and_goes_on_where_it_was(town: Town) -> None:
    for number, told_to_stop in enumerate((signal.SIGTERM, signal.SIGINT), 1):
        worker = town.start()
        town.tell(f"{number}-{each}" for each in range(200))
        worker.send_signal(told_to_stop)
        assert worker.wait(60) == 0, town.log()
    town.start()
    until(lambda: all_seen(town, 400))
    assert nothing_twice(town)
    assert all(line["message"] for line in town.logged())


def test_grpc_never_enters_a_worker(town: Town) -> None:
    worker = town.start()
    town.tell(["order-1"])
    until(lambda: all_seen(town, 1))
    assert libraries(worker.pid) == {"_greenlet"}


def test_grpc_never_enters_the_workers_of_the_services(tmp_path: Path) -> None:
    port, environment = free_port(), process_environment(DATA=str(tmp_path), AMQP_URI="", DATABASE_URL="")
    python = [sys.executable, "-m"]
    subprocess.run([*python, "chassis.migrate"], env=environment, cwd=ROOT, check=True)
    with subprocess.Popen([*python, "chassis.work", "--metrics-port", str(port)], env=environment, cwd=ROOT) as worker:
        until(lambda: worker.poll() is not None or answers(f"http://127.0.0.1:{port}/healthz")[0] == 200)
        loaded = libraries(worker.pid)
        worker.terminate()
    assert (loaded, worker.returncode) == ({"_greenlet"}, 0)


def libraries(process: int) -> set[str]:
    """Which of the two that must never meet a running process has loaded."""
    loaded = Path(f"/proc/{process}/maps").read_text()
    return {name for name in ("_greenlet", "cygrpc") if name in loaded}


def test_moving_the_clock_wakes_a_tick_that_never_overlaps_itself(make_town: MakeTown) -> None:
    town = make_town(CLOCK="virtual")
    town.start()
    until(lambda: len(town.rows("sla", "ticked")) == 1)
    clock = town.clock()
    for ticked in range(2, 5):
        clock.move_to(clock.now() + timedelta(days=100))
        until(partial(_ticked, town, ticked), 10)
    rows = sorted(town.rows("sla", "ticked"), key=lambda row: row["number"])
    assert [row["number"] for row in rows] == [1, 2, 3, 4]
    assert rows[-1]["at"] - rows[0]["at"] > timedelta(days=300)


def _ticked(town: Town, times: int) -> bool:
    return len(town.rows("sla", "ticked")) == times


def test_green_threads_go_on_while_a_handler_waits_for_a_lock(town: Town) -> None:
    town.start()
    (town.folder / "beats").touch()
    with town.locked(FAILING):
        town.tell(["order-1"])
        time.sleep(1.5)
        beats = [float(line) for line in (town.folder / "beats").read_text().split()]
        assert not town.rows(FAILING, "inbox")
    until(lambda: all_seen(town, 1))
    assert max(later - earlier for earlier, later in pairwise(beats)) < 0.25


def test_every_worker_forgets_old_requests(town: Town) -> None:
    row = {"caller_id": "p-1", "method": "m", "digest": b"d"}
    for service, store in town.stores.items():
        for request_id, days in (("old", 31), ("young", 29)):
            at = real_now() - timedelta(days=days)
            store.write(
                Caller.timer(service, "zibo"),
                lambda tx, table=store.tables["requests"], told={**row, "request_id": request_id, "at": at}: tx.insert(table, **told),  # type: ignore[misc]  # bound here
            )
    town.start()
    until(lambda: {row["request_id"] for service in town.stores for row in town.rows(service, "requests")} == {"young"})
