"""gRPC by TLS: who shows the wrong certificate is not spoken to; a replaced one is shown at once."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import grpc
import pytest
from grpc_health.v1 import health_pb2

from chassis.errors import Unusable
from chassis.grpc import Client, GrpcServer
from chassis.grpc.door import Doorway
from chassis.grpc.wire import open_channel
from chassis.settings import Settings
from chassis.store import Store
from tests.certificates import Authority
from tests.chassis.probe import DOORS, OPERATOR, ServedProbe, on_sqlite, pb
from tests.servers.processes import free_port

STUMBLE = "hotline.probe.v1.ProbeService/Stumble"
CHECK = "grpc.health.v1.Health/Check"
pytestmark = on_sqlite


def _ask(address: str, token: str, tls: Path | None) -> str:
    with Client(address, token, tls) as client:
        return str(client.ask(STUMBLE, pb.StumbleRequest(), pb.StumbleResponse, seconds=20).line)


def _secured(probe: Store, tls: Path, health_port: int = 0) -> GrpcServer:
    store = probe
    store.settings = replace(store.settings, tls=tls, health_port=health_port)
    server = GrpcServer(store, DOORS, "127.0.0.1:0")
    server.start()
    return server


def test_only_whom_the_authority_signed_is_spoken_to(probe: Store, tmp_path: Path) -> None:
    plain = ServedProbe(probe)
    token = plain.token(OPERATOR)
    ours, others = Authority(tmp_path / "ours"), Authority(tmp_path / "others")
    server = _secured(probe, ours.issue("localhost"))
    address = f"localhost:{server.port}"
    assert _ask(address, token, ours.folder) == "person"
    for wrong in (others.folder, None):
        with pytest.raises(grpc.RpcError) as refused:
            _ask(address, token, wrong)
        assert refused.value.code() is grpc.StatusCode.UNAVAILABLE
    # By another name than the certificate's.
    with pytest.raises(grpc.RpcError):
        _ask(f"127.0.0.1:{server.port}", token, ours.folder)
    server.stop()
    plain.server.stop()
    plain.client.close()


def test_probes_ask_the_health_in_the_clear_and_nothing_else(probe: Store, tmp_path: Path) -> None:
    port = free_port()
    authority = Authority(tmp_path)
    server = _secured(probe, authority.issue("localhost"), port)
    with Client(f"127.0.0.1:{port}") as client:
        asked = health_pb2.HealthCheckRequest(), health_pb2.HealthCheckResponse
        assert client.ask(CHECK, *asked).status == health_pb2.HealthCheckResponse.SERVING
        with pytest.raises(grpc.RpcError) as refused:
            client.ask(STUMBLE, pb.StumbleRequest(), pb.StumbleResponse)
        assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
    server.stop()


def test_a_certificate_that_is_replaced_is_shown_from_then_on(probe: Store, tmp_path: Path) -> None:
    old, new = Authority(tmp_path / "old"), Authority(tmp_path / "new")
    plain = ServedProbe(probe)
    token = plain.token(OPERATOR)
    shown = old.issue("localhost")
    server = _secured(probe, shown)
    address = f"localhost:{server.port}"
    assert _ask(address, token, old.folder) == "person"
    fresh = new.issue("localhost")
    for name in ("tls.key", "tls.crt"):
        os.replace(fresh / name, shown / name)  # noqa: PTH105 - as kubelet does
    assert _ask(address, token, new.folder) == "person"
    server.stop()
    plain.server.stop()
    plain.client.close()


def test_the_door_speaks_tls_to_both_sides(probe: Store, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    tls = authority.issue("localhost")
    plain = ServedProbe(probe)
    server = _secured(probe, tls)
    settings = Settings("door", tls=tls, health_port=free_port())
    door = Doorway("127.0.0.1:0", {"probe": f"localhost:{server.port}"}, settings)
    door.start()
    with Client(f"127.0.0.1:{settings.health_port}") as client:
        asked = health_pb2.HealthCheckRequest(), health_pb2.HealthCheckResponse
        assert client.ask(CHECK, *asked).status == health_pb2.HealthCheckResponse.SERVING
    assert _ask(f"localhost:{door.port}", plain.token(OPERATOR), authority.folder) == "person"
    door.stop()
    server.stop()
    plain.server.stop()
    plain.client.close()


def test_a_folder_without_certificates_is_told_in_one_line(probe: Store, tmp_path: Path) -> None:
    with pytest.raises(Unusable, match=r"tls\.key"):
        _secured(probe, tmp_path)
    with pytest.raises(Unusable, match=r"ca\.crt"):
        open_channel("localhost:1", tmp_path)
