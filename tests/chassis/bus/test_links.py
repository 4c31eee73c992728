"""Link processes from outside, on both databases."""

from __future__ import annotations

import signal
import socket
from collections import Counter

import pytest

from chassis.caller import Caller
from chassis.store import Tx
from tests.chassis.bus.conftest import MakeTown
from tests.chassis.bus.test_working import libraries
from tests.chassis.bus.town.folk import Town, until


def want(town: Town, numbers: range) -> None:
    """So many rings."""
    rings = town.stores["bell"].tables["rings"]

    def act(tx: Tx) -> None:
        tx.insert_many(rings, [{"number": number} for number in numbers])

    town.stores["bell"].write(Caller.timer("bell", "zibo"), act)


def rung(town: Town) -> Counter[str]:
    """How often each was heard outside."""
    file = town.folder / "rung"
    return Counter(file.read_text().split() if file.exists() else ())


def all_noted(town: Town) -> bool:
    return all(row["rung_at"] for row in town.rows("bell", "rings"))


def test_it_works_until_it_is_told_to_stop(databases_town: Town) -> None:
    for number, told_to_stop in enumerate((signal.SIGTERM, signal.SIGINT)):
        link = databases_town.start(module="chassis.link")
        want(databases_town, range(number * 20, number * 20 + 20))
        until(lambda: all_noted(databases_town))
        assert libraries(link.pid) == {"cygrpc"}
        link.send_signal(told_to_stop)
        assert link.wait(15) == 0, databases_town.log()
    assert rung(databases_town) == Counter(map(str, range(40)))
    assert {line["level"] for line in databases_town.logged()} == {"INFO"}


def test_what_it_had_claimed_when_it_was_killed_is_claimed_again(databases_town: Town) -> None:
    want(databases_town, range(10))
    (databases_town.folder / "hangs").touch()
    link = databases_town.start("bell", module="chassis.link")
    until(lambda: rung(databases_town) == Counter("0"))
    link.kill()
    link.wait()
    (databases_town.folder / "hangs").unlink()
    databases_town.start("bell", module="chassis.link")
    until(lambda: all_noted(databases_town))
    assert rung(databases_town) == Counter(["0", *map(str, range(10))])


def test_one_that_raises_is_run_again_and_is_not_ready_meanwhile(databases_town: Town) -> None:
    (databases_town.folder / "raises").touch()
    databases_town.start(module="chassis.link")
    want(databases_town, range(3))
    until(lambda: databases_town.get("/healthz") == (503, "尚未就绪：bell\n"))
    until(lambda: databases_town.metric('hotline_link_ended_total{service="bell"}') >= 2)
    (databases_town.folder / "raises").unlink()
    until(lambda: all_noted(databases_town))
    assert databases_town.get("/healthz")[0] == 200
    assert "13800138000" not in databases_town.log()
    assert "ValueError" in databases_town.log()


def test_one_that_does_not_end_is_cut_off(embedded_town: MakeTown) -> None:
    town = embedded_town()
    want(town, range(1))
    (town.folder / "hangs").touch()
    link = town.start(module="chassis.link")
    until(lambda: rung(town) == Counter("0"))
    link.terminate()
    assert link.wait(20) == 0


def test_a_worker_and_a_link_write_one_store_side_by_side(town: Town) -> None:
    town.start()
    town.start(module="chassis.link")
    want(town, range(300))
    orders = [f"order-{number}" for number in range(1000)]
    for start in range(0, 1000, 20):
        town.order(orders[start : start + 20])
    until(lambda: all_noted(town) and town.seen("bell") == Counter(orders))
    assert not {line["message"] for line in town.logged() if line["level"] != "INFO"}


@pytest.mark.parametrize(
    ("drop", "arguments", "said"),
    [
        ("", ("nobody",), "没有服务 nobody 的 link：可用 bell"),
        ("drop table inbox", (), "bell 的数据库还没有建表：请先运行 python -m chassis.migrate bell"),
    ],
)
def test_a_link_that_cannot_start_says_why_in_one_line(embedded_town: MakeTown, drop: str, arguments: tuple[str, ...], said: str) -> None:
    town = embedded_town()
    if drop:
        town.change("bell", drop)
    ended = town.run("chassis.link", *arguments)
    assert (ended.returncode, ended.stderr) == (1, f"{said}\n")


def test_a_links_port_in_use_is_told(embedded_town: MakeTown) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = embedded_town().run("chassis.link", "--metrics-port", str(port))
    assert ended.returncode == 1
    assert f"127.0.0.1:{port}" in ended.stderr
