"""SMS by SMPP against a real SMSC: what is taken, refused, put off, unknown."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from services.notify.channels import Refused, Throttled, Unanswered, Unreachable
from services.notify.channels.smpp.channel import SmppChannel
from tests.servers.smsc import Smsc
from tests.services.notify.channels.sending import LONG, NUMBER, Core, becomes, bound, outgoing, settings_for


def test_a_short_text_is_one_submit_in_ucs2(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        async with bound(smsc, core) as channel:
            reference = await channel.send(outgoing(1, "停水通知：今晚八点恢复", to=NUMBER, urgent=True))
        (fact,) = smsc.took()
        assert fact["took"] == reference
        assert (fact["to"], fact["from"], fact["text"], fact["coding"], fact["priority"]) == (
            NUMBER,
            "10612345",
            "停水通知：今晚八点恢复",
            8,
            1,
        )

    asyncio.run(story())


def test_a_long_text_is_parts_of_67_that_make_one_message(smsc: Smsc) -> None:
    async def story() -> None:
        async with bound(smsc, Core()) as channel:
            reference = await channel.send(outgoing(1, LONG))
        parts = smsc.took()
        assert [len(part["text"]) for part in parts[:-1]] == [67] * (len(parts) - 1)
        assert "".join(part["text"] for part in parts) == LONG
        assert [(part["part"], part["of"]) for part in parts] == [(number, len(parts)) for number in range(1, len(parts) + 1)]
        assert len({part["whole"] for part in parts}) == 1
        assert reference == parts[-1]["took"]

    asyncio.run(story())


def test_throttled_says_after_how_long_and_longer_when_that_was_not_enough(smsc: Smsc) -> None:
    async def story() -> None:
        async with bound(smsc, Core(), throttled_rest=0.2) as channel:

            async def rest(number: int, *, urgent: bool = False) -> float:
                with pytest.raises(Throttled) as throttled:
                    await channel.send(outgoing(number, urgent=urgent))
                return throttled.value.after

            smsc.order(throttle=9)
            rests = await asyncio.gather(*(rest(number) for number in range(5)))
            assert all(0 < each <= 0.2 for each in rests)
            assert await rest(6) <= 0.2
            assert smsc.order()["throttle"] == 4
            await asyncio.sleep(0.25)
            assert 0.2 < await rest(7) <= 0.4
            assert 0 < await rest(8, urgent=True) <= 0.4
            assert smsc.order(throttle=0)["throttle"] == 0
            await channel.send(outgoing(9, urgent=True))
            assert await rest(9) <= 0.4
            assert len(smsc.took()) == 1
            await asyncio.sleep(0.45)
            await channel.send(outgoing(10))
            smsc.order(throttle=1)
            assert await rest(11) <= 0.2

    asyncio.run(story())


def test_the_rest_of_a_message_is_insisted_on_when_throttled_or_cut_midway(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        async with bound(smsc, core) as channel:
            smsc.order(slow=100)
            sending = asyncio.create_task(channel.send(outgoing(1, LONG)))
            await becomes(lambda: len(smsc.took()), 1)
            smsc.order(throttle=2, cut=2, slow=0)
            await sending
        parts = smsc.took()
        assert Counter(part["part"] for part in parts) == dict.fromkeys(range(1, parts[0]["of"] + 1), 1)

    asyncio.run(story())


@pytest.mark.parametrize(("code", "kind"), [(0x0B, Refused), (0x444, Refused), (0x08, Unreachable)])
def test_what_the_smsc_refuses_is_final_unless_it_passes(smsc: Smsc, code: int, kind: type[Exception]) -> None:
    async def story() -> None:
        async with bound(smsc, Core()) as channel:
            smsc.order(refuse=1, status=code)
            with pytest.raises(kind, match=f"{code:#x}"):
                await channel.send(outgoing(1))
            await channel.send(outgoing(1))

    asyncio.run(story())


@pytest.mark.parametrize(("to", "text"), [("不是号码", "好"), ("", "好"), (NUMBER, ""), (NUMBER, "长" * 67 * 256)])
def test_what_no_smsc_could_send_is_refused_at_once(smsc: Smsc, to: str, text: str) -> None:
    async def story() -> None:
        async with bound(smsc, Core()) as channel:
            message = outgoing(1)
            with pytest.raises(Refused):
                await channel.send(type(message)("message-1", to, text, urgent=False))
        assert smsc.took() == []

    asyncio.run(story())


@pytest.mark.parametrize("taken", [True, False])
@pytest.mark.parametrize("told", [{"echo": False}, {"stat": ""}])
def test_an_answer_that_never_comes_leaves_unknown_whether_it_was_taken(smsc: Smsc, told: dict[str, object], *, taken: bool) -> None:
    async def story() -> None:
        core = Core()
        async with bound(smsc, core, binds=1, settle_for=0.5) as channel:
            smsc.order(cut=1, taken=taken, **told)
            with pytest.raises(Unanswered):
                await channel.send(outgoing(1))
            await core.send(channel, outgoing(1))
        assert len(smsc.took()) == 1 + taken

    asyncio.run(story())


def test_a_provider_that_is_away_took_nothing_for_certain(smsc: Smsc) -> None:
    async def story() -> None:
        async with bound(smsc, Core(), binds=1) as channel:
            smsc.kill()
            await becomes(lambda: channel.trouble != "", True)
            with pytest.raises(Unreachable) as unreachable:
                await channel.send(outgoing(1))
            assert not isinstance(unreachable.value, Unanswered)
            smsc.start()
            await becomes(lambda: channel.trouble, "")
            await channel.send(outgoing(1))
        assert len(smsc.took()) == 1

    asyncio.run(story())


def test_a_peer_that_falls_silent_is_left_and_sought_again(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        async with bound(smsc, core, binds=1, enquire_after=0.05, answer_within=0.5) as channel:
            await becomes(lambda: smsc.order()["enquiries"] > 3, True)
            smsc.order(deaf=True)
            await becomes(lambda: channel.trouble != "", True)
            smsc.order(deaf=False)
            await core.send(channel, outgoing(1))
        assert len(smsc.took()) == 1

    asyncio.run(story())


def test_an_smsc_that_says_goodbye_is_bound_again(smsc: Smsc) -> None:
    async def story() -> None:
        core = Core()
        async with bound(smsc, core) as channel:
            smsc.order(unbind=True)
            await core.send(channel, outgoing(1))
            await becomes(lambda: smsc.order()["bound"], 2)

    asyncio.run(story())


def test_a_wrong_password_is_told_to_whoever_looks(smsc: Smsc, caplog: pytest.LogCaptureFixture) -> None:
    async def story() -> None:
        channel = SmppChannel(settings_for(smsc, password="wrong"))
        await channel.start(Core().told)
        await becomes(lambda: "拒绝登录" in channel.trouble, True)
        with pytest.raises(Unreachable, match="请核对系统编号与密码"):
            await channel.send(outgoing(1))
        await channel.close()

    asyncio.run(story())
    assert [record.message for record in caplog.records if record.levelname == "ERROR"] == [
        "no bind to the SMSC: 短信网关拒绝登录（0xe）：请核对系统编号与密码"
    ]
