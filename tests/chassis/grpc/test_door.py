from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import grpc
import pytest
from google.rpc import error_details_pb2
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from grpc_status import rpc_status

from chassis.clock import SetClock
from chassis.grpc.door import THREADS, Doorway, proto_services
from chassis.grpc.wire import OPTIONS
from chassis.settings import Settings
from chassis.store import Store
from tests.chassis.probe import OPERATOR, ServedProbe, every_note, on_sqlite, pb

pytestmark = on_sqlite
KEEP = "/hotline.probe.v1.ProbeService/Keep"


class Front:
    """The door, and a client in front of it."""

    def __init__(self, server: ServedProbe, backends: dict[str, str]) -> None:
        self._door = Doorway("127.0.0.1:0", backends, Settings("door"))
        self._door.start()
        self._server = server
        self.channel = grpc.insecure_channel(f"127.0.0.1:{self._door.port}", options=OPTIONS)

    def call(self, path: str, request: Any, *, seconds: float = 10, token: str | None = None) -> bytes:
        bearer = self._server.token(OPERATOR) if token is None else token
        metadata = (("authorization", f"Bearer {bearer}"), ("x-else", "1"))
        call: Any = self.channel.unary_unary(path)
        return bytes(call(request.SerializeToString(), timeout=seconds, metadata=metadata))

    def refusal(self, path: str, request: Any, **options: Any) -> grpc.RpcError:
        with pytest.raises(grpc.RpcError) as raised:
            self.call(path, request, **options)
        return raised.value

    def health(self, service: str) -> int:
        stub: Any = health_pb2_grpc.HealthStub(self.channel)
        return int(stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=30).status)

    def stop(self) -> None:
        self.channel.close()
        self._door.stop()


@pytest.fixture
def front(probe_server: ServedProbe) -> Iterator[Front]:
    """A door in front of the probe, of a service that is away, and of one that stands for another."""
    front = Front(probe_server, {"probe": probe_server.address, "away": "127.0.0.1:1", "directory": probe_server.address})
    yield front
    front.stop()


def _keep(number: int = 1) -> Any:
    return pb.KeepRequest(request_id=f"r-{number}", note_id=f"n-{number}")


def test_a_call_goes_through_with_who_calls(front: Front) -> None:
    assert pb.KeepResponse.FromString(front.call(KEEP, _keep())).note_id == "n-1"


def test_a_refusal_comes_back_whole(front: Front) -> None:
    refused: Any = front.refusal("/hotline.probe.v1.ProbeService/Stumble", pb.StumbleRequest(over="law"))
    status: Any = rpc_status.from_call(refused)
    info = error_details_pb2.ErrorInfo()
    assert status.details[0].Unpack(info)
    assert (refused.code(), refused.details()) == (grpc.StatusCode.FAILED_PRECONDITION, status.message)
    assert dict(info.metadata) == {"article": "11-6"}


@pytest.mark.parametrize("path", ["/hotline.nowhere.v1.X/Y", "/hotline.probe.v1.ProbeService/Nothing", "/hotline./Y", "/hotline.probe"])
def test_what_there_is_not_is_told_in_chinese(front: Front, path: str) -> None:
    refused: Any = front.refusal(path, _keep())
    assert refused.code() is grpc.StatusCode.UNIMPLEMENTED
    assert refused.details() == "没有这个方法：请核对接口名称和版本"


def test_a_path_that_is_none_of_ours_is_unknown(front: Front) -> None:
    refused: Any = front.refusal("/other.v1.X/Y", _keep())
    assert refused.code() is grpc.StatusCode.UNIMPLEMENTED


def test_a_service_that_is_away_is_told_in_chinese_and_without_its_address(front: Front) -> None:
    refused: Any = front.refusal("/hotline.away.v1.X/Y", _keep())
    assert (refused.code(), refused.details()) == (grpc.StatusCode.UNAVAILABLE, "服务暂时无法访问，请稍后用同一请求号重试")


def test_a_deadline_goes_through(front: Front, probe: Store) -> None:
    """While the writer is held, a caller who waits a second is told after a second."""

    def hold(_tx: object) -> None:
        refused: Any = front.refusal(KEEP, _keep(1), seconds=0.5)
        assert refused.code() is grpc.StatusCode.DEADLINE_EXCEEDED

    probe.write(OPERATOR, hold)
    assert pb.KeepResponse.FromString(front.call(KEEP, _keep(2))).note_id == "n-2"


def test_a_token_that_is_over_is_refused_behind_the_door(front: Front, probe_server: ServedProbe) -> None:
    refused: Any = front.refusal(KEEP, _keep(), token=probe_server.token(OPERATOR, timedelta(seconds=-60)))
    assert (refused.code(), refused.details()) == (grpc.StatusCode.UNAUTHENTICATED, "登录已过期，请重新登录")


def test_as_many_callers_as_the_door_has_threads_and_more_get_through(front: Front, probe: Store) -> None:
    with ThreadPoolExecutor(2 * THREADS) as threads:
        answers = list(threads.map(lambda n: front.call(KEEP, _keep(n), seconds=30), range(4 * THREADS)))
    assert len(answers) == len(every_note(probe)) == 4 * THREADS


def test_a_large_message_goes_through(front: Front) -> None:
    request = pb.EchoRequest(everything={"list": [{"raw": "长" * 20_000} for _ in range(100)]})
    answer = pb.EchoResponse.FromString(front.call("/hotline.probe.v1.ProbeService/Echo", request))
    assert len(answer.everything.list) == 100


def test_health_is_each_services_own_and_that_of_all(front: Front) -> None:
    answer = health_pb2.HealthCheckResponse
    assert front.health("probe") == answer.SERVING
    assert front.health("hotline.probe.v1.ProbeService") == answer.SERVING
    assert front.health("hotline.clock.v1.ClockService") == answer.NOT_SERVING
    assert front.health("away") == answer.NOT_SERVING
    assert front.health("") == answer.NOT_SERVING
    with pytest.raises(grpc.RpcError) as raised:
        front.health("nowhere")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


def test_when_all_serve_all_is_well(probe_server: ServedProbe, clock: SetClock) -> None:
    assert clock.now()
    front = Front(probe_server, {"probe": probe_server.address})
    assert front.health("") == health_pb2.HealthCheckResponse.SERVING
    front.stop()


def test_reflection_tells_every_service_of_the_protos(front: Front) -> None:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(front.channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="")
    (answer,) = stub.ServerReflectionInfo(iter([request]), timeout=30)
    names = {each.name for each in answer.list_services_response.service}
    assert names >= {"grpc.health.v1.Health", "hotline.clock.v1.ClockService", *proto_services()}
    for name in proto_services():
        (file,) = stub.ServerReflectionInfo(iter([reflection_pb2.ServerReflectionRequest(file_containing_symbol=name)]), timeout=30)
        assert file.file_descriptor_response.file_descriptor_proto
