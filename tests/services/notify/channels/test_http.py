"""SMS by HTTP against a gateway on this machine that answers as it is told: what each answer means, and who may tell receipts."""

from __future__ import annotations

import asyncio
import json
import logging
import traceback
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from services.notify.channels import Refused, Throttled, Unanswered, Unreachable
from services.notify.channels.http.channel import HttpChannel
from services.notify.channels.http.settings import Callback, HttpSettings
from tests.servers.processes import LOOPBACK, free_port
from tests.services.notify.channels.sending import NUMBER, Core, outgoing, started

SECRET = "b2d6f0"


class Gateway:
    """It answers what it is told to, and keeps what it was asked; `hangs` takes the request and never answers."""

    def __init__(self) -> None:
        self.port = free_port()
        self.answer: tuple[int, str, dict[str, str]] = (200, '{"code": 0, "id": "G-7"}', {})
        self.hangs = False
        self.asked: list[dict[str, Any]] = []

    async def take(self, request: web.Request) -> web.Response:
        self.asked.append({**request.query, **await request.post(), "authorization": request.headers.get("Authorization", "")})
        if self.hangs:
            assert request.transport
            request.transport.close()
        code, words, headers = self.answer
        return web.Response(status=code, text=words, headers=headers)

    def settings(self, **changes: Any) -> HttpSettings:
        given: dict[str, Any] = {
            "url": f"http://{LOOPBACK}:{self.port}/send",
            "parameters": {"mobile": "{to}", "content": "{text}", "seq": "{message_id}", "report": "{callback}"},
            "headers": {"Authorization": "Bearer s3cret"},
            "taken": r'"code": 0, "id": "(?P<reference>[^"]+)"',
            "throttled": r'"code": 9',
            "passing": r'"code": 5',
            "denied": r'"code": 4',
            "throttled_rest": 3.0,
            **changes,
        }
        return HttpSettings(**given)


@asynccontextmanager
async def gateway() -> AsyncIterator[Gateway]:
    running = Gateway()
    app = web.Application()
    app.router.add_route("*", "/send", running.take)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, LOOPBACK, running.port).start()
    try:
        yield running
    finally:
        await runner.cleanup()


@pytest.mark.parametrize(("method", "form"), [("GET", "query"), ("POST", "form"), ("POST", "query")])
def test_the_request_is_the_template_filled(method: str, form: str) -> None:
    async def story() -> None:
        callback = Callback(free_port(), SECRET, seen_as="https://notify.example")
        async with gateway() as peer, started(HttpChannel(peer.settings(method=method, form=form, callback=callback)), Core()) as channel:
            assert await channel.send(outgoing(1, "办结 & 回访？", to=NUMBER)) == "G-7"
            assert peer.asked == [
                {
                    "mobile": NUMBER,
                    "content": "办结 & 回访？",
                    "seq": "message-1",
                    "report": f"https://notify.example/{SECRET}",
                    "authorization": "Bearer s3cret",
                }
            ]

    asyncio.run(story())


@pytest.mark.parametrize(
    ("code", "words", "kind"),
    [
        (400, "no such number", Refused),
        (200, '{"code": 7}', Refused),
        (302, "", Refused),
        (429, "", Throttled),
        (200, '{"code": 9}', Throttled),
        (401, "", Unreachable),
        (200, '{"code": 4}', Unreachable),
        (503, "", Unreachable),
        (200, '{"code": 5}', Unreachable),
    ],
)
def test_answers_mean_what_the_settings_say(code: int, words: str, kind: type[Exception]) -> None:
    async def story() -> None:
        async with gateway() as peer, started(HttpChannel(peer.settings()), Core()) as channel:
            peer.answer = code, words, {}
            with pytest.raises(kind) as raised:
                await channel.send(outgoing(1))
            assert type(raised.value) is kind
            assert len(peer.asked) == 1

    asyncio.run(story())


@pytest.mark.parametrize(("said", "after"), [("17", 17.0), ("", 3.0), ("Wed, 25 Nov 2026 12:00:00 GMT", 3.0), ("86400", 60.0)])
def test_throttled_says_after_how_long(said: str, after: float) -> None:
    async def story() -> None:
        async with gateway() as peer, started(HttpChannel(peer.settings()), Core()) as channel:
            peer.answer = 429, "", {"Retry-After": said}
            with pytest.raises(Throttled) as throttled:
                await channel.send(outgoing(1))
            assert throttled.value.after == after

    asyncio.run(story())


