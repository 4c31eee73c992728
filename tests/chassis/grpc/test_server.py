from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import grpc
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from chassis.errors import Unusable
from chassis.grpc import Client, GrpcServer
from chassis.store import Store
from tests.chassis.probe import DOORS, OPERATOR, ServedProbe, every_note, on_sqlite, pb

pytestmark = on_sqlite
SERVICE = "hotline.probe.v1.ProbeService"
SERVING, NOT_SERVING = health_pb2.HealthCheckResponse.SERVING, health_pb2.HealthCheckResponse.NOT_SERVING


def _health(address: str, service: str) -> int:
    with grpc.insecure_channel(address) as channel:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        return int(stub.Check(health_pb2.HealthCheckRequest(service=service), timeout=30).status)


def _reflected(address: str, request: reflection_pb2.ServerReflectionRequest) -> reflection_pb2.ServerReflectionResponse:
    with grpc.insecure_channel(address) as channel:
        stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
        (answer,) = stub.ServerReflectionInfo(iter([request]), timeout=30)
        return reflection_pb2.ServerReflectionResponse.FromString(answer.SerializeToString())


@pytest.mark.parametrize("service", ["", SERVICE])
def test_it_says_that_it_serves(probe_server: ServedProbe, service: str) -> None:
    assert _health(probe_server.address, service) == SERVING


def test_of_a_service_that_it_has_not_it_says_so(probe_server: ServedProbe) -> None:
    with pytest.raises(grpc.RpcError) as raised:
        _health(probe_server.address, "hotline.other.v1.OtherService")
    assert raised.value.code() is grpc.StatusCode.NOT_FOUND


def test_it_tells_what_can_be_asked(probe_server: ServedProbe) -> None:
    listed = _reflected(probe_server.address, reflection_pb2.ServerReflectionRequest(list_services=""))
    names = {each.name for each in listed.list_services_response.service}
    assert names == {SERVICE, "grpc.health.v1.Health", "grpc.reflection.v1alpha.ServerReflection"}
    found = _reflected(probe_server.address, reflection_pb2.ServerReflectionRequest(file_containing_symbol=SERVICE))
    file = FileDescriptorProto.FromString(found.file_descriptor_response.file_descriptor_proto[0])
    assert [method.name for method in file.service[0].method] == ["Echo", "Keep", "Reveal", "ListNotes", "Stumble"]


def test_a_port_that_somebody_has_is_told_in_one_line(probe_server: ServedProbe) -> None:
    with pytest.raises(Unusable, match=f"端口已被占用：{probe_server.address}"):
        GrpcServer(probe_server.store, DOORS, probe_server.address)


def test_stopping_finishes_what_is_under_way(probe: Store) -> None:
    server = ServedProbe(probe)
    inside, go_on = Event(), Event()

    def hold() -> None:
        def act(_tx: object) -> None:
            inside.set()
            go_on.wait(10)

        probe.write(OPERATOR, act)

    with ThreadPoolExecutor(4) as threads:
        holding = threads.submit(hold)
        assert inside.wait(10)
        asking = threads.submit(server.ask, "Keep", pb.KeepRequest(request_id="r-1", note_id="n-1"))
        while not probe._group._waiting.qsize():  # type: ignore[union-attr]  # grouped
            pass
        stopping = threads.submit(server.server.stop)
        go_on.set()
        assert asking.result(10).note_id == "n-1"
        holding.result(10)
        stopping.result(10)
    assert every_note(probe) == ["n-1"]
    with pytest.raises(grpc.RpcError) as raised:
        server.ask("Keep", pb.KeepRequest(request_id="r-2", note_id="n-2"), seconds=2)
    assert raised.value.code() is grpc.StatusCode.UNAVAILABLE
    server.client.close()


def test_a_client_finds_a_server_that_was_started_again(probe: Store) -> None:
    first = ServedProbe(probe)
    address = first.address
    client = Client(address, first.token(OPERATOR))
    ask = "hotline.probe.v1.ProbeService/Stumble"
    assert client.ask(ask, pb.StumbleRequest(), pb.StumbleResponse).line == "person"
    first.server.stop()
    for _ in range(5):
        with pytest.raises(grpc.RpcError):
            client.ask(ask, pb.StumbleRequest(), pb.StumbleResponse, seconds=0.3)
    second = GrpcServer(probe, DOORS, address)
    second.start()
    found = None
    for _ in range(30):
        try:
            found = client.ask(ask, pb.StumbleRequest(), pb.StumbleResponse, seconds=0.3)
            break
        except grpc.RpcError:
            Event().wait(0.1)
    assert found is not None
    client.close()
    second.stop()
    first.client.close()
