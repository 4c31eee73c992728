"""A telephone: one baresip process for one call, driven over its ctrl_tcp, which speaks JSON in netstrings."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from services.notify.channels.sip.settings import SipSettings

PROMPT = "prompt.wav"
CONFIG = """
poll_method epoll
sip_listen {listen}:0
call_local_timeout {ring}
call_max_calls 1
module_path {modules}
module g711.so
module aufile.so
module sndfile.so
module_tmp uuid.so
module_tmp account.so
module_app menu.so
module_app ctrl_tcp.so
ctrl_tcp_listen 127.0.0.1:{control}
audio_player aufile,{folder}/out.wav
audio_source aufile,{folder}/{prompt}
audio_alert aufile,{folder}/alert.wav
ausrc_srate 8000
auplay_srate 8000
audio_path /usr/share/baresip
snd_path {folder}
rtp_ports {rtp}
"""
MODULES = ("/usr/lib/baresip/modules", "/usr/local/lib/baresip/modules")
LOOPBACK = "127.0.0.1"
START_SECONDS = 20.0
END_SECONDS = 5.0
# Beyond what a call may last: then it ends by itself, should whoever drives it be gone.
SPARE_SECONDS = 60


class Dead(Exception):
    """The telephone does not work."""


@dataclass(frozen=True)
class Event:
    """What happens to the call: baresip's word for it, and what it says with it."""

    kind: str
    word: str = ""


CLOSED = "CALL_CLOSED"
SILENT = Event("SILENT")


class Phone:
    """It is driven by one task at a time."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self._events: asyncio.Queue[Event] = asyncio.Queue()
        self._listening = asyncio.create_task(self._listen())

    @staticmethod
    @asynccontextmanager
    async def lifted(settings: SipSettings, folder: Path) -> AsyncIterator[Phone]:
        """A telephone whose prompt lies in the folder, where it also records; gone at the end. Raises Dead."""
        control = _free_port()
        await asyncio.to_thread(_configure, settings, folder, control)
        longest = int(settings.setup_within + settings.ring_for + settings.listen_for) + SPARE_SECONDS
        process = await asyncio.create_subprocess_exec(
            *("baresip", "-f", str(folder), "-t", str(longest)),
            stdin=asyncio.subprocess.DEVNULL,
            # It writes whom it calls.
            stdout=asyncio.subprocess.DEVNULL,
            stderr=asyncio.subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            phone = Phone(*await _connect(control, process))
            try:
                yield phone
            finally:
                await phone._put_down()
        finally:
            await _end(process)

    async def dial(self, uri: str) -> None:
        """Begin to call."""
        await self._command("dial", uri)

    async def hang_up(self) -> None:
        """End the call; it is closed once that event comes."""
        await self._command("hangup")

    async def event(self, seconds: float) -> Event:
        """What happens next, or SILENT when nothing does for so long. A telephone that died says CALL_CLOSED."""
        try:
            return await asyncio.wait_for(self._events.get(), max(seconds, 0))
        except TimeoutError:
            return SILENT

    def interrupt(self) -> None:
        """Whoever waits for what happens hears that the call is closed."""
        self._events.put_nowait(Event(CLOSED))

    async def _command(self, command: str, params: str = "") -> None:
        told = json.dumps({"command": command, "params": params}).encode()
        self._writer.write(b"%d:%s," % (len(told), told))
        with suppress(OSError):
            await self._writer.drain()

    async def _listen(self) -> None:
        try:
            while True:
                length = int((await self._reader.readuntil(b":"))[:-1])
                said = json.loads((await self._reader.readexactly(length + 1))[:-1])
                if said.get("event"):
                    self._events.put_nowait(Event(str(said.get("type")), str(said.get("param", ""))))
                elif not said.get("ok", True):
                    self._events.put_nowait(Event(CLOSED))
        except (OSError, EOFError, ValueError):
            self._events.put_nowait(Event(CLOSED))

    async def _put_down(self) -> None:
        self._listening.cancel()
        self._writer.close()
        await asyncio.gather(self._listening, return_exceptions=True)


def _configure(settings: SipSettings, folder: Path, control: int) -> None:
    modules = next((each for each in MODULES if Path(each).is_dir()), MODULES[0])
    config = CONFIG.format(
        listen=settings.listen,
        ring=int(settings.ring_for) + SPARE_SECONDS,
        modules=modules,
        control=control,
        folder=folder,
        prompt=PROMPT,
        rtp=settings.rtp_ports,
    )
    for name, text in (("config", config), ("accounts", f"{settings.account}\n"), ("contacts", "")):
        (folder / name).write_text(text, encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


async def _connect(port: int, process: asyncio.subprocess.Process) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    try:
        async with asyncio.timeout(START_SECONDS):
            while process.returncode is None:
                with suppress(OSError):
                    return await asyncio.open_connection(LOOPBACK, port)
                await asyncio.sleep(0.05)
    except TimeoutError:
        raise Dead("baresip does not answer") from None
    raise Dead(f"baresip ended with {process.returncode}")


async def _end(process: asyncio.subprocess.Process) -> None:
    """By SIGTERM it says goodbye to a call that still is."""
    if process.returncode is None:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGTERM)
    try:
        await asyncio.wait_for(process.wait(), END_SECONDS)
    except TimeoutError:
        os.killpg(process.pid, signal.SIGKILL)
        await process.wait()
