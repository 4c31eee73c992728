"""A backlog of the province's after an outage: `python -m bench provincial [--servers] [--count 20000] [--rate 20] [--seconds 10]`.

Ordinary callers register all the while, so many a second: by turns alone for some seconds, and for twice as long while the province pushes
what it could not send, until it is through. So both are measured on the machine as it is in the same minutes. Orders a second taken and
acknowledged while it pushed, and the callers' p99 alone and meanwhile, with their ratio. Exit code 1 where an order was lost or doubled, an
ordinary call failed, or their p99 more than doubled. The province, the callers and all processes share one machine.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic, sleep
from typing import Any

from bench._city import Forwarded, city_with
from bench.kb import percentile
from bench.lifecycles import CATEGORY, HUB, TEXT
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.people import House
from tests.journeys.provinces import Province, beside
from tests.journeys.stores import Stores
from tests.journeys.verbs import ask

THREADS = 16
AT_ONCE = 1_000
LOOK_SECONDS, QUIET_SECONDS, SETTLE_SECONDS = 0.5, 120.0, 20.0
SENT_AT = "2025-01-06T09:00:00+08:00"
MOST_TIMES_SLOWER = 2.0


@dataclass
class Calls:
    """How long ordinary calls took, in seconds from when they were due, and which failed; shared by threads."""

    took: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def add(self, more: Calls) -> None:
        """Those of another turn."""
        self.took += more.took
        self.errors += more.errors


class Crowd:
    """Ordinary callers, so many a second, whatever else there is."""

    def __init__(self, house: House, rate: float) -> None:
        self._house, self._rate = house, rate
        self._numbers = count(1)

    def call_for(self, seconds: float) -> Calls:
        """For so long."""
        over = threading.Event()
        threading.Timer(seconds, over.set).start()
        return self.call_until(over)

    def call_until(self, over: threading.Event) -> Calls:
        """Until it is over; a call that waits for a thread waits as a caller does."""
        calls, began = Calls(), monotonic()
        with ThreadPoolExecutor(THREADS) as threads:
            for number in count():
                due = began + number / self._rate
                if over.wait(max(0.0, due - monotonic())):
                    return calls
                threads.submit(self._call, calls, due)
        raise AssertionError("a count has no end")

    def _call(self, calls: Calls, due: float) -> None:
        number = next(self._numbers)
        said = content.TicketContent(
            channel=shared.CHANNEL_PHONE, nature=shared.NATURE_COMPLAINT, category=CATEGORY, text=f"{TEXT}（{number}）",
            caller=content.Caller(name=f"演示赵{number:06d}", phone=str(19900000000 + number)),
            place=shared.Place(district="zhangdian", address=f"演示路{number}号"),
        )  # fmt: skip
        try:
            by = self._house.of_unit(HUB, "ROLE_OPERATOR", number)
            ask(by, "register_ticket", tickets.RegisterTicketRequest(content=said, masking_confirmed=True))
            calls.took.append(monotonic() - due)
        except Exception as error:  # noqa: BLE001 - counted and shown
            calls.errors.append(f"{type(error).__name__}: {error}"[:300])


def main(arguments: list[str]) -> int:
    """Print what was reached as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench provincial")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--count", type=int, default=20_000)
    parser.add_argument("--rate", type=float, default=20.0)
    parser.add_argument("--seconds", type=float, default=10.0)
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-")))
        told = stack.enter_context(beside(folder))
        house, city, url = stack.enter_context(city_with(servers=options.servers, house=Forwarded if options.servers else House, told=told))
        province, crowd = Province.beside(folder), Crowd(house, options.rate)
        province.misbehave(holds=True)
        for first in range(0, options.count, AT_ONCE):
            province.send_all([_order(number) for number in range(first, min(first + AT_ONCE, options.count))])
        crowd.call_for(2.0)
        alone, meanwhile, seconds = Calls(), Calls(), 0.0
        while (left := options.count - province.count_acknowledged()) > 0:
            alone.add(crowd.call_for(options.seconds))
            calls, took = _taken(province, crowd, options.count, 2 * options.seconds)
            meanwhile.add(calls)
            seconds += took
            if options.count - province.count_acknowledged() == left and took >= QUIET_SECONDS:
                break
        figures = _judged(Stores(city, url), options.count, seconds, alone, meanwhile)
    print(json.dumps({"servers": options.servers, "count": options.count, "rate": options.rate, **figures}, ensure_ascii=False))
    slower = figures["p99_ratio"] > MOST_TIMES_SLOWER
    return 1 if slower or any(figures[name] for name in ("lost", "doubled", "errors")) else 0


def _taken(province: Province, crowd: Crowd, wanted: int, longest: float) -> tuple[Calls, float]:
    """The ordinary calls while the province pushes: so many seconds, or until it is through or nothing is taken; and how long that was."""
    over, calls = threading.Event(), list[Calls]()
    calling = threading.Thread(target=lambda: calls.append(crowd.call_until(over)))
    began = monotonic()
    calling.start()
    province.misbehave(holds=False)
    first = province.count_acknowledged()
    while (seen := province.count_acknowledged()) < wanted:
        passed = monotonic() - began
        if passed >= (longest if seen > first else QUIET_SECONDS):
            break
        sleep(LOOK_SECONDS)
    took = monotonic() - began
    over.set()
    calling.join()
    province.misbehave(holds=True)
    _settled(province)
    return calls[0], took


def _settled(province: Province) -> None:
    """What was taken has been told of, so that the next turn begins with callers alone."""
    over = monotonic() + SETTLE_SECONDS
    while province.count_heard() < province.count_acknowledged() and monotonic() < over:
        sleep(LOOK_SECONDS)


def _judged(stores: Stores, wanted: int, seconds: float, alone: Calls, meanwhile: Calls) -> dict[str, Any]:
    found = Counter(row["provincial_number"] for row in stores.rows("intake", "tickets") if row["provincial_number"])
    errors = [*alone.errors, *meanwhile.errors]
    slower = percentile(meanwhile.took, 99) / percentile(alone.took, 99)
    return {
        "orders_per_second": round(wanted / seconds, 1),
        "lost": wanted - len(found),
        "doubled": sum(found.values()) - len(found),
        "calls": len(alone.took) + len(meanwhile.took),
        **{f"p{percent}_ms_alone": round(1000 * percentile(alone.took, percent)) for percent in (50, 99)},
        **{f"p{percent}_ms_meanwhile": round(1000 * percentile(meanwhile.took, percent)) for percent in (50, 99)},
        "p99_ratio": round(slower, 2),
        "errors": len(errors),
        "first_error": errors[0] if errors else "",
    }


def _order(number: int) -> dict[str, Any]:
    caller = {"name": f"演示钱{number:06d}", "phone": str(19800000000 + number)}
    codes = {"appealType": "03", "classCode": "1101", "areaCode": "370303", "address": f"演示路{number}号"}
    said = {"title": "路灯不亮", "content": f"{TEXT}（{number}）", "caller": caller, **codes}
    return {"number": f"SD{number:06d}", "kind": "ORDER", "content": said, "at": SENT_AT}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
