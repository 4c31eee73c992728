"""Calls by SIP: the channel `voice.sip`."""

from __future__ import annotations

import asyncio
import logging
import re
import shutil
import tempfile
from collections.abc import Mapping
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

from chassis.errors import Unusable
from services.notify.channels import CallResult, Outcome, Outgoing, Refused, Throttled, Told, Unreachable
from services.notify.channels.configured import configured
from services.notify.channels.sip.call import Call
from services.notify.channels.sip.phone import PROMPT, Dead, Phone
from services.notify.channels.sip.recordings import Recordings
from services.notify.channels.sip.settings import SipSettings
from services.notify.channels.sip.sound import Unspeakable, both_sides, speak

LOG = logging.getLogger(__name__)
NUMBER = re.compile(r"\+?[0-9]{3,20}")
NEEDED = {"baresip": "baresip-core", "espeak-ng": "espeak-ng", "sox": "sox"}
SHORTEST_PAUSE = 1.0
LONGEST_PAUSE = 30.0
GRACE_SECONDS = 8.0


class SipChannel:
    """A call is taken once it rings, or the one called is busy; what becomes of it is told as a CallResult."""

    name = "voice.sip"

    def __init__(self, settings: SipSettings) -> None:
        self.recordings = Recordings(settings.recordings, settings.key)
        self._settings = settings
        self._told: Told | None = None
        self._lines = 0
        self._calls: dict[asyncio.Task[None], Call] = {}
        self._closing = False

    async def start(self, told: Told) -> None:
        """Ready to call. Raises Unusable where a program is missing. What a crash left in the scratch folder is removed."""
        for program, package in NEEDED.items():
            if shutil.which(program) is None:
                raise Unusable(f"语音外呼需要 {program}，请安装软件包 {package}")
        self._told = told
        await asyncio.to_thread(_empty, self._settings.scratch)

    async def send(self, message: Outgoing) -> str:
        """Our own id, once it rings; the call then goes on by itself."""
        if not NUMBER.fullmatch(message.to):
            raise Refused("号码不能呼叫")
        if self._lines >= self._settings.lines:
            raise Throttled(self._settings.busy_rest)
        async with AsyncExitStack() as stack:
            self._lines += 1
            stack.callback(self._free_line)
            folder = await asyncio.to_thread(tempfile.mkdtemp, dir=self._settings.scratch)
            stack.push_async_callback(asyncio.to_thread, shutil.rmtree, folder, ignore_errors=True)
            phone = await stack.enter_async_context(AsyncExitStack())
            call = await self._place(message, Path(folder), phone)
            following = asyncio.create_task(self._follow(message.message_id, call, Path(folder), phone, stack.pop_all()))
        self._calls[following] = call
        following.add_done_callback(self._calls.pop)
        return message.message_id

    async def close(self) -> None:
        """Hang up; what became of the calls so far is told."""
        self._closing = True
        calls = list(self._calls)
        for call in self._calls.values():
            call.cut()
        if calls:
            _, late = await asyncio.wait(calls, timeout=GRACE_SECONDS)
            for each in late:
                each.cancel()
            await asyncio.gather(*calls, return_exceptions=True)

    async def _place(self, message: Outgoing, folder: Path, stack: AsyncExitStack) -> Call:
        settings = self._settings
        try:
            # baresip hangs up where its sound ends, so it lasts as long as we listen.
            await speak(message.text, settings.voice, settings.times, settings.listen_for, folder / PROMPT)
            call = Call(await stack.enter_async_context(Phone.lifted(settings, folder)), settings)
        except (Dead, Unspeakable, OSError) as error:
            LOG.exception("no call could be placed")
            raise Unreachable("语音外呼程序不可用") from error
        await call.place(settings.uri.format(to=message.to))
        return call

    async def _follow(self, message_id: str, call: Call, folder: Path, phone: AsyncExitStack, stack: AsyncExitStack) -> None:
        async with stack:
            outcome = await call.follow()
            # Only then is the sound all in its files.
            await phone.aclose()
            recording = await self._record(message_id, folder, outcome)
        await self._tell(CallResult(message_id, outcome, call.digits, recording))

    async def _record(self, message_id: str, folder: Path, outcome: Outcome) -> str:
        """The recording's name; nothing where there is none, which is no reason to lose the rest."""
        if outcome != "answered":
            return ""
        try:
            plain = await both_sides(folder)
            return await asyncio.to_thread(self.recordings.keep, message_id, plain) if plain else ""
        except (Unspeakable, OSError):
            LOG.exception("a call was not recorded")
            return ""

    async def _tell(self, result: CallResult) -> None:
        """Until it is stored: nobody else knows."""
        pause = SHORTEST_PAUSE
        while self._told is not None:
            try:
                await self._told(result)
            except Exception:
                LOG.exception("the result of a call was not taken")
            else:
                return
            if self._closing:
                return
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    def _free_line(self) -> None:
        self._lines -= 1


def make(told: Mapping[str, Any]) -> SipChannel:
    """The channel as an operator set it up. Raises Unusable."""
    return SipChannel(configured(SipSettings, told, SipChannel.name))


def _empty(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
