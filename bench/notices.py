"""SMS from event to SMSC, through the whole house: `python -m bench notices [--servers] [--count 10000] [--kills 2] [--victim link]`.

So many tickets are formed while notify's link stands still, so that as many callers wait for their number. Then it goes on, and the SMSC,
or the link, is killed and started again on the way; or, with `--kills 0`, urgent orders are told to a unit's contact meanwhile. Exit code
1 where a message was lost or doubled, but for those that a killed link may have had under way, or one urgent in a hundred took more than a
second from its event to the SMSC.
"""

from __future__ import annotations

import argparse
import json
import sys
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bench._city import Forwarded, city_with
from bench._watching import standing
from bench.kb import percentile
from bench.lifecycles import CITY, HUB, THREADS, UNIT, Lives
from bench.lifecycles import City as People
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.settings import Settings
from chassis.store import Store, open_store
from hotline.directory.v1 import contacts_pb2 as contacts
from hotline.dispatch.v1.events_pb2 import OrderChanged
from hotline.ticket.v1 import ticket_pb2 as shared
from regulation.instants import SHANGHAI
from services.dispatch.store.tables import metadata
from services.notify.link import MOST_UNDER_WAY
from services.notify.rules.delivery import CLAIM
from simulator.people import House
from simulator.playing import move_clock, now_of
from tests.journeys.instances import kill_nine, processes_of
from tests.journeys.stores import Stores
from tests.servers.smsc import Smsc, running_smsc

MORNING = 9
ON_WATCH = "13900000000"
TELLER = Caller.timer("dispatch", CITY)
URGENT_SECONDS = 0.2
URGENT_MS = 1000.0
LINK = "link"
# What a killed link had under way is claimed again only after a while.
QUIET_SECONDS = CLAIM.total_seconds() + 120.0


def main(arguments: list[str]) -> int:
    """Print what was reached as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench notices")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--kills", type=int, default=2)
    parser.add_argument("--victim", choices=("smsc", LINK), default="smsc")
    options = parser.parse_args(arguments)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="hotline-")))
        smsc = stack.enter_context(running_smsc(folder))
        kind = Forwarded if options.servers else House
        house, city, url = stack.enter_context(city_with(servers=options.servers, house=kind, told={"PROVIDERS": str(smsc.provider)}))
        stores = Stores(city, url)
        _by_day(house)
        with standing(city, "chassis.link"):
            _form(house, stores, options.count)
        store = open_store(Settings("dispatch", data=city, database_url=url), metadata)
        stack.callback(store.close)
        figures = _killed(smsc, city, options) if options.kills else _with_urgent(house, store, smsc, options.count)
    told = {name: getattr(options, name) for name in ("servers", "count", "kills", "victim")}
    print(json.dumps({**told, **figures}))
    in_doubt = options.kills * MOST_UNDER_WAY if options.victim == LINK else 0
    return 1 if figures["lost"] or figures["doubled"] > in_doubt or figures.get("urgent_p99_ms", 0.0) > URGENT_MS else 0


def _by_day(house: House) -> None:
    """No ordinary notice goes out at night."""
    by = house.of_unit(HUB, "ROLE_OPERATIONS")
    now = now_of(by).astimezone(SHANGHAI)
    day = now if now.hour < MORNING else now + timedelta(days=1)
    move_clock(by, day.replace(hour=MORNING, minute=0))


def _form(house: House, stores: Stores, count: int) -> None:
    """Every caller waits for a number."""
    people = People(house, Lives())
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(people.begin, range(count)))
    while len(stores.rows("notify", "messages")) < count:
        time.sleep(1)
    print(f"{count} wait", flush=True)


def _killed(smsc: Smsc, city: Path, options: argparse.Namespace) -> dict[str, Any]:
    began = time.monotonic()
    for kill in range(1, options.kills + 1):
        _reach(smsc, options.count * kill // (options.kills + 1))
        if options.victim == LINK:
            # Whoever runs it starts it again.
            for pid in processes_of(city, "chassis.link"):
                kill_nine(pid)
        else:
            smsc.kill()
            smsc.start()
    _reach(smsc, options.count)
    return _judged(smsc, options.count, time.monotonic() - began)


def _with_urgent(house: House, store: Store, smsc: Smsc, count: int) -> dict[str, Any]:
    asked = contacts.AddContactRequest(unit_id=UNIT, purpose=contacts.CONTACT_PURPOSE_URGENT, name="值守", phone=ON_WATCH)
    house.of_unit(HUB, "ROLE_TENANT_ADMIN").ask("directory.v1.ContactService/AddContact", asked, contacts.AddContactResponse)
    told: dict[str, float] = {}
    over = threading.Event()
    telling = threading.Thread(target=_tell_urgent, args=(store, told, over))
    began = time.monotonic()
    telling.start()
    _reach(smsc, count, but=ON_WATCH)
    took = time.monotonic() - began
    over.set()
    telling.join()
    _reach(smsc, count + len(told))
    heard = {number: fact["at"] for fact in smsc.took() for number in told if number in fact["text"]}
    late = [heard[number] - at for number, at in told.items() if number in heard]
    return {
        **_judged(smsc, count, took, but=ON_WATCH),
        "urgent": len(told),
        "urgent_lost": len(told) - len(late),
        **{f"urgent_p{percent}_ms": round(percentile(late, percent)) for percent in (50, 99)},
    }


def _tell_urgent(store: Store, told: dict[str, float], over: threading.Event) -> None:
    """dispatch tells of urgent orders, one after the other."""
    while not over.wait(URGENT_SECONDS):
        number = f"URGENT{len(told):05}"
        # As the SMSC, another program, says when it took it.
        told[number] = real_now().timestamp() * 1000
        store.write(TELLER, lambda tx, number=number: tx.tell(_urgent(tx.new_id(), number), number, 1, CITY))  # type: ignore[misc]  # bound here


def _urgent(order_id: str, number: str) -> OrderChanged:
    event = OrderChanged(verb="dispatch")
    event.order.order_id = event.order.ticket_id = order_id
    event.order.number, event.order.tenant_id, event.order.unit_id, event.order.version = number, CITY, UNIT, 1
    event.order.urgency, event.order.urgent_kind = shared.URGENCY_URGENT, shared.URGENT_KIND_WATER
    event.at.FromDatetime(real_now())
    return event


def _reach(smsc: Smsc, wanted: int, but: str = "") -> None:
    """Until the SMSC took so many texts, or none for long."""
    seen, since = 0, time.monotonic()
    while seen < wanted and time.monotonic() < since + QUIET_SECONDS:
        time.sleep(0.2)
        now = len(_texts(smsc, but))
        if now > seen:
            seen, since = now, time.monotonic()


def _judged(smsc: Smsc, count: int, seconds: float, but: str = "") -> dict[str, Any]:
    texts = _texts(smsc, but)
    return {"per_second": round(count / seconds), "lost": count - len(texts), "doubled": sum(texts.values()) - len(texts)}


def _texts(smsc: Smsc, but: str) -> Counter[str]:
    """What it took, how often, but for what went to one number."""
    return Counter(fact["text"] for fact in smsc.took() if fact["to"] != but)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
