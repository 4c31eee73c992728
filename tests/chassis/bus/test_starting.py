"""A worker that cannot start says in one line why."""

from __future__ import annotations

import socket

import pytest

from tests.chassis.bus.conftest import MakeTown
from tests.chassis.bus.town.folk import Town


def refusal(town: Town, *arguments: str) -> str:
    ended = town.run("chassis.work", *arguments)
    assert ended.returncode == 1, ended.stderr
    [line] = [line for line in ended.stderr.splitlines() if not line.startswith("{")]
    return line


def test_an_unknown_service(embedded_town: MakeTown) -> None:
    there = "assessment、bell、directory、dispatch、horn、intake、notify、provincial、sla"
    assert f"没有服务 nobody 的 worker：可用 {there}" in refusal(embedded_town(), "nobody")


def test_a_part_of_the_services_without_a_broker(embedded_town: MakeTown) -> None:
    assert "不能只启动一部分服务" in refusal(embedded_town(), "dispatch", "sla")


def test_a_store_without_tables(embedded_town: MakeTown) -> None:
    town = embedded_town()
    town.change("sla", "drop table inbox")
    assert refusal(town) == "sla 的数据库还没有建表：请先运行 python -m chassis.migrate sla"


def test_a_port_in_use(embedded_town: MakeTown) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert f"127.0.0.1:{port}" in refusal(embedded_town(), "--metrics-port", str(port))


def test_a_broker_that_is_not_there(embedded_town: MakeTown) -> None:
    said = refusal(embedded_town(AMQP_URI="amqp://hotline:geheim@127.0.0.1:1//"))
    assert "连不上消息队列 amqp://hotline:**@127.0.0.1:1//" in said
    assert "geheim" not in said


def test_a_database_that_is_not_there(embedded_town: MakeTown) -> None:
    said = refusal(embedded_town(DATABASE_URL="postgresql://hotline_owner:geheim@127.0.0.1:1/hotline"))
    assert "请检查 DATABASE_URL" in said
    assert "geheim" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("list", "nobody"), "没有服务 nobody"),
        (("send", "sla"), "请给出一个事件编号，或者 --all"),
        (("send", "sla", "an-id", "--all"), "请给出一个事件编号，或者 --all"),
        (("send", "sla", "an-id"), "sla 没有停放编号为 an-id 的事件"),
    ],
)
def test_what_cannot_be_parked_or_sent(embedded_town: MakeTown, arguments: tuple[str, ...], said: str) -> None:
    ended = embedded_town().run("chassis.parked", *arguments)
    assert (ended.returncode, len(ended.stderr.splitlines())) == (1, 1)
    assert said in ended.stderr


def test_nothing_parked(embedded_town: MakeTown) -> None:
    town = embedded_town()
    assert town.run("chassis.parked", "list").stdout == "共 0 条停放的事件\n"
    assert town.run("chassis.parked", "list", "--json").stdout == "[]\n"
    assert town.run("chassis.parked", "send", "sla", "--all").stdout.startswith("0 条事件将重新处理")


def test_a_past_nobody_works_off_is_only_asked_for(embedded_town: MakeTown) -> None:
    town = embedded_town()
    town.tell(["order-1"])
    asked = town.run("chassis.retell", "dispatch", "--to", "sla", "--no-wait")
    assert (asked.returncode, asked.stdout) == (0, "已登记：dispatch 将向 sla 重述至第 1 条\n")
    assert [(row["consumer"], row["next_seq"], row["done_at"]) for row in town.rows("dispatch", "retells")] == [("sla", 1, None)]
