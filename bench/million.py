"""A million tickets in the stores: `python -m bench million [--servers] [--rows 1000000] [--asked 60] [--rate 40] [--seconds 60]`.

The stores of intake, dispatch and sla are filled by copies of tickets that lived through the doors, over two years; then every desk's list
and every search is asked through gRPC, one after the other. Before they are filled and at the end, tickets live their whole lives, more
than the machine can do. Exit code 1 where a list's p95 is above 100 ms, a search by words above 300, or the lives are fewer than 0.9 of
those on empty stores.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from google.protobuf.message_factory import GetMessageClass

from bench._city import Forwarded, city_with
from bench._crowd import Crowd, Template, Variety, sentences
from bench._stages import PHONE, Lives
from bench.kb import percentile
from bench.lifecycles import CATEGORY, CITY, HUB, UNIT, lived
from chassis.grpc.server import service_descriptor
from hotline.intake.v1 import categories_pb2 as tree
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.people import House
from tests.journeys.stores import Stores
from tests.journeys.verbs import ask

LIST_MS, WORDS_MS, LIVES = 100.0, 300.0, 0.9
# Of a hundred thousand: how many wait at each desk, the newest.
STAGES = {"pending": 300, "returned": 100, "replied": 300, "calling": 300, "handling": 2000}
WORDS = ("路灯", "暖气 老人", "噪音", "物业", "停水", "小区")
Fields = Callable[[random.Random], dict[str, Any]]


@dataclass(frozen=True)
class Asked:
    """A list or search: who asks, what, and with what."""

    label: str
    role: str
    method: str
    fields: Fields = lambda _: {}
    most_ms: float = LIST_MS


def main(arguments: list[str]) -> int:
    """Print a table, and the same as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench million")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--asked", type=int, default=60)
    parser.add_argument("--rate", type=float, default=40.0)
    parser.add_argument("--seconds", type=float, default=60.0)
    options = parser.parse_args(arguments)
    with city_with(servers=options.servers, house=Forwarded if options.servers else House) as (house, folder, url):
        variety = variety_of(house, Stores(folder, url))
        empty = lived(house, folder, options.rate, options.seconds)
        began = time.monotonic()
        crowd = Crowd(folder, url, options.rows, variety)
        fill(crowd, Lives(house), options.rows)
        print(f"{options.rows} tickets laid in {time.monotonic() - began:.0f} s", flush=True)
        # Before the lives, of which more are begun than end: what is left of them would be worked on meanwhile.
        figures = [_measured(house, each, options.asked) for each in _asked(variety, options.rows)]
        full = lived(house, folder, options.rate, options.seconds)
    lives = {name: _worked_off(run, options.seconds) for name, run in (("empty", empty), ("full", full))}
    share = lives["full/empty"] = round(lives["full"] / lives["empty"], 2)
    print(json.dumps({"servers": options.servers, "rows": options.rows, "lives": lives, "ms": dict(figures)}, ensure_ascii=False))
    over = [each.label for each, (_, spans) in zip(_asked(variety, options.rows), figures, strict=True) if spans[1] > each.most_ms]
    return 1 if over or share < LIVES else 0


def _worked_off(run: dict[str, Any], seconds: float) -> float:
    """Lives a second to the end of the last: while others still begin, fewer end than the machine can do."""
    return float(round(run["ended"] / (seconds + run["worked_off_seconds"]), 1))


def fill(crowd: Crowd, lives: Lives, rows: int) -> None:
    """Lay so many tickets: the newest wait at the desks, the others are closed."""
    spans, first = [], 0
    for stage, share in {**STAGES, "closed": 0}.items():
        last = first + share * rows // 100_000 if share else rows
        spans.append(Template(*lives.template(stage), first, last))
        first = last
    # What hears of them has heard.
    time.sleep(5)
    crowd.lay(spans)
    crowd.keep_words()
    crowd.analyze()


