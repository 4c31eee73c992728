"""The job every service has: `python -m chassis.job SERVICE verify` proves its journal."""

from __future__ import annotations

import sys
from contextlib import ExitStack, closing
from dataclasses import replace

from chassis import journal
from chassis.bus.routes import witnesses_of
from chassis.opening import open_service
from chassis.seals import Break
from chassis.settings import Settings
from chassis.store import Store


def verify(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Prove chains and daily heads, also against those the witnesses keep; exit code 1 where they do not hold.

    Raises Unusable when a witness's store cannot be read.
    """
    breaks = prove(store)
    for each in breaks:
        sys.stdout.write(f"{each.subject}：{each.what}\n")
    sys.stdout.write(f"发现 {len(breaks)} 处不符\n" if breaks else "流转记录链与日签名摘要完好\n")
    return 1 if breaks else 0


def prove(store: Store) -> list[Break]:
    """What the job finds. Each witness's store is read under the witness's own role."""
    with ExitStack() as stack:
        others = [replace(store.settings, service=name) for name in witnesses_of(store.service)]
        return journal.verify(store, tuple(stack.enter_context(closing(open_service(other))) for other in others))
