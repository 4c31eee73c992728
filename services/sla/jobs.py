"""sla's jobs: `python -m chassis.job sla verify`."""

from __future__ import annotations

import sys

from chassis import journal
from chassis.settings import Settings
from chassis.store import Store


def verify(store: Store, settings: Settings, argv: list[str]) -> int:  # noqa: ARG001 - a job's signature
    """Prove the journal's chains and daily heads (Art. 10); exit code 1 where they do not hold."""
    breaks = journal.verify(store)
    for each in breaks:
        sys.stdout.write(f"{each.subject}：{each.what}\n")
    sys.stdout.write(f"发现 {len(breaks)} 处不符\n" if breaks else "日志链与日封印完好\n")
    return 1 if breaks else 0
