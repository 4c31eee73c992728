"""SMS by HTTP through a real gateway: Kannel, which sends by SMPP to a real SMSC and calls back with receipts."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import replace

import pytest

from services.notify.channels import Refused, Unreachable
from services.notify.channels.http.channel import HttpChannel
from services.notify.channels.http.settings import Callback, HttpSettings
from tests.servers.kannel import Kannel, running_kannel
from tests.servers.processes import free_port
from tests.servers.smsc import Smsc, running_smsc
from tests.services.notify.channels.sending import LONG, NUMBER, Core, becomes, outgoing, started

pytestmark = pytest.mark.proof
MESSAGES = 200
# Kannel's own words for what became of a message: 1 delivered, 2 not, 16 refused by the SMSC; 8 is under way.
STATES = {"1": "delivered", "2": "failed", "16": "failed"}


@pytest.fixture(scope="module")
def smsc(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Smsc]:
    with running_smsc(tmp_path_factory.mktemp("smsc")) as running:
        yield running


@pytest.fixture(scope="module")
def kannel(smsc: Smsc, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kannel]:
    with running_kannel(tmp_path_factory.mktemp("kannel"), smsc) as running:
        yield running


def settings_for(kannel: Kannel, callback: Callback) -> HttpSettings:
    parameters = {
        "username": kannel.user,
        "password": kannel.password,
        "from": "10612345",
        "to": "{to}",
        "text": "{text}",
        "charset": "UTF-8",
        "coding": "2",
        "priority": "{urgent}",
        "dlr-mask": "27",
        "dlr-url": "{callback}?message_id={message_id}&state=%d",
    }
    return HttpSettings(kannel.url, parameters, r"^[03]: ", method="GET", form="query", denied="Authorization failed", callback=callback)


def callback() -> Callback:
    return Callback(free_port(), "b2d6f0", states=STATES)  # type: ignore[arg-type]  # a dict of literals


def test_messages_go_out_whole_and_their_receipts_come_back(smsc: Smsc, kannel: Kannel) -> None:
    async def story() -> None:
        core = Core()
        smsc.order(forget=True)
        async with started(HttpChannel(settings_for(kannel, callback())), core) as channel:
            await asyncio.gather(*(core.send(channel, outgoing(number)) for number in range(MESSAGES)))
            await core.send(channel, outgoing(MESSAGES, LONG, to=NUMBER))
            await becomes(lambda: len(core.fates()), MESSAGES + 1)
        assert set(core.fates().values()) == {"delivered"}
        assert not core.unanswered.total()

    asyncio.run(story())
    texts = [fact["text"] for fact in smsc.took() if fact["to"] != NUMBER]
    assert sorted(texts) == sorted(outgoing(number).text for number in range(MESSAGES))
    parts = sorted((fact for fact in smsc.took() if fact["to"] == NUMBER), key=lambda fact: int(fact["part"]))
    assert "".join(part["text"] for part in parts) == LONG


def test_a_receipt_that_was_not_stored_is_called_back_again(smsc: Smsc, kannel: Kannel) -> None:
    async def story() -> None:
        core = Core()
        core.away = True
        smsc.order(forget=True, stat="UNDELIV")
        async with started(HttpChannel(settings_for(kannel, callback())), core) as channel:
            await channel.send(outgoing(1))
            await becomes(lambda: core.refusals > 0, True)
            core.away = False
            await becomes(core.fates, {"message-1": "failed"})

    asyncio.run(story())


def test_receipts_reach_whoever_listens_there_after_a_restart(smsc: Smsc, kannel: Kannel) -> None:
    async def story() -> None:
        core, settings = Core(), settings_for(kannel, callback())
        smsc.order(forget=True, hold=True)
        async with started(HttpChannel(settings), Core()) as channel:
            await channel.send(outgoing(1))
            await becomes(lambda: len(smsc.took()), 1)
        async with started(HttpChannel(settings), core):
            smsc.order(hold=False)
            await becomes(core.fates, {"message-1": "delivered"})

    asyncio.run(story())


def test_a_wrong_password_is_no_fault_of_the_message(kannel: Kannel, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        async with started(HttpChannel(settings_for(replace(kannel, password="wrong"), callback())), Core()) as channel:
            with pytest.raises(Unreachable, match="拒绝登录：请核对账号与密码"):
                await channel.send(outgoing(1))

    asyncio.run(story())
    assert "does not let us in" in caplog.text
    assert outgoing(1).to not in caplog.text


def test_what_the_gateway_refuses_is_final(kannel: Kannel) -> None:
    async def story() -> None:
        async with started(HttpChannel(settings_for(kannel, callback())), Core()) as channel:
            with pytest.raises(Refused):
                await channel.send(replace(outgoing(1), to=""))

    asyncio.run(story())