def variety_of(house: House, stores: Stores) -> Variety:
    """In what copies differ: the city's own units, categories and places."""
    units = [row["unit_id"] for row in stores.rows("dispatch", "units") if row["tenant_id"] == CITY and not row["handling_tenant_id"]]
    districts = sorted({row["handling_tenant_id"] for row in stores.rows("dispatch", "units") if row["handling_tenant_id"]})
    places = [(district, f"演示{town}街道") for district in districts for town in range(8)]
    return Variety(sorted(units), list(_categories(house)), places, sentences())


def _categories(house: House) -> Iterator[tuple[str, str]]:
    """Those of the third level."""
    by, token = house.of_unit(HUB, "ROLE_OPERATOR"), ""
    while True:
        answer = ask(by, "list_categories", tree.ListCategoriesRequest(page=shared.Page(size=200, token=token)))
        # But for that of the lives, which would take copies for orders of theirs.
        yield from ((each.code, each.name) for each in answer.categories if each.level == 3 and each.code != CATEGORY)  # noqa: PLR2004 - see above
        token = answer.next_page_token
        if not token:
            return


def _asked(variety: Variety, rows: int) -> Iterator[Asked]:
    yield Asked("不查库的请求", "ROLE_OPERATIONS", "clock.v1.ClockService/GetClock")
    yield from _at_intake(variety, rows)
    yield from _at_dispatch(variety, rows)
    handled = "ROLE_HANDLER"
    yield Asked("sla 期限", "ROLE_SUPERVISOR", "sla.v1.ClockService/ListClocks")
    yield Asked("sla 本单位期限", handled, "sla.v1.ClockService/ListClocks")
    yield Asked("sla 各单位亮灯", "ROLE_SUPERVISOR", "sla.v1.ClockService/CountLights")
    yield Asked("sla 催办", "ROLE_SUPERVISOR", "sla.v1.UrgingService/ListUrgings")


def _at_intake(variety: Variety, rows: int) -> Iterator[Asked]:
    tickets_, found = "intake.v1.TicketService/ListTickets", "intake.v1.TicketService/SearchTickets"
    operator = "ROLE_OPERATOR"
    for role, whose in ((operator, "受理员"), ("ROLE_SUPERVISOR", "督办员（含区县）"), ("ROLE_HANDLER", "承办人")):
        yield Asked(f"intake 工单 {whose}", role, tickets_)
        yield Asked(f"intake 按分类 {whose}", role, tickets_, lambda chance: {"category": chance.choice(variety.categories)[0]})
    yield Asked("intake 待处理", operator, tickets_, lambda _: {"states": [1]})
    yield Asked("intake 待确认不予受理", operator, tickets_, lambda _: {"decline_requested": True})
    yield Asked("intake 按编号", operator, tickets_, lambda chance: {"number": f"B{chance.randrange(1, rows)}"})
    yield Asked("intake 按一级分类", operator, tickets_, lambda chance: {"category": chance.choice(variety.categories)[0][:2]})
    yield Asked("intake 按区县", operator, tickets_, lambda chance: {"district": chance.choice(variety.places)[0]})
    yield Asked(
        "intake 按镇街", operator, tickets_, lambda chance: dict(zip(("district", "town"), chance.choice(variety.places), strict=True))
    )
    yield Asked("intake 按日期", operator, tickets_, _some_days)
    yield Asked("intake 按分类与日期", operator, tickets_, lambda c: {**_some_days(c), "category": c.choice(variety.categories)[0]})
    yield Asked("intake 按承办单位", operator, tickets_, lambda chance: {"unit_id": chance.choice(variety.units)})
    yield Asked("intake 按忙的承办单位", operator, tickets_, lambda _: {"unit_id": UNIT})
    yield Asked("intake 按来电人", operator, "intake.v1.TicketService/FindTicketsOfCaller", lambda _: {"phone": PHONE})
    newest = rows // 8
    for label, words in {
        "按词": lambda c: c.choice(WORDS), "按少见的词": lambda c: f"演示路{c.randrange(newest)}号",
        "按没有的词": lambda _: "麒麟独角", "按分开的词": lambda c: f"小区 路{c.randrange(newest)}号",
    }.items():  # fmt: skip
        yield Asked(f"intake {label}", operator, found, partial(_with, "words", words), WORDS_MS)
    yield Asked("intake 按词 承办人", "ROLE_HANDLER", found, lambda c: {"words": c.choice(WORDS)}, WORDS_MS)
    yield Asked("intake 按词 督办员", "ROLE_SUPERVISOR", found, lambda c: {"words": c.choice(WORDS)}, WORDS_MS)
    yield Asked("intake 按词与镇街", operator, found, lambda c: {"words": c.choice(WORDS), "town": c.choice(variety.places)[1]}, WORDS_MS)


