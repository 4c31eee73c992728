"""One bind: requests and their answers over one connection, from the bind to the end of either side."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress

import smpp34

from services.notify.channels import Unanswered, Unreachable
from services.notify.channels.smpp import wire
from services.notify.channels.smpp.settings import SmppSettings
from services.notify.channels.smpp.wire import Code, Command, Pdu

LOG = logging.getLogger(__name__)
# Receipts that may be on their way into the store at once; more wait in the socket, where the SMSC sees them wait.
HEARD_AT_ONCE = 64
REFUSALS = {Code.INVALID_PASSWORD, Code.INVALID_SYSTEM_ID, Code.BIND_FAILED}
Heard = Callable[[smpp34.DeliverSm], Awaitable[None]]


class BindRefused(Unreachable):
    """The SMSC does not let us in as we are set up."""


class Session:
    """A bound transceiver. It is over once `ended` is set, and nobody waits for an answer from then on."""

    def __init__(self, settings: SmppSettings, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, heard: Heard) -> None:
        self.ended = asyncio.Event()
        self.busy = 0  # submits that wait or are under way
        self._idle = asyncio.Event()
        self._idle.set()
        self._settings = settings
        self._reader = reader
        self._writer = writer
        self._heard = heard
        self._sequence = 0
        self._waiting: dict[int, asyncio.Future[Pdu | None]] = {}
        self._window = asyncio.Semaphore(settings.window)
        self._hearing = asyncio.Semaphore(HEARD_AT_ONCE)
        self._tasks: set[asyncio.Task[None]] = set()

    @staticmethod
    async def bind(settings: SmppSettings, heard: Heard) -> Session:
        """A session that the SMSC agreed to. Raises BindRefused, and Unreachable."""
        try:
            async with asyncio.timeout(settings.answer_within):
                reader, writer = await asyncio.open_connection(settings.host, settings.port)
        except OSError as error:  # TimeoutError is one
            raise Unreachable("连接不上短信网关") from error
        session = Session(settings, reader, writer, heard)
        session._spawn(session._read())
        try:
            await session._bind()
        except BaseException:
            session._end()
            raise
        session._spawn(session._enquire())
        return session

    async def submit(self, body: bytes) -> Pdu:
        """The answer to a submit_sm. Raises Unreachable where it was not sent, Unanswered where that is not known."""
        self.busy += 1
        self._idle.clear()
        try:
            async with self._window:
                return await self._ask(Command.SUBMIT_SM, body)
        finally:
            self.busy -= 1
            if not self.busy:
                self._idle.set()

    async def close(self) -> None:
        """Say goodbye and end; what is under way gets its answers first, for as long as an answer may take."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._idle.wait(), self._settings.answer_within)
        with suppress(Unreachable):
            await self._ask(Command.UNBIND)
        self._end()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _bind(self) -> None:
        settings = self._settings
        body = wire.bind_body(settings.system_id, settings.password, settings.system_type)
        answer = await self._ask(Command.BIND_TRANSCEIVER, body)
        if answer.code in REFUSALS:
            raise BindRefused(f"短信网关拒绝登录（{answer.code:#x}）：请核对系统编号与密码")
        if answer.code != wire.OK:
            raise Unreachable(f"短信网关暂不接受登录（{answer.code:#x}）")

    async def _ask(self, command: Command, body: bytes = b"") -> Pdu:
        if self.ended.is_set() or self._writer.is_closing():
            raise Unreachable("与短信网关的连接已断开")
        self._sequence = self._sequence % wire.LAST_SEQUENCE + 1
        sequence = self._sequence
        waiting: asyncio.Future[Pdu | None] = asyncio.get_running_loop().create_future()
        self._waiting[sequence] = waiting
        answer = None
        try:
            async with asyncio.timeout(self._settings.answer_within):
                await self._write(wire.write(command, wire.OK, sequence, body))
                answer = await waiting
        except OSError:  # also the time-out
            LOG.info("a request to the SMSC has no answer")
        finally:
            self._waiting.pop(sequence, None)
        if answer is None:
            # A peer that does not answer one request is not trusted with the next.
            self._end()
            raise Unanswered("短信网关没有应答")
        return answer

    async def _write(self, data: bytes) -> None:
        if self._writer.is_closing():
            raise ConnectionResetError
        self._writer.write(data)
        await self._writer.drain()

    async def _read(self) -> None:
        try:
            while True:
                await self._take(await wire.read(self._reader))
        except (OSError, EOFError):
            LOG.info("the SMSC closed the connection")
        except ValueError as error:
            LOG.warning("what the SMSC sends is no SMPP: %s", error)
        finally:
            self._end()

    async def _take(self, pdu: Pdu) -> None:
        if pdu.command & wire.ANSWER:
            answer = self._waiting.get(pdu.sequence)
            if answer is not None and not answer.done():
                answer.set_result(pdu)
        elif pdu.command == Command.DELIVER_SM:
            await self._hearing.acquire()
            self._spawn(self._hear(pdu))
        elif pdu.command in (Command.ENQUIRE_LINK, Command.UNBIND):
            await self._answer(pdu, wire.OK)
            if pdu.command == Command.UNBIND:
                raise EOFError
        else:
            await self._write(wire.write(Command.GENERIC_NACK, Code.INVALID_COMMAND, pdu.sequence))

    async def _hear(self, pdu: Pdu) -> None:
        """Only what is stored is taken; for the rest the SMSC is asked to come again."""
        code: int = wire.OK
        try:
            told = smpp34.decode(pdu.raw)
            if isinstance(told, smpp34.DeliverSm):
                await self._heard(told)
        except smpp34.SmppError:
            LOG.warning("a deliver_sm that cannot be read was set aside")
        except Exception:
            LOG.exception("a receipt was not taken")
            code = Code.TRY_LATER
        finally:
            self._hearing.release()
        with suppress(OSError):
            await self._answer(pdu, code)

    async def _answer(self, pdu: Pdu, code: int) -> None:
        body = wire.DELIVERED_BODY if pdu.command == Command.DELIVER_SM else b""
        await self._write(wire.write(pdu.command | wire.ANSWER, code, pdu.sequence, body))

    async def _enquire(self) -> None:
        with suppress(Unreachable):
            while not self.ended.is_set():
                await asyncio.sleep(self._settings.enquire_after)
                await self._ask(Command.ENQUIRE_LINK)

    def _spawn(self, work: Awaitable[None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _end(self) -> None:
        if self.ended.is_set():
            return
        self.ended.set()
        self._writer.close()
        for answer in self._waiting.values():
            if not answer.done():
                answer.set_result(None)
        for task in self._tasks - {asyncio.current_task()}:
            task.cancel()
