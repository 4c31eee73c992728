"""How psycopg waits in a worker: a moment by itself, since most answers come at once, then so that other green threads go on.

Giving way to the hub for every answer costs a worker twice what its statements cost.
"""

from __future__ import annotations

import select
from collections.abc import Generator
from typing import Any, TypeVar

from eventlet.patcher import original
from psycopg import waiting
from psycopg.waiting import READY_R, READY_RW, READY_W, WAIT_R, WAIT_RW, WAIT_W, wait_selector

R = TypeVar("R")
AT_ONCE_MILLISECONDS = 2
_POLL: Any = original("select").poll
_WANTED = {int(WAIT_R): select.POLLIN, int(WAIT_W): select.POLLOUT, int(WAIT_RW): select.POLLIN | select.POLLOUT}


def wait_in_green_threads() -> None:
    """From now on psycopg waits as `wait` does."""
    waiting.wait = wait


def wait(gen: Generator[Any, Any, R], fileno: int, interval: float = 0.0, timeout: float | None = None) -> R:
    """Carry on psycopg's generator until it returns; arguments and answer are those of `psycopg.waiting.wait_selector`."""
    poll = _POLL()
    try:
        wanted = next(gen)
        while True:
            poll.register(fileno, _WANTED[int(wanted)])
            if not (came := poll.poll(AT_ONCE_MILLISECONDS)):
                break
            wanted = gen.send(_ready(came[0][1]))
    except StopIteration as end:
        answer: R = end.value
        return answer
    return wait_selector(_resumed(gen, wanted), fileno, interval, timeout)


def _ready(events: int) -> Any:
    readable, writable = events & ~select.POLLOUT, events & select.POLLOUT
    return READY_RW if readable and writable else READY_W if writable else READY_R


def _resumed(gen: Generator[Any, Any, R], wanted: Any) -> Generator[Any, Any, R]:
    """A generator that was begun, from where it waits: what is handed to `wait_selector` must begin with what is wanted."""
    try:
        while True:
            ready = yield wanted
            wanted = gen.send(ready)
    except StopIteration as end:
        answer: R = end.value
        return answer
