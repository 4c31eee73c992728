"""`make run` as whoever starts it sees it: ready when it says so, stopped without a trace, going on where it was, or one clear line."""

from __future__ import annotations

import signal
import site
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from threading import Event
from time import monotonic

import pytest

from chassis.settings import process_environment, service_names, services_with
from simulator import instance
from simulator.instance import CREDENTIALS, Instance, credentials_in
from tests.journeys.cities import EDITION_BEGINS, City, Repeating
from tests.journeys.dates import end_of
from tests.journeys.instances import kill_nine, processes_of
from tests.journeys.matters import Matter
from tests.journeys.orders import Stands
from tests.journeys.stores import Stores
from tests.journeys.waiting import becomes

pytestmark = pytest.mark.journey
MODULES = ("chassis.run", "chassis.serve", "chassis.work", "chassis.link", "services.gateway")
READY_SECONDS, STOP_SECONDS = 240, 30
OK, NOT_YET = 200, 503
LAMPS = "urban-management"


@pytest.fixture(params=["embedded", pytest.param("on_servers", marks=pytest.mark.servers)])
def environment(request: pytest.FixtureRequest, tmp_path: Path) -> dict[str, str]:
    """What a hotline of this test's own is told: an empty folder, free ports, perhaps servers."""
    servers = ("database_url", "amqp_uri") if request.param == "on_servers" else ()
    count = len(service_names())
    door, http, metrics = instance._free_ports(count + 1, 1, 2 * count + len(services_with("link")) + 2)
    return {
        "DATA": str(tmp_path / "var"), "PROFILE": "demo", "CLOCK": "virtual", "CLOCK_START": EDITION_BEGINS,
        "DOOR_PORT": str(door), "HTTP_PORT": str(http), "METRICS_PORT": str(metrics),
        **{name.upper(): request.getfixturevalue(name) for name in servers},
    }  # fmt: skip


def test_ready_when_it_says_so_stopped_without_a_trace_and_going_on_where_it_was(environment: dict[str, str], tmp_path: Path) -> None:
    with _running(environment, tmp_path / "first.log") as process:
        assert _answers_until_ready(environment) <= {NOT_YET}
        with _city(environment) as city:
            assert len(city.metrics()) == _process_count(environment)
            city.clock("2021-03-01 09:00")
            matter = city.call("人行道地砖松动，老人容易绊倒")
            matter.order.do("dispatch", city.hub.dispatcher, unit_id=LAMPS)
            before, ticket, stood_at = matter.order.seen(), matter.ticket(), city.now()
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0
    assert (tmp_path / "first.log").read_text().splitlines()[-1] == f"已停止，数据保留在 {environment['DATA']}"
    assert _left(environment) == []

    with _running(environment, tmp_path / "second.log") as process:
        _answers_until_ready(environment)
        with _city(environment) as city:
            assert city.now() >= stood_at
            again = Matter(city, ticket, matter.caller)
            assert again.order.seen() == before
            assert again.order.stands() == Stands("DISPATCHED", "HANDLE", end_of("2021-03-08"))
            again.order.do("sign_in", city.unit(LAMPS))
            city.clock("2021-03-08 00:05")
            again.order.shows("YELLOW")
            again.order.do("reply", city.unit(LAMPS))
            again.is_settled()
            assert city.command("chassis.job", "dispatch", "verify").returncode == 0
        # Not even a supervisor that is killed leaves anybody behind.
        assert kill_nine(process.pid)
        becomes(lambda: _left(environment), [])


@pytest.mark.parametrize("name", ["DOOR_PORT", "HTTP_PORT", "METRICS_PORT"])
def test_a_port_in_use_is_one_clear_line(tmp_path: Path, name: str) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        line = _refusal({"DATA": str(tmp_path / "var"), **_free(), name: str(port)})
    assert f"端口 {port} 已被占用" in line
    assert name in line


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    line = _refusal({"DATA": str(tmp_path / "file" / "var"), **_free()})
    assert line.startswith(f"数据目录 {tmp_path / 'file' / 'var'} 不可写")
    assert "DATA=" in line


