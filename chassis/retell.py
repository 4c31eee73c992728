"""Tells a consumer a source's past once more: `python -m chassis.retell SOURCE --to CONSUMER [--no-wait]`.

For a new consumer, or one that was mended. The source's worker does it page by page, news first and then the past from its
newest row backwards; what the consumer had, its inbox skips. Told are the events that concern it, and the commands of which
it, and nobody else, is the receiver: a command that its inbox has is not carried out again.
"""

from __future__ import annotations

import argparse
import sys
import time
from functools import partial

from chassis.bus.outbox import Outbox, Retell
from chassis.bus.routes import consumers_by_type
from chassis.errors import Unusable
from chassis.opening import open_service
from chassis.settings import Settings, known_worker
from chassis.store import Store

LOOK_SECONDS = 0.5
STILL_SECONDS = 15.0


def main(arguments: list[str]) -> int:
    """Exit code 0 when all was sent, or asked for with --no-wait."""
    parser = argparse.ArgumentParser(prog="python -m chassis.retell")
    parser.add_argument("source")
    parser.add_argument("--to", required=True, dest="consumer")
    parser.add_argument("--no-wait", action="store_true")
    options = parser.parse_args(arguments)
    consumers = sorted({name for names in consumers_by_type(known_worker(options.source)).values() for name in names})
    if options.consumer not in consumers:
        raise Unusable(f"{options.consumer} 不听 {options.source} 的事件，也不接收它的指令：可用 {'、'.join(consumers) or '无'}")
    store = open_service(Settings.from_env(options.source))
    try:
        outbox = Outbox(store)
        retell = store.across(lambda tx: outbox.ask_again(tx, options.consumer))
        print(f"已登记：{options.source} 将向 {options.consumer} 重述至第 {retell.last_seq} 条")
        if not options.no_wait:
            _watch(store, outbox, retell)
    finally:
        store.close()
    return 0


def _watch(store: Store, outbox: Outbox, retell: Retell) -> None:
    look = partial(outbox.progress, retell_id=retell.id)
    moved_at = time.monotonic()
    while retell.next_seq <= retell.last_seq:
        time.sleep(LOOK_SECONDS)
        seen = store.across(look)
        if seen.next_seq != retell.next_seq:
            moved_at = time.monotonic()
            print(f"已重述 {seen.next_seq - 1} / {seen.last_seq}")
        elif time.monotonic() - moved_at > STILL_SECONDS:
            moved_at = time.monotonic()
            print(f"没有进展：请确认 {store.service} 的 worker 在运行。按 Ctrl-C 不再等待，重述不受影响", file=sys.stderr)
        retell = seen
    print("重述完成")


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except Unusable as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
