"""Ends the worker process, as by kill -9, between two steps of an event's or a command's way."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from chassis.bus.calling import Calling
from chassis.bus.carrier import Awaiting, Confirming
from chassis.bus.inbox import Inbox
from chassis.bus.outbox import Outbox
from chassis.bus.retries import Retries

Steps = tuple[tuple[type, str], ...]
SEND: Steps = ((Awaiting, "send"), (Confirming, "send"), (Calling, "send"))

BEFORE: dict[str, Steps] = {
    "claimed, not sent": SEND,
    "sent, not marked": ((Outbox, "mark"),),
    "failed, not set aside": ((Retries, "add"),),
    "tried again, not dropped": ((Retries, "drop"),),
}
AFTER: dict[str, Steps] = {
    "marked, not committed": ((Outbox, "mark"),),
    "handled, not committed": ((Inbox, "_handle"),),
    "committed, not acked": ((Inbox, "_together"),),
    "set aside, not acked": ((Inbox, "_set_aside"),),
    "dropped, not committed": ((Retries, "drop"),),
}
MOMENTS = (*BEFORE, *AFTER)


def arm(folder: Path) -> None:
    """Prepare the crash that the file `crash` in this folder names."""
    moment = (folder / "crash").read_text() if (folder / "crash").exists() else ""
    for owner, name in BEFORE.get(moment, ()):
        setattr(owner, name, _die)
    for owner, name in AFTER.get(moment, ()):
        setattr(owner, name, _then_die(getattr(owner, name)))


def _then_die(step: Callable[..., Any]) -> Callable[..., Any]:
    def last(*arguments: Any, **options: Any) -> None:
        step(*arguments, **options)
        _die()

    return last


def _die(*_arguments: Any, **_options: Any) -> None:
    os.kill(os.getpid(), signal.SIGKILL)