@pytest.mark.parametrize("package", ["alembic", "nameko", "fastapi"])
def test_a_package_that_is_missing_is_one_clear_line(tmp_path: Path, package: str) -> None:
    """Whichever process would have needed it."""
    installed, rest = Path(site.getsitepackages()[0]), tmp_path / "packages"
    rest.mkdir()
    for each in installed.iterdir():
        if each.name != package and not each.name.startswith(f"{package}-"):
            (rest / each.name).symlink_to(each)
    paths = f"{rest}:{Path('gen').absolute()}"
    line = _refusal({"DATA": str(tmp_path / "var"), "PYTHONPATH": paths, **_free()}, "-S")
    assert line == f"缺少软件包 {package}：请在项目目录运行 make run，由它安装"
    assert not (tmp_path / "var").exists()


def test_one_server_without_the_other_is_one_clear_line(tmp_path: Path) -> None:
    line = _refusal({"DATA": str(tmp_path / "var"), "AMQP_URI": "amqp://127.0.0.1", "DATABASE_URL": "", **_free()})
    assert line.startswith("AMQP_URI 与 DATABASE_URL 须同时设置")


@contextmanager
def _running(environment: Mapping[str, str], log: Path) -> Iterator[subprocess.Popen[bytes]]:
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "chassis.run"], env=process_environment(**environment), stdout=output, stderr=output
        )
    with ExitStack() as stack:
        stack.callback(process.wait)
        stack.callback(process.kill)
        yield process


def _answers_until_ready(environment: Mapping[str, str]) -> set[int]:
    """What /healthz answered before it answered 200; at that instant everybody answers."""
    seen, over = set(), monotonic() + READY_SECONDS
    while (code := _health(environment)) != OK:
        assert monotonic() < over
        seen |= {code} if code else set()
        Event().wait(0.05)
    return seen


def _health(environment: Mapping[str, str]) -> int:
    """0 where nobody answers."""
    connection = HTTPConnection("127.0.0.1", int(environment["HTTP_PORT"]), timeout=30)
    with closing(connection), suppress(OSError, HTTPException):
        connection.request("GET", "/healthz")
        return connection.getresponse().status
    return 0


@contextmanager
def _city(environment: dict[str, str]) -> Iterator[City]:
    """The hotline as it stands, whose callers do not wait for anybody."""
    folder = Path(environment["DATA"])
    reached = Instance(f"127.0.0.1:{environment['DOOR_PORT']}", credentials_in(folder / CREDENTIALS))
    with ExitStack() as stack:
        house, stores = Repeating(reached.door, reached.credentials), Stores(folder, environment.get("DATABASE_URL", ""))
        stack.callback(house.close)
        stack.callback(stores.close)
        yield City(reached, stores, environment, house)


def _process_count(environment: Mapping[str, str]) -> int:
    """Apis, workers, links, the gateway; on servers one of each service, and the door."""
    links = services_with("link")
    return 2 * len(service_names()) + len(links) + 2 if "AMQP_URI" in environment else 3 + bool(links)


def _left(environment: Mapping[str, str]) -> list[int]:
    return [pid for module in MODULES for pid in processes_of(Path(environment["DATA"]), module)]


def _free() -> dict[str, str]:
    count = len(service_names())
    door, http, metrics = instance._free_ports(count + 1, 1, 2 * count + len(services_with("link")) + 2)
    return {"DOOR_PORT": str(door), "HTTP_PORT": str(http), "METRICS_PORT": str(metrics)}


def _refusal(environment: dict[str, str], *options: str) -> str:
    """The one line of a hotline that does not start."""
    command = [sys.executable, *options, "-m", "chassis.run"]
    ended = subprocess.run(command, env=process_environment(**environment), check=False, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, ended.stdout, len(ended.stderr.splitlines())) == (1, "", 1), ended.stderr
    return ended.stderr.strip()
