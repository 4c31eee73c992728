"""运维命令 on a hotline that runs: journals proved, parked events sent again, the past told once more (Art. 10)."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from tests.journeys.cities import City
from tests.journeys.matters import Matter
from tests.journeys.waiting import becomes, until

pytestmark = pytest.mark.journey
LAMPS = "urban-management"
SERVICES = ("directory", "dispatch", "intake", "sla")
EMPTIED = ("inbox", "clocks", "orders", "turns", "urgings", "outbox", "journal", "journal_heads")
COPIES = ("units", "people", "tenants", "orders", "holders", "token_keys")
TAMPERED = "update journal set detail = ? where subject = ? and number = 2"
ONE_TRY_LEFT = "update retries set tries = 7 where parked_at is null"


@pytest.mark.begins("2022-06-06 09:00")
def test_the_journals_hold_until_a_step_is_changed_and_the_command_says_which(city: City) -> None:
    matter = _in_hand(city)
    city.clock("2022-06-08 09:00")
    assert "2022-06-06" in until(lambda: _days_witnessed(city), lambda days: "2022-06-06" in days)
    for service in SERVICES:
        proved = city.command("chassis.job", service, "verify")
        assert (proved.returncode, "完好" in proved.stdout) == (0, True), f"{service}: {proved}"

    told = _detail(city, matter)
    city.stores.change("dispatch", "journal", TAMPERED, told.replace(LAMPS, "water-supply"), matter.ticket_id)
    broken = city.command("chassis.job", "dispatch", "verify")
    city.stores.change("dispatch", "journal", TAMPERED, told, matter.ticket_id)
    assert broken.returncode == 1
    assert broken.stdout.splitlines() == [f"{matter.ticket_id}：第 2 步内容被改动", "发现 1 处不符"]
    assert city.command("chassis.job", "dispatch", "verify").returncode == 0


@pytest.mark.begins("2022-06-09 09:00")
def test_an_event_that_cannot_be_handled_is_parked_shown_without_its_words_and_sent_again(city: City) -> None:
    matter = _in_hand(city)
    with city.stores.refusing("dispatch", "supplements"):
        matter.do("supplement_ticket", city.hub.call_back, text="来电人补充：路灯杆倾斜")
        becomes(lambda: len(_waiting(city)), 1)
        city.stores.change("dispatch", "retries", ONE_TRY_LEFT)
        becomes(lambda: len(_waiting(city)), 0)
    parked = json.loads(city.command("chassis.parked", "list", "dispatch", "--json").stdout)
    assert [row["type"] for row in parked] == ["hotline.intake.v1.TicketSupplemented"]
    event_id = parked[0]["event_id"]
    listed = city.command("chassis.parked", "list", "dispatch")
    assert event_id in listed.stdout
    assert "共 1 条停放的事件" in listed.stdout
    assert "路灯杆倾斜" not in listed.stdout + json.dumps(parked, ensure_ascii=False)
    traced = [line for line in city.log() if line["level"] == "ERROR" and event_id in line["message"]]
    assert [line["trace_id"] for line in traced] == [_trace_of(city, event_id)]

    unknown = city.command("chassis.parked", "send", "dispatch", matter.ticket_id)
    assert (unknown.returncode, len(unknown.stderr.splitlines())) == (1, 1)
    assert matter.ticket_id in unknown.stderr
    sent = city.command("chassis.parked", "send", "dispatch", event_id)
    assert (sent.returncode, sent.stdout.split()[0]) == (0, "1")
    becomes(lambda: [each.text for each in matter.order.seen().supplements], ["来电人补充：路灯杆倾斜"])
    city.rests()
    assert city.command("chassis.parked", "list").stdout == "共 0 条停放的事件\n"


@pytest.mark.begins("2022-06-10 09:00")
def test_the_past_told_once_more_changes_nothing_and_mends_who_lost_it(city: City) -> None:
    order = _in_hand(city).order
    city.rests()
    before = _kept(city)
    again = city.command("chassis.retell", "dispatch", "--to", "sla")
    assert (again.returncode, again.stdout.splitlines()[-1]) == (0, "重述完成")
    assert _kept(city) == before

    clocks = _clocks(city, order.order_id)
    assert len(clocks) == 1
    for table in ("orders", "clocks"):
        city.stores.change("sla", table, f"delete from {table} where order_id = ?", order.order_id)  # noqa: S608 - named above
    for row in city.stores.rows("dispatch", "outbox"):
        if order.order_id in row["payload"]:
            city.stores.change("sla", "inbox", "delete from inbox where event_id = ?", row["event_id"])
    assert _clocks(city, order.order_id) == []
    assert city.command("chassis.retell", "dispatch", "--to", "sla").returncode == 0
    becomes(lambda: _clocks(city, order.order_id), clocks)

    wrong = city.command("chassis.retell", "dispatch", "--to", "gateway")
    assert (wrong.returncode, len(wrong.stderr.splitlines())) == (1, 1)


@pytest.mark.begins("2022-06-20 09:00")
def test_a_store_of_lights_that_was_lost_is_built_anew_with_the_same_lights_and_urgings(city: City) -> None:
    open_, answered = _in_hand(city), _in_hand(city)
    city.clock("2022-06-27 12:00")
    answered.order.do("reply", city.unit(LAMPS))
    city.clock("2022-06-29 00:05")
    open_.order.shows("RED")
    city.rests()
    before, shown = _lawful(city), open_.order.seen()
    assert shown.urgings

    for table in EMPTIED:
        city.stores.change("sla", table, f"delete from {table}")  # noqa: S608 - named below
    again = [_in_hand(city)]
    for source in ("directory", "dispatch"):
        told = city.command("chassis.retell", source, "--to", "sla")
        assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "重述完成"), told
        again.append(_in_hand(city))
    becomes(lambda: [row for row in _lawful(city) if row[1] not in {each.order.order_id for each in again}], before)
    city.rests()
    assert open_.order.seen() == shown

    open_.order.do("reply", city.unit(LAMPS))
    open_.order.do("send_back_reply", city.hub.reviewer)
    becomes(lambda: _lit_at_both(city, open_.order.order_id), expected=True)


@pytest.mark.begins("2022-07-04 09:00")
def test_intake_s_copies_that_were_lost_are_built_anew_and_keep_out_whom_they_kept_out(city: City) -> None:
    matter = _in_hand(city)
    city.rests()
    before = _copied(city)
    assert all(before.values())
    for table in (*COPIES, "inbox"):
        city.stores.change("intake", table, f"delete from {table}")  # noqa: S608 - named below
    for source in ("directory", "dispatch"):
        told = city.command("chassis.retell", source, "--to", "intake")
        assert (told.returncode, told.stdout.splitlines()[-1]) == (0, "重述完成"), told
    becomes(lambda: _copied(city), before)
    city.rests()
    held = {row["unit_id"] for row in city.stores.rows("intake", "holders") if row["ticket_id"] == matter.ticket_id}
    assert held == {LAMPS}
    after = _in_hand(city)
    assert after.ticket_id != matter.ticket_id


def _copied(city: City) -> dict[str, list[str]]:
    """What intake keeps of others, in whatever order it is read."""
    return {table: sorted(map(repr, city.stores.rows("intake", table))) for table in COPIES}


def _lawful(city: City) -> list[tuple[str, ...]]:
    """Dates, standing lights and standing urgings, without when they were noticed and in which turn."""
    clocks = [("clock", *_named(row, "order_id", "round", "kind", "deadline_version", "state", "light", "deadline_at", "red_at", "void_at",
                                "replaced_at", "stopped_at")) for row in city.stores.rows("sla", "clocks")]  # fmt: skip
    orders = [("order", *_named(row, "order_id", "light")) for row in city.stores.rows("sla", "orders")]
    lit = [("lit", *_named(row, "order_id", "round", "kind", "deadline_version", "light", "at")) for row in city.stores.rows("sla", "turns")
           if row["lit"] and row["voided_at"] is None]  # fmt: skip
    urged = [("urged", *_named(row, "order_id", "urging_id", "round", "kind", "deadline_version", "at", "deadline_at"))
             for row in city.stores.rows("sla", "urgings") if row["voided_at"] is None]  # fmt: skip
    return sorted(clocks + orders + lit + urged)


def _named(row: dict[str, Any], *names: str) -> list[str]:
    return [str(row[name]) for name in names]


def _lit_at_both(city: City, order_id: str) -> bool:
    """Whether dispatch has the light that sla has, though sla began to count its turns anew."""
    at_sla = next(row["light"] for row in city.stores.rows("sla", "orders") if row["order_id"] == order_id)
    at_dispatch = next(row["light"] for row in city.stores.rows("dispatch", "orders") if row["order_id"] == order_id)
    return bool(at_sla.lower() == at_dispatch.lower() != "red")


def _days_witnessed(city: City) -> list[str]:
    """Days of dispatch's whose heads intake keeps. A day is sealed at the second look that finds it over: the clock goes on for it."""
    city.clock(city.now() + timedelta(seconds=2))
    return [row["day"] for row in city.stores.rows("intake", "seals") if row["service"] == "dispatch"]


def _in_hand(city: City) -> Matter:
    matter = city.call("人行道路灯不亮")
    matter.order.do("dispatch", city.hub.dispatcher, unit_id=LAMPS)
    matter.order.do("sign_in", city.unit(LAMPS))
    return matter


def _detail(city: City, matter: Matter) -> str:
    rows = city.stores.rows("dispatch", "journal")
    return str(next(row["detail"] for row in rows if row["subject"] == matter.ticket_id and row["number"] == 2))


def _waiting(city: City) -> list[dict[str, Any]]:
    return [row for row in city.stores.rows("dispatch", "retries") if row["parked_at"] is None]


def _trace_of(city: City, event_id: str) -> str:
    return str(next(row["trace"] for row in city.stores.rows("intake", "outbox") if row["event_id"] == event_id).split("-")[1])


def _clocks(city: City, order_id: str) -> list[dict[str, Any]]:
    return [row for row in city.stores.rows("sla", "clocks") if row["order_id"] == order_id]


def _kept(city: City) -> list[list[str]]:
    """All that sla keeps of orders, in whatever order it is read."""
    return [sorted(map(repr, city.stores.rows("sla", table))) for table in ("orders", "clocks", "turns", "urgings", "journal")]
