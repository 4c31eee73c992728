from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from chassis.grpc.wire import OPTIONS, bind, open_channel


class _Counting(health_pb2_grpc.HealthServicer):
    def __init__(self, name: str, seen: Counter[str]) -> None:
        self._name, self._seen = name, seen

    def Check(self, _request: Any, _context: Any) -> health_pb2.HealthCheckResponse:  # noqa: N802 - the RPC's name
        self._seen[self._name] += 1
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)


def test_calls_go_by_turns_to_all_that_a_name_stands_for_and_past_one_that_left() -> None:
    """As behind a headless Service; and no call is lost when connections grow old."""
    seen: Counter[str] = Counter()
    servers = []
    for name in ("first", "second"):
        options = [(key, 200 if key == "grpc.max_connection_age_ms" else value) for key, value in OPTIONS]
        server = grpc.server(ThreadPoolExecutor(4), options=options)
        health_pb2_grpc.add_HealthServicer_to_server(_Counting(name, seen), server)
        servers.append((server, bind(server, "127.0.0.1:0")))
        server.start()
    with open_channel("ipv4:" + ",".join(f"127.0.0.1:{port}" for _, port in servers)) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        for _ in range(400):
            stub.Check(health_pb2.HealthCheckRequest(), timeout=30, wait_for_ready=True)
        assert seen["first"] > 50
        assert seen["second"] > 50
        servers[0][0].stop(0).wait()
        before = seen["first"]
        for _ in range(20):
            stub.Check(health_pb2.HealthCheckRequest(), timeout=30, wait_for_ready=True)
        assert seen["first"] == before
    servers[1][0].stop(0).wait()
