"""Ends the worker process, as by kill -9, between two steps of an event's or a command's way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from pkgutil import resolve_name
from typing import Any

# By name: whoever only asks for MOMENTS must not get eventlet with it.
Steps = tuple[tuple[str, str], ...]
SEND: Steps = (
    ("chassis.bus.carrier:Awaiting", "send"),
    ("chassis.bus.carrier:Confirming", "send"),
    ("chassis.bus.calling:Calling", "send"),
)
MARK: Steps = (("chassis.bus.outbox:Outbox", "mark"),)
DROP: Steps = (("chassis.bus.retries:Retries", "drop"),)

BEFORE: dict[str, Steps] = {
    "claimed, not sent": SEND,
    "sent, not marked": MARK,
    "failed, not set aside": (("chassis.bus.retries:Retries", "add"),),
    "tried again, not dropped": DROP,
}
AFTER: dict[str, Steps] = {
    "marked, not committed": MARK,
    "handled, not committed": (("chassis.bus.inbox:Inbox", "_handle"),),
    "committed, not acked": (("chassis.bus.inbox:Inbox", "_together"),),
    "set aside, not acked": (("chassis.bus.inbox:Inbox", "_set_aside"),),
    "dropped, not committed": DROP,
}
MOMENTS = (*BEFORE, *AFTER)


def arm(folder: Path) -> None:
    """Prepare the crash that the file `crash` in this folder names."""
    moment = (folder / "crash").read_text() if (folder / "crash").exists() else ""
    for owner, name in BEFORE.get(moment, ()):
        setattr(resolve_name(owner), name, _die)
    for owner, name in AFTER.get(moment, ()):
        setattr(resolve_name(owner), name, _then_die(getattr(resolve_name(owner), name)))


def _then_die(step: Callable[..., Any]) -> Callable[..., Any]:
    def last(*arguments: Any, **options: Any) -> None:
        step(*arguments, **options)
        _die()

    return last


def _die(*_arguments: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