def _at_dispatch(variety: Variety, rows: int) -> Iterator[Asked]:
    desk, orders = "dispatch.v1.DeskService", "dispatch.v1.OrderService/ListOrders"
    yield Asked("dispatch 待派单", "ROLE_DISPATCHER", f"{desk}/ListDispatchQueue")
    yield Asked("dispatch 本单位待办", "ROLE_HANDLER", f"{desk}/ListUnitInbox")
    yield Asked("dispatch 协办", "ROLE_HANDLER", f"{desk}/ListAssists")
    yield Asked("dispatch 待决定", "ROLE_SUPERVISOR", f"{desk}/ListDecisions")
    yield Asked("dispatch 待审核", "ROLE_REVIEWER", f"{desk}/ListReviewQueue")
    yield Asked("dispatch 待回访", "ROLE_CALL_BACK", f"{desk}/ListCallBackQueue")
    yield Asked("dispatch 工单", "ROLE_DISPATCHER", orders)
    yield Asked("dispatch 工单 承办人", "ROLE_HANDLER", orders)
    yield Asked("dispatch 按编号", "ROLE_DISPATCHER", orders, lambda chance: {"number": f"B{chance.randrange(1, rows)}"})
    for label, fields in {
        "按承办单位": lambda c: {"unit_id": c.choice(variety.units)},
        "按分类": lambda c: {"category": c.choice(variety.categories)[0]},
        "按单位与分类": lambda c: {"unit_id": c.choice(variety.units), "category": c.choice(variety.categories)[0]},
        "按亮灯": lambda _: {"light": 3},
        "按状态": lambda c: {"states": [c.choice((1, 3, 4, 5))]},
        "按单位与日期": lambda c: {"unit_id": c.choice(variety.units), **_formed(c)},
        "按日期": _formed,
    }.items():  # fmt: skip
        yield Asked(f"dispatch {label}", "ROLE_DISPATCHER", orders, partial(_with, "filter", fields))


def _with(name: str, value: Callable[[random.Random], Any], chance: random.Random) -> dict[str, Any]:
    return {name: value(chance)}


def _some_days(chance: random.Random) -> dict[str, str]:
    year, month, day = chance.choice((2023, 2024)), chance.randrange(1, 13), chance.randrange(1, 27)
    return {"received_from": f"{year}-{month:02}-{day:02}", "received_to": f"{year}-{month:02}-{day + 1:02}"}


def _formed(chance: random.Random) -> dict[str, str]:
    days = _some_days(chance)
    return {"formed_from": days["received_from"], "formed_to": days["received_to"]}


def _measured(house: House, asked: Asked, count: int) -> tuple[str, tuple[float, float]]:
    by = house.of_unit(UNIT if asked.role == "ROLE_HANDLER" else HUB, asked.role)
    service, _, name = asked.method.partition("/")
    method = service_descriptor(f"hotline.{service}").methods_by_name[name]
    chance, spans, shown = random.Random(12345), [], 0
    for number in range(count + 3):
        request = GetMessageClass(method.input_type)(**asked.fields(chance))
        began = time.perf_counter()
        answer = by.ask(asked.method, request, GetMessageClass(method.output_type))
        if number >= 3:  # noqa: PLR2004 - log in, and let statements be prepared
            spans.append(1000 * (time.perf_counter() - began))
            shown += answer.ByteSize()
    half, most = percentile(spans, 50), percentile(spans, 95)
    mark = "" if most <= asked.most_ms else f"  above {asked.most_ms:.0f}"
    print(f"{asked.label:　<18} p50 {half:8.1f} ms  p95 {most:8.1f} ms  {shown // count:7} bytes{mark}", flush=True)
    return asked.label, (round(half, 1), round(most, 1))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
