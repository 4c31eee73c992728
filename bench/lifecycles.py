"""How many tickets a second live their whole life: registered, formed, dispatched, signed in, answered, reviewed, called back, closed.

`python -m bench lifecycles [--rate 60] [--seconds 120] [--servers]`: everything on, every event handled by every listener, the
callers on the same machine. A life counts when its order is closed. `--servers`: on a private RabbitMQ and PostgreSQL, each service
called at its own address, as an ingress forwards by package on Kubernetes; else embedded, through the one door.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from bench._city import BY_REAL_TIME, Forwarded, city_with
from bench._watching import Watch
from hotline.dispatch.v1 import desks_pb2 as desks
from hotline.dispatch.v1 import orders_pb2 as orders
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.people import House, Person
from tests.journeys.verbs import ask, request_of

CITY, HUB, UNIT, CATEGORY = "zibo", "zibo-hub", "urban-management", "01.01.01"
THREADS = 32
LOOK_SECONDS = 0.2
# As many as a desk shows at once.
PAGE = 50
SETTLE_SECONDS = 300.0
TEXT = "小区门口的路灯坏了一周，晚上出行很不方便，已经有老人绊倒，请尽快安排维修。"


@dataclass
class Lives:
    """What was begun, ended, and went wrong; shared by threads."""

    begun: int = 0
    ended: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class City:
    """The people a life needs, and its verbs."""

    def __init__(self, house: House, lives: Lives) -> None:
        self._house = house
        self._lives = lives
        self._dispatcher = self._of_hub("ROLE_DISPATCHER")
        self._reviewer, self._caller_back = self._of_hub("ROLE_REVIEWER"), self._of_hub("ROLE_CALL_BACK")
        self._handler = house.of_unit(UNIT, "ROLE_HANDLER")

    def begin(self, number: int) -> None:
        """A caller is heard and a ticket formed."""
        operator = self._of_hub("ROLE_OPERATOR", number)
        caller = content.Caller(name=f"演示赵{number:06d}", phone=str(19900000000 + number))
        said = content.TicketContent(
            channel=shared.CHANNEL_PHONE, nature=shared.NATURE_COMPLAINT, category=CATEGORY, text=f"{TEXT}（{number}）",
            caller=caller, place=shared.Place(district="zhangdian", address=f"演示路{number}号"),
        )  # fmt: skip
        ticket = ask(operator, "register_ticket", tickets.RegisterTicketRequest(content=said, masking_confirmed=True)).ticket
        ask(operator, "form_ticket", tickets.FormTicketRequest(ticket_id=ticket.ticket_id, version=ticket.version))
        self._lives.begun += 1

    def waiting(self) -> list[Any]:
        """Orders that wait for dispatch, the most pressing first; of their category, for a full store has others."""
        request = desks.ListDispatchQueueRequest(page=shared.Page(size=PAGE), filter=orders.OrderFilter(category=CATEGORY))
        return list(ask(self._dispatcher, "list_dispatch_queue", request).orders)

    def live(self, order: Any) -> None:
        """From dispatch to the end."""
        order = self._do(self._dispatcher, "dispatch", order, unit_id=UNIT)
        order = self._do(self._handler, "sign_in", order)
        said = {"measures": "已安排抢修人员更换灯具并检查线路", "result": "路灯已于当日恢复照明", "answered_by": "PHONE"}
        order = self._do(self._handler, "reply", order, **said, answered_at=order.since.ToDatetime())
        order = self._do(self._reviewer, "pass_review", order)
        order = self._do(self._caller_back, "record_ratings", order, process="SATISFIED", result="SATISFIED", via="PHONE")
        self._do(self._caller_back, "close_satisfied", order)
        self._lives.ended.append(monotonic())

    def _of_hub(self, role: str, turn: int = 0) -> Person:
        return self._house.of_unit(HUB, role, turn)

    def _do(self, by: Person, verb: str, order: Any, **said: Any) -> Any:
        return ask(by, verb, request_of(verb, {"order_id": order.order_id, "version": order.version, **said})).order


def main(arguments: list[str]) -> int:
    """Print what was reached as JSON; exit code 1 where anything went wrong."""
    parser = argparse.ArgumentParser(prog="python -m bench lifecycles")
    parser.add_argument("--rate", type=float, default=60.0)
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--servers", action="store_true")
    options = parser.parse_args(arguments)
    with city_with(servers=options.servers, house=Forwarded if options.servers else House, told=BY_REAL_TIME) as (house, folder, _):
        figures = lived(house, folder, options.rate, options.seconds)
    print(json.dumps({"servers": options.servers, **figures}, ensure_ascii=False))
    return 1 if figures["errors"] else 0


def lived(house: House, folder: Path, rate: float, seconds: float) -> dict[str, Any]:
    """What was reached of so many lives a second, for so long."""
    lives = Lives()
    return _play(City(house, lives), lives, Watch(folder), rate, seconds)


def _play(city: City, lives: Lives, watch: Watch, rate: float, seconds: float) -> dict[str, Any]:
    _warm(city, lives)
    begun_at, ended_before = monotonic(), len(lives.ended)
    watch.begin()
    with ThreadPoolExecutor(THREADS) as threads:
        over = threading.Event()
        looking = threading.Thread(target=_look, args=(city, lives, threads, over))
        looking.start()
        for number in range(int(rate * seconds)):
            sleep(max(0.0, begun_at + number / rate - monotonic()))
            threads.submit(_tried, lives, city.begin, number + 1)
        told_at = monotonic()
        in_time = len(lives.ended) - ended_before
        while len(lives.ended) + len(lives.errors) < ended_before + int(rate * seconds) and monotonic() - told_at < SETTLE_SECONDS:
            sleep(LOOK_SECONDS)
        over.set()
        looking.join()
    return {
        "asked_per_second": rate,
        "ended_per_second": round(in_time / (told_at - begun_at), 1),
        "ended": len(lives.ended) - ended_before,
        "worked_off_seconds": round(monotonic() - told_at, 1),
        "errors": len(lives.errors),
        "first_error": lives.errors[0] if lives.errors else "",
        **watch.figures(len(lives.ended) - ended_before),
    }


def _warm(city: City, lives: Lives) -> None:
    """Everybody logs in, and every statement is prepared."""
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(city.begin, range(900_000, 900_064)))
        while len(lives.ended) < lives.begun:
            list(threads.map(city.live, city.waiting()))


def _look(city: City, lives: Lives, threads: ThreadPoolExecutor, over: threading.Event) -> None:
    seen: set[str] = set()
    while not over.wait(LOOK_SECONDS):
        for order in city.waiting():
            if order.order_id not in seen:
                seen.add(order.order_id)
                threads.submit(_tried, lives, city.live, order)


def _tried(lives: Lives, act: Any, subject: Any) -> None:
    try:
        act(subject)
    except Exception as error:  # noqa: BLE001 - counted and shown
        lives.errors.append(f"{type(error).__name__}: {error}"[:300])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
