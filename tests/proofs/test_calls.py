"""Calls by SIP: baresip, driven by the channel, calls SIPp, which answers and presses keys, is busy, or never answers."""

from __future__ import annotations

import asyncio
import io
import logging
import wave
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest

from chassis.sealing import Unsealable, sealing_key
from services.notify.channels import CallResult, Refused, Throttled, Unreachable
from services.notify.channels.sip.channel import SipChannel
from services.notify.channels.sip.recordings import Recordings
from services.notify.channels.sip.settings import SipSettings
from tests.servers.packages import program
from tests.servers.processes import LOOPBACK, free_port
from tests.servers.sipp import running_callee
from tests.services.notify.channels.sending import NUMBER, Core, becomes, outgoing, started

pytestmark = pytest.mark.proof
PROMPT = "您好，这里是一二三四五热线。对办理过程满意请按一，基本满意请按二。"
KEY = sealing_key(b"a secret of this test", "recordings")
PROC = Path("/proc")


@pytest.fixture(scope="module", autouse=True)
def _programs() -> None:
    for name, package in (("baresip", "baresip-core"), ("espeak-ng", "espeak-ng"), ("sox", "sox")):
        program(name, package)


@pytest.fixture(params=["answers"])
def callee(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[int]:
    with running_callee(tmp_path, *request.param.split("/")) as port:
        yield port


@asynccontextmanager
async def lines(folder: Path, port: int, core: Core, **changes: Any) -> AsyncIterator[SipChannel]:
    given: dict[str, Any] = {"times": 1, "listen_for": 20.0, **changes}
    uri = f"sip:{{to}}@{LOOPBACK}:{port}"
    settings = SipSettings(uri, folder / "scratch", folder / "recordings", KEY, **given)
    async with started(SipChannel(settings), core) as channel:
        yield channel


def test_who_answers_hears_the_prompt_and_presses_keys_and_both_are_recorded(
    callee: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    async def story() -> CallResult:
        core = Core()
        async with lines(tmp_path, callee, core) as channel:
            assert await channel.send(outgoing(1, PROMPT, to=NUMBER)) == "message-1"
            assert core.results == []
            assert not any(NUMBER.encode() in line for line in _command_lines())
            await becomes(lambda: len(core.results), 1)
        return core.results[0]

    result = asyncio.run(story())
    assert (result.message_id, result.outcome, result.digits) == ("message-1", "answered", "12")
    assert NUMBER not in caplog.text
    recordings = Recordings(tmp_path / "recordings", KEY)
    with wave.open(io.BytesIO(recordings.read(result.recording))) as sound:
        assert (sound.getnchannels(), sound.getframerate()) == (2, 8000)
        frames = sound.readframes(sound.getnframes())
    heard, said = frames[0::4] + frames[1::4], frames[2::4] + frames[3::4]
    assert any(heard)
    assert any(said)
    assert len(frames) > 2 * 4 * 8000
    assert list((tmp_path / "scratch").iterdir()) == []
    _nothing_lies_open(tmp_path, recordings, result.recording)


def _nothing_lies_open(folder: Path, recordings: Recordings, reference: str) -> None:
    files = [file for file in (folder / "recordings").rglob("*") if file.is_file()]
    assert [file.name for file in files] == [reference]
    assert b"RIFF" not in files[0].read_bytes()
    assert files[0].stat().st_mode & 0o777 == 0o600
    with pytest.raises(Unsealable):
        Recordings(folder / "recordings", sealing_key(b"another", "recordings")).read(reference)
    recordings.drop(reference)
    with pytest.raises(FileNotFoundError):
        recordings.read(reference)


def _command_lines() -> list[bytes]:
    lines = []
    for process in PROC.glob("[0-9]*/cmdline"):
        try:
            lines.append(process.read_bytes())
        except OSError:
            continue
    return lines


@pytest.mark.parametrize("callee", ["hangs_up"], indirect=True)
def test_who_hangs_up_without_a_key_has_answered(callee: int, tmp_path: Path) -> None:
    async def story() -> None:
        core = Core()
        async with lines(tmp_path, callee, core) as channel:
            await channel.send(outgoing(1, PROMPT))
            await becomes(lambda: len(core.results), 1)
        assert (core.results[0].outcome, core.results[0].digits) == ("answered", "")
        assert core.results[0].recording

    asyncio.run(story())


@pytest.mark.parametrize(
    ("callee", "outcome"),
    [("turns_down/486 Busy Here", "busy"), ("turns_down/480 Away", "no_answer"), ("turns_down/603 Decline", "failed")],
    indirect=["callee"],
)
def test_who_turns_the_call_down_was_called(callee: int, outcome: str, tmp_path: Path) -> None:
    async def story() -> None:
        core = Core()
        async with lines(tmp_path, callee, core) as channel:
            await channel.send(outgoing(1, PROMPT))
            await becomes(lambda: core.results, [CallResult("message-1", outcome)])  # type: ignore[arg-type]  # one of them

    asyncio.run(story())


@pytest.mark.parametrize("callee", ["rings"], indirect=True)
def test_who_never_answers_is_rung_for_so_long(callee: int, tmp_path: Path) -> None:
    async def story() -> None:
        core = Core()
        async with lines(tmp_path, callee, core, ring_for=1.5) as channel:
            await channel.send(outgoing(1, PROMPT))
            await becomes(lambda: core.results, [CallResult("message-1", "no_answer")])

    asyncio.run(story())


@pytest.mark.parametrize(
    ("callee", "kind"),
    [("turns_down/404 Not Found", Refused), ("turns_down/503 No Circuit", Unreachable), ("turns_down/403 Forbidden", Unreachable)],
    indirect=["callee"],
)
def test_what_the_trunk_cannot_do_is_told_at_once(callee: int, kind: type[Exception], tmp_path: Path) -> None:
    async def story() -> None:
        core = Core()
        async with lines(tmp_path, callee, core) as channel:
            with pytest.raises(kind) as raised:
                await channel.send(outgoing(1, PROMPT, to=NUMBER))
            assert NUMBER not in str(raised.value)
        assert core.results == []

    asyncio.run(story())


def test_a_trunk_that_is_not_there_is_given_up_in_time(tmp_path: Path) -> None:
    async def story() -> None:
        async with lines(tmp_path, free_port(), Core(), setup_within=1.5) as channel:
            with pytest.raises(Unreachable, match="线路没有应答"):
                await channel.send(outgoing(1, PROMPT))
        assert not list((tmp_path / "scratch").iterdir())

    asyncio.run(story())


@pytest.mark.parametrize("callee", ["rings"], indirect=True)
def test_calls_that_are_under_way_at_the_end_are_told_and_hung_up(callee: int, tmp_path: Path) -> None:
    async def story() -> None:
        core = Core()
        async with lines(tmp_path, callee, core, lines=2) as channel:
            await asyncio.gather(channel.send(outgoing(1, PROMPT)), channel.send(outgoing(2, PROMPT)))
            with pytest.raises(Throttled):
                await channel.send(outgoing(3, PROMPT))
        assert {(result.message_id, result.outcome) for result in core.results} == {("message-1", "failed"), ("message-2", "failed")}
        scratch = str(tmp_path / "scratch").encode()
        assert not any(scratch in line for line in _command_lines())

    asyncio.run(story())


def test_a_call_outlasts_its_prompt(callee: int, tmp_path: Path) -> None:
    async def story() -> None:
        core = Core()
        async with lines(tmp_path, callee, core) as channel:
            await channel.send(outgoing(1, "好"))
            await becomes(lambda: [(result.outcome, result.digits) for result in core.results], [("answered", "12")])

    asyncio.run(story())


def test_a_result_that_was_not_stored_is_told_again(callee: int, tmp_path: Path) -> None:
    async def story() -> None:
        core = Core()
        core.away = True
        async with lines(tmp_path, callee, core, digits=1) as channel:
            await channel.send(outgoing(1, PROMPT))
            await becomes(lambda: core.refusals > 1, True)
            core.away = False
            await becomes(lambda: [(result.outcome, result.digits) for result in core.results], [("answered", "1")])

    asyncio.run(story())