def test_without_a_reference_in_the_answer_ours_stands() -> None:
    async def story() -> None:
        async with gateway() as peer, started(HttpChannel(peer.settings(taken="code")), Core()) as channel:
            assert await channel.send(outgoing(1)) == "message-1"

    asyncio.run(story())


@pytest.mark.parametrize(("method", "form"), [("GET", "query"), ("POST", "form")])
def test_a_connection_lost_after_the_request_leaves_it_unknown_and_is_not_asked_again(method: str, form: str) -> None:
    async def story() -> None:
        async with gateway() as peer, started(HttpChannel(peer.settings(method=method, form=form)), Core()) as channel:
            await channel.send(outgoing(1))
            peer.hangs = True
            with pytest.raises(Unanswered):
                await channel.send(outgoing(2))
            assert [asked["seq"] for asked in peer.asked] == ["message-1", "message-2"]

    asyncio.run(story())


def test_what_is_no_http_tells_no_number() -> None:
    async def story() -> None:
        async def babble(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            writer.write(b"what?\r\n\r\n")
            writer.close()

        peer = Gateway()
        async with (
            await asyncio.start_server(babble, LOOPBACK, peer.port),
            started(HttpChannel(peer.settings(method="GET", form="query")), Core()) as channel,
        ):
            with pytest.raises(Unanswered) as raised:
                await channel.send(outgoing(1, to=NUMBER))
        assert NUMBER not in "".join(traceback.format_exception(raised.value))

    asyncio.run(story())


def test_a_gateway_that_is_away_took_nothing_for_certain() -> None:
    async def story() -> None:
        async with started(HttpChannel(Gateway().settings()), Core()) as channel:
            with pytest.raises(Unreachable) as raised:
                await channel.send(outgoing(1))
            assert not isinstance(raised.value, Unanswered)

    asyncio.run(story())


async def _tell(callback: Callback, **said: Any) -> tuple[int, str]:
    url = f"http://{LOOPBACK}:{callback.port}/{said.pop('secret', SECRET)}"
    async with aiohttp.ClientSession() as client, client.post(url, **said) as answer:
        return answer.status, await answer.text()


@pytest.mark.parametrize("form", ["params", "data", "json"])
def test_receipts_are_heard_from_query_form_and_json(form: str) -> None:
    async def story() -> None:
        core, callback = Core(), Callback(free_port(), SECRET, states={"0": "delivered", "1": "failed"}, reply="0")
        async with gateway() as peer, started(HttpChannel(peer.settings(callback=callback)), core):
            said = {"reference": "G-7", "state": "1", "reason": "MK:0012"}
            for more in ({}, {"state": "under way"}, {"reason": NUMBER}):
                answer: dict[str, Any] = {form: {**said, **more}}
                assert await _tell(callback, **answer) == (200, "0")
        assert [(each.message_id, each.reference, each.state, each.reason) for each in core.receipts] == [
            ("", "G-7", "failed", "MK:0012"),
            ("", "G-7", "failed", ""),
        ]

    asyncio.run(story())


def test_receipts_are_taken_only_from_who_knows_the_secret_and_once_stored(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> None:
        core, callback = Core(), Callback(free_port(), SECRET, states={"1": "failed"})
        async with gateway() as peer, started(HttpChannel(peer.settings(callback=callback)), core) as channel:
            await channel.send(outgoing(1, to=NUMBER))
            said = {"reference": "G-7", "state": "1", "mobile": NUMBER}
            assert (await _tell(callback, secret="guessed", params=said))[0] == 404
            assert (await _tell(callback, params={"state": "1"}))[0] == 400
            assert (await _tell(callback, data="{", headers={"Content-Type": "application/json"}))[0] == 400
            core.away = True
            assert (await _tell(callback, params=said))[0] == 503
            assert core.receipts == []
            core.away = False
            assert (await _tell(callback, params=said))[0] == 200
        assert len(core.receipts) == 1

    asyncio.run(story())
    assert NUMBER not in "\n".join(record.getMessage() for record in caplog.records)
    assert json.dumps(SECRET) not in caplog.text
