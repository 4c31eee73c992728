import socket
from dataclasses import replace
from pathlib import Path

import pytest

from chassis import run
from chassis.errors import Unusable
from chassis.settings import Settings, service_names
from tests.servers.processes import free_port

COUNT = len(service_names())


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Ports far from those of an instance that runs on this machine."""
    return Settings("run", data=tmp_path / "var", door_port=free_port(), http_port=free_port(), metrics_port=free_port())


def _names(settings: Settings) -> list[str]:
    return [child.name for child in run._children(settings)]


def test_embedded_there_is_a_process_of_each_kind(settings: Settings) -> None:
    assert _names(settings) == ["api all", "worker all", "link all", "gateway"]


def test_on_servers_each_api_and_worker_is_a_process_of_its_own(settings: Settings) -> None:
    names = _names(replace(settings, amqp_uri="amqp://localhost"))
    assert names[: COUNT + 1] == [*(f"api {name}" for name in service_names()), "api door"]
    assert names[-1] == "gateway"
    assert all(name.startswith(("worker ", "link ")) for name in names[COUNT + 1 : -1])


def test_every_process_has_a_port_of_its_own_for_its_metrics(settings: Settings) -> None:
    children = run._children(replace(settings, amqp_uri="amqp://localhost"))
    ports = [int(child.arguments[-1]) for child in children]
    assert ports == [settings.metrics_port + number for number in range(len(children))]
    workers = [f"127.0.0.1:{port}" for port, child in zip(ports, children, strict=True) if child.name.startswith("worker")]
    assert children[-1].environment["WORKERS"] == ",".join(workers)


def test_free_ports_are_fine(settings: Settings) -> None:
    run._check_ports(settings, run._children(settings))


@pytest.mark.parametrize("name", ["door_port", "http_port", "metrics_port"])
def test_a_port_in_use_is_told_in_one_line(settings: Settings, name: str) -> None:
    port = getattr(settings, name)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with pytest.raises(Unusable, match=f"^端口 {port} 已被占用") as refused:
            run._check_ports(settings, run._children(settings))
    assert len(str(refused.value).splitlines()) == 1


def test_a_services_port_in_use_is_told_too(settings: Settings) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", settings.door_port + COUNT))
        taken.listen()
        with pytest.raises(Unusable, match=f"^端口 {settings.door_port + COUNT} "):
            run._check_ports(settings, run._children(settings))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"http_port": 30_000, "door_port": 30_000}, "端口 30000 被指定了两次"),
        ({"door_port": 65_535}, "端口 65536 不能"),
        ({"host": "203.0.113.1"}, "不能在 203.0.113.1 上使用"),
    ],
)
def test_ports_that_cannot_be_are_told_in_one_line(settings: Settings, changes: dict[str, object], says: str) -> None:
    wrong = replace(settings, **changes)  # type: ignore[arg-type]  # each its own
    with pytest.raises(Unusable, match=says) as refused:
        run._check_ports(wrong, run._children(wrong))
    assert len(str(refused.value).splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_told_in_one_line(settings: Settings, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unusable, match=r"^数据目录 .* 不可写") as refused:
        run._check_data(replace(settings, data=tmp_path / "file" / "var"))
    assert len(str(refused.value).splitlines()) == 1


@pytest.mark.parametrize("name", ["AMQP_URI", "DATABASE_URL"])
def test_one_server_without_the_other_is_refused(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.delenv("AMQP_URI", raising=False)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setenv(name, {"AMQP_URI": "amqp://localhost", "DATABASE_URL": "postgresql://localhost/x"}[name])
    with pytest.raises(Unusable, match="须同时设置"):
        run.main()


def test_it_is_not_ready_while_nobody_answers(settings: Settings) -> None:
    assert run._not_ready(settings) == "gateway"
