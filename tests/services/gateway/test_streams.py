"""Streams to screens: who is sent what, how many there may be, and when one ends."""

from __future__ import annotations

import asyncio
import http.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import timedelta
from typing import Any, cast
from urllib.parse import urlsplit

import pytest

from chassis.auth import keep_revocation
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.settings import Settings
from hotline.directory.v1.events_pb2 import UNIT_KIND_HUB, UNIT_STATE_OPEN, UnitChanged
from services.dispatch.worker import DispatchWorker
from services.gateway.console import streaming
from tests.harness import Served
from tests.services.gateway.front import Front, front

SERVICES = ("directory", "assessment", "sla", "dispatch", "intake")
SUPERVISOR = Caller("person", "p-1", "zibo", "zibo-hub", frozenset({"ROLE_SUPERVISOR"}), ("zibo",))
Every = tuple[Front, dict[str, Served]]
City = tuple[dict[str, Served], Settings]
HANDLER = Caller("person", "p-2", "zibo", "water", frozenset({"ROLE_HANDLER"}))


@pytest.fixture
def beating(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streaming, "BEAT_SECONDS", 0.3)


@pytest.fixture
def city(served: Callable[[str], Served]) -> City:
    services = {name: served(name) for name in SERVICES}
    hub = UnitChanged(unit_id="zibo-hub", tenant_id="zibo", name="热线中心", kind=UNIT_KIND_HUB, state=UNIT_STATE_OPEN, version=1)
    services["dispatch"].store.write(Caller.peer("directory", "zibo"), lambda tx: DispatchWorker().unit_changed(hub, tx))
    addresses = {name: f"127.0.0.1:{each.port}" for name, each in services.items()}
    return services, Settings("gateway", data=services["directory"].store.settings.data, addresses=addresses)


@pytest.fixture
def every(city: City) -> Iterator[Every]:
    services, settings = city
    with front(settings) as before:
        yield before, services


@contextmanager
def opened(before: Front, token: str) -> Iterator[http.client.HTTPResponse]:
    line = http.client.HTTPConnection(urlsplit(before.url).netloc, timeout=30)
    line.request("GET", "/board/stream", headers={"Cookie": f"hotline_access={token}"})
    answer = line.getresponse()
    try:
        yield answer
    finally:
        answer.close()
        line.close()


def names(answer: http.client.HTTPResponse) -> Iterator[str]:
    """Of the events, as they come, until the stream ends."""
    while line := answer.readline():
        if line.startswith(b"event: "):
            yield line.decode().removeprefix("event: ").strip()


def until(answer: http.client.HTTPResponse, wanted: set[str]) -> list[str]:
    seen: list[str] = []
    for name in names(answer):
        seen.append(name)
        if wanted <= set(seen):
            break
    return seen


@pytest.mark.usefixtures("beating")
def test_what_could_not_be_made_is_away_and_made_again_with_the_next_beat() -> None:
    errors = iter([KeyError("an enum without words")])

    async def look(_: Any) -> str:
        for error in errors:
            raise error
        return "well again"

    async def taken() -> list[dict[str, str]]:
        screen, feed = streaming.Screen(cast("Any", None)), streaming.Feed("named", look, own=True)
        feed.join(screen)
        try:
            return [await screen.take(10), await screen.take(10)]
        finally:
            feed.leave(screen)

    assert asyncio.run(taken()) == [{streaming.AWAY: ""}, {"named": "well again"}]


@pytest.mark.usefixtures("beating")
def test_a_screen_is_sent_all_it_shows_and_only_so_many_of_one_person(every: Every) -> None:
    before, services = every
    token = services["directory"].token(SUPERVISOR, timedelta(hours=1))
    with ExitStack() as stack:
        for _ in range(streaming.MOST_OF_A_PERSON):
            answer = stack.enter_context(opened(before, token))
            assert answer.headers["content-type"].startswith("text/event-stream")
            assert set(until(answer, {"figures", "named"})) == {"figures", "named"}
        with opened(before, token) as more:
            assert list(names(more)) == [streaming.FULL]
        other = services["directory"].token(Caller("person", "p-9", "zibo", "zibo-hub", SUPERVISOR.roles), timedelta(hours=1))
        with opened(before, other) as another:
            assert "figures" in until(another, {"figures"})


@pytest.mark.usefixtures("beating")
def test_a_stream_ends_with_its_token_and_when_it_is_revoked(every: Every) -> None:
    before, services = every
    with opened(before, services["directory"].token(SUPERVISOR, timedelta(seconds=4))) as short:
        assert streaming.ENDED not in list(names(short))
    with opened(before, services["directory"].token(SUPERVISOR, timedelta(hours=1))) as answer:
        until(answer, {"figures", "named"})
        for service in ("assessment", "dispatch", "sla", "intake", "directory"):
            services[service].store.write(
                Caller.peer("directory", "zibo"), lambda tx: keep_revocation(tx, SUPERVISOR.id, real_now() + timedelta(seconds=2), 1)
            )
        assert list(names(answer))[-1] == streaming.ENDED


def test_who_may_not_count_calls_has_no_stream_and_who_is_nobody_is_told_so(every: Every) -> None:
    before, services = every
    with opened(before, services["directory"].token(HANDLER, timedelta(hours=1))) as answer:
        assert answer.status == 403
    with opened(before, "") as nobody:
        assert list(names(nobody)) == [streaming.ENDED]


def test_a_gateway_that_is_told_to_stop_lets_its_screens_go(city: City) -> None:
    services, settings = city
    token = services["directory"].token(SUPERVISOR, timedelta(hours=1))
    with ExitStack() as stack:
        stopped = stack.enter_context(ExitStack())
        again = stopped.enter_context(front(settings))
        answer = stack.enter_context(opened(again, token))
        until(answer, {"figures", "named"})
        stopped.close()
        assert list(names(answer))[-1] == streaming.AWAY
