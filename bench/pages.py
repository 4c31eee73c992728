"""Pages at a million tickets, through a browser: `python -m bench pages [--servers] [--rows 1000000] [--visits 40]`.

The stores are filled as `million` fills them. Then somebody of each role visits every desk and register of theirs, and of the lists on
them the first ticket and the first order. Exit code 1 where the server's time is above 200 ms (p95 of the visits) or a page with all it
brings above 300 kB compressed, charts aside.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from bench._city import Forwarded, city_with
from bench._crowd import Crowd
from bench._stages import Lives
from bench.kb import percentile
from bench.lifecycles import HUB, UNIT
from bench.million import fill, variety_of
from services.gateway.console.menu import menu_of
from services.gateway.console.registers import registers_for
from simulator.instance import CREDENTIALS, credentials_in
from simulator.people import House
from tests.console.browser import chromium, context_of, log_in
from tests.journeys.stores import Stores
from tests.servers.processes import LOOPBACK, free_port

MOST_MS, MOST_KB = 200.0, 300.0
# What is no page is above every bound.
REFUSED = 1e9
# Let statements be prepared, and assets be kept.
FIRST_VISITS = 3
AT_UNITS = frozenset({"ROLE_HANDLER", "ROLE_UNIT_LEAD"})
ROLES = (
    "OPERATOR", "DISPATCHER", "HANDLER", "UNIT_LEAD", "REVIEWER", "CALL_BACK", "SUPERVISOR", "ASSESSOR", "KB_EDITOR", "KB_REVIEWER",
    "OPERATIONS", "TENANT_ADMIN",
)  # fmt: skip
SERVED = "(e => e.responseStart - e.requestStart)(performance.getEntriesByType('navigation')[0])"
WEIGHT = """['navigation', 'resource'].flatMap(kind => performance.getEntriesByType(kind))
    .filter(each => !each.name.includes('echarts')).reduce((sum, each) => sum + each.encodedBodySize, 0)"""
FOUND = re.compile(r"/(?:tickets|orders)/[0-9a-f-]{36}")


def main(arguments: list[str]) -> int:
    """Print a line a page, and all of them as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench pages")
    parser.add_argument("--servers", action="store_true")
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--visits", type=int, default=40)
    options = parser.parse_args(arguments)
    port = free_port()
    told = {"HTTP_PORT": str(port)}
    with city_with(servers=options.servers, house=Forwarded if options.servers else House, told=told) as (house, folder, url):
        began = time.monotonic()
        fill(Crowd(folder, url, options.rows, variety_of(house, Stores(folder, url))), Lives(house), options.rows)
        print(f"{options.rows} tickets laid in {time.monotonic() - began:.0f} s", flush=True)
        figures = dict(_figures(f"http://{LOOPBACK}:{port}", folder, options.visits))
    print(json.dumps({"servers": options.servers, "rows": options.rows, "pages": figures}, ensure_ascii=False))
    return 1 if any(each["p95_ms"] > MOST_MS or each["kB"] > MOST_KB for each in figures.values()) else 0


def _figures(address: str, folder: Path, visits: int) -> Iterator[tuple[str, dict[str, float]]]:
    people = credentials_in(folder / CREDENTIALS)
    with chromium() as browser:
        for role in (f"ROLE_{name}" for name in ROLES):
            row = next((each for each in people if _is(each, role)), None)
            if row is None:
                print(f"{role}: nobody has it in a demo", flush=True)
                continue
            context = context_of(browser, address)
            page = context.new_page()
            log_in(page, row)
            for path in _paths(page, role):
                yield (
                    f"{role.removeprefix('ROLE_')} {FOUND.sub(lambda found: found[0].split('/')[1] + '/…', path)}",
                    _visited(page, path, visits),
                )
            context.close()


def _is(row: dict[str, Any], role: str) -> bool:
    return "login" in row and role in row["roles"] and row["unit_id"] == (UNIT if role in AT_UNITS else HUB)


def _paths(page: Page, role: str) -> list[str]:
    """Every desk and register of a role, then the first ticket and the first order that they lead to."""
    held = frozenset({role})
    desks = [desk.path for desk in menu_of(held)]
    lists = [each.path for desk in desks for each in registers_for(desk.removeprefix("/"), held)]
    found: dict[str, str] = {}
    for path in desks:
        page.goto(path)
        for one in FOUND.findall(page.content()):
            found.setdefault(one.split("/")[1], one)
    return [*dict.fromkeys((*desks, *lists)), *found.values()]


def _visited(page: Page, path: str, visits: int) -> dict[str, float]:
    spans = []
    for number in range(visits + FIRST_VISITS):
        answer = page.goto(path, wait_until="load")
        if answer is None or not answer.ok:
            print(f"{path[:40]:<40} answered {answer and answer.status}", flush=True)
            return {"p50_ms": REFUSED, "p95_ms": REFUSED, "kB": 0.0}
        if number >= FIRST_VISITS:
            spans.append(float(page.evaluate(SERVED)))
    half, most, weight = percentile(spans, 50), percentile(spans, 95), float(page.evaluate(WEIGHT)) / 1000
    mark = "  above" if most > MOST_MS or weight > MOST_KB else ""
    print(f"{path[:40]:<40} p50 {half:7.1f} ms  p95 {most:7.1f} ms  {weight:6.1f} kB{mark}", flush=True)
    return {"p50_ms": round(half, 1), "p95_ms": round(most, 1), "kB": round(weight, 1)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
