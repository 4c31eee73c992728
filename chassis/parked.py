"""Events and commands that were given up and wait for an operator: `python -m chassis.parked list [SERVICE] [--json]` shows them,
`python -m chassis.parked send SERVICE EVENT_ID|--all` lets them be tried anew.

What is shown holds no payload: an operator sees what failed and where, not whom it was about.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from typing import Any, TypeVar

from chassis.bus.retries import TRIES, Retries
from chassis.errors import Unusable
from chassis.opening import open_service
from chassis.settings import Settings, known_worker, worker_names

T = TypeVar("T")


def parked(service: str) -> list[dict[str, Any]]:
    """The parked events of a service."""
    rows = _with(service, Retries.parked)
    shown = ("event_id", "type", "source", "tenant_id", "tries", "parked_at", "error")
    return [{"service": service, **{name: row[name] for name in shown}} for row in rows]


def send(service: str, event_id: str | None) -> int:
    """Let one event, or all, be tried anew; answers how many."""
    return _with(service, lambda retries: retries.send(event_id))


def main(arguments: list[str]) -> int:
    """Exit code 0, or 1 when there was nothing of that id to send."""
    options = _parser().parse_args(arguments)
    if options.verb == "list":
        return _list(options.service, as_json=options.json)
    if bool(options.event_id) == options.all:
        raise Unusable("请给出一个事件编号，或者 --all")
    count = send(options.service, options.event_id)
    if not count and not options.all:
        raise Unusable(f"{options.service} 没有停放编号为 {options.event_id} 的事件：用 python -m chassis.parked list 查看")
    print(f"{count} 条事件将重新处理，最多再试 {TRIES} 次")
    return 0


def _list(service: str | None, *, as_json: bool) -> int:
    found = [row for name in ([service] if service else worker_names()) for row in parked(name)]
    if as_json:
        print(json.dumps([{**row, "parked_at": row["parked_at"].isoformat()} for row in found], ensure_ascii=False))
        return 0
    for row in found:
        at = row["parked_at"].astimezone().isoformat(" ", "seconds")
        print(f"{row['service']} {row['event_id']} {row['type']}（来自 {row['source']}，租户 {row['tenant_id'] or '无'}）")
        print(f"    {at} 停放，试过 {row['tries']} 次：{row['error']}")
    print(f"共 {len(found)} 条停放的事件" + ("，排除原因后用 python -m chassis.parked send 重新处理" if found else ""))
    return 0


def _with(service: str, ask: Callable[[Retries], T]) -> T:
    store = open_service(Settings.from_env(known_worker(service)))
    try:
        return ask(Retries(store))
    finally:
        store.close()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chassis.parked")
    verbs = parser.add_subparsers(dest="verb", required=True)
    listing = verbs.add_parser("list")
    listing.add_argument("service", nargs="?")
    listing.add_argument("--json", action="store_true")
    sending = verbs.add_parser("send")
    sending.add_argument("service")
    sending.add_argument("event_id", nargs="?")
    sending.add_argument("--all", action="store_true")
    return parser


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
