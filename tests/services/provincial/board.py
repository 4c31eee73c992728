"""The link between a real intake and a province of the simulator's, in one process and on free ports."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import grpc
from aiohttp import web
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from sqlalchemy import select

from chassis.bus.marks import heard_by
from chassis.caller import Caller
from chassis.grpc.asking import Asking
from chassis.grpc.server import service_descriptor
from chassis.linking import Line
from services.provincial.link import ProvincialLink
from services.provincial.worker import ProvincialWorker
from simulator.province.book import Book
from simulator.province.faults import Faults
from simulator.province.pushing import push
from simulator.province.serving import Serving
from simulator.province.signing import headers
from tests.harness import Served
from tests.journeys.waiting import until
from tests.servers.processes import free_port
from tests.services.intake.desk import Desk
from tests.services.refused import Refused

CITY, CODE, CITY_CODE = "zibo", "370000", "370300"
KEY = "a-key-of-both-sides-1"
PHONE = "13805331234"
SAID = f"我是张三丰，家里停水三天了，请打{PHONE}找我。"
NUMBERS = itertools.count(1)
MAPPING = '[nature]\n"03" = "complaint"\n[category]\n"1101" = "01.01.01"\n[place]\n"370303" = "zhangdian"\n'
BY = Caller.timer("provincial", CITY)
Answer = tuple[int, dict[str, Any]]


def content(**changes: Any) -> dict[str, Any]:
    """What an order says, in the province's words."""
    caller = {"name": "张三丰", "phone": PHONE}
    codes = {"appealType": "03", "classCode": "1101", "areaCode": "370303"}
    return {"title": "停水", "content": SAID, "address": "柳泉路", "caller": caller, **codes, **changes}


def envelope(number: str = "SD1", version: int = 1, **changes: Any) -> dict[str, Any]:
    """A message as it travels."""
    at = "2025-01-06T09:00:00+08:00"
    told = {"orderNo": number, "version": version, "msgType": "ORDER", "cityCode": CITY_CODE, "sendTime": at, "content": content()}
    return {**told, **changes}


class Board:
    """provincial's doors, worker and link, beside an intake that answers; the province pushes, or is polled."""

    def __init__(self, provincial: Served, intake: Desk, folder: Path) -> None:
        self.served, self.store, self.intake = provincial, provincial.store, intake
        self.worker = ProvincialWorker()
        self.port, self.there = free_port(), free_port()
        self.addresses = {"intake": f"127.0.0.1:{intake.served._server.port}"}
        self.book, self.faults = Book(CITY_CODE), Faults()
        self.polls = False
        (folder / "mapping.toml").write_text(MAPPING)
        self._file = folder / "provinces.toml"
        self._file.write_text(
            f'[listen]\nport = {self.port}\n[[province]]\ncode = "{CODE}"\ntenant = "{CITY}"\ncity = "{CITY_CODE}"\nkey = "{KEY}"\n'
            f'url = "http://127.0.0.1:{self.there}/link"\nmapping = "mapping.toml"\n'
        )
        object.__setattr__(self.store.settings, "provinces", self._file)

    def polled(self) -> None:
        """From now on the province waits to be asked."""
        self.polls = True
        file = self._file.with_name("polled.toml")
        text = self._file.read_text()
        file.write_text(f"{text[text.index('[[province]]') :]}poll_seconds = 0.1\n")
        object.__setattr__(self.store.settings, "provinces", file)

    def signs_by_sm2(self, private: bytes, public: bytes) -> None:
        """From now on both sides sign by SM2: our private key, and the province's public one."""
        file = self._file.with_name("sm2.toml")
        for name, key in (("ours.sm2", private), ("province.sm2", public)):
            file.with_name(name).write_text(key.hex())
        keys = 'algorithm = "SM2-SM3"\nsigning_key = "ours.sm2"\nverifying_key = "province.sm2"'
        file.write_text(self._file.read_text().replace(f'key = "{KEY}"', keys))
        object.__setattr__(self.store.settings, "provinces", file)

    def run(self, done: Callable[[], bool]) -> None:
        """Let the link and the province work until something is so."""
        asyncio.run(self._run(done))

    async def _run(self, done: Callable[[], bool]) -> None:
        asking = Asking(replace(self.store.settings, addresses=self.addresses))
        line = Line(self.store, asking, asyncio.Event())
        there = web.AppRunner(Serving(self.book, self.faults, KEY).app(), access_log=None)
        await there.setup()
        await web.TCPSite(there, "127.0.0.1", self.there).start()
        link = asyncio.create_task(ProvincialLink().run(line))
        pushing = asyncio.create_task(push(self.book, self.faults, f"http://127.0.0.1:{self.port}", CODE, KEY))
        if self.polls:
            pushing.cancel()
        await asyncio.to_thread(until, done, bool)
        pushing.cancel()
        line.stopping.set()
        await asyncio.gather(link, pushing, return_exceptions=True)
        await there.cleanup()
        asking.close()

    def send(self, number: str = "SD1", kind: str = "ORDER", said: dict[str, Any] | None = None) -> tuple[str, int]:
        """The province has something to say."""
        return self.book.send(number, kind, said if said is not None else content(), "2025-01-06T09:00:00+08:00")

    def push(self, *bodies: bytes, **signed: str) -> list[Answer]:
        """What the link answers to bodies that somebody posts, one after another."""
        return self.push_each([(body, signed) for body in bodies])

    def push_each(self, requests: Sequence[tuple[bytes, Mapping[str, str]]]) -> list[Answer]:
        """The same, each signed with a key, by a code and at an instant of its own."""
        return asyncio.run(self._push(requests))

    async def _push(self, requests: Sequence[tuple[bytes, Mapping[str, str]]]) -> list[Answer]:
        asking = Asking(replace(self.store.settings, addresses=self.addresses))
        line = Line(self.store, asking, asyncio.Event())
        link = asyncio.create_task(ProvincialLink().run(line))
        async with aiohttp.ClientSession() as session:
            answers = [await _posted(session, self.port, body, **signed) for body, signed in requests]
        line.stopping.set()
        await link
        asking.close()
        return answers

    def tell(self, event: Message) -> None:
        """Let the worker handle an event, as its inbox would."""
        hearing = heard_by(self.worker)[event.DESCRIPTOR.full_name]
        told: Any = [event] if hearing.together else event
        self.store.write(BY, lambda tx: hearing.run(told, tx))

    def ask(self, method: str, by: Caller, **fields: Any) -> Any:
        """`Service/Method` with a request of these fields; a request id is made where there is none."""
        service, _, name = method.partition("/")
        found = service_descriptor(f"hotline.provincial.v1.{service}").methods_by_name[name]
        asked: Any = GetMessageClass(found.input_type)(**fields)
        if "request_id" in found.input_type.fields_by_name:
            asked.request_id = f"r-{next(NUMBERS)}"
        try:
            return self.served.ask(method, asked, GetMessageClass(found.output_type), by)
        except grpc.RpcError as error:
            raise Refused(error) from error

    def rows(self, table: str) -> list[dict[str, Any]]:
        """What is kept of the city, in the order of its key."""
        mine = self.store.tables[table]
        wanted = select(mine).where(mine.c.tenant_id == CITY).order_by(*mine.primary_key)
        return [dict(row) for row in self.store.read(BY, lambda tx: tx.all(wanted))]

    def everything(self) -> str:
        """Every value of every table, as text."""
        return "\n".join(
            str(row) for name, table in self.store.tables.items() if "tenant_id" in table.c and name != "outbox" for row in self.rows(name)
        )

    def tickets(self) -> list[Any]:
        """intake's tickets."""
        found: list[Any] = self.intake.rows(self.intake.store.tables["tickets"])
        return found

    def heard(self) -> list[str]:
        """What the province was told, in the order in which it heard it first."""
        return [each["msgType"] for each in self.book.heard.values()]


async def _posted(session: aiohttp.ClientSession, port: int, body: bytes, key: str = KEY, code: str = CODE, at: str = "") -> Answer:
    signed = headers(key, code, "POST", "/messages", body, at)
    while True:
        try:
            async with session.post(f"http://127.0.0.1:{port}/messages", data=io.BytesIO(body), headers=signed) as answer:
                told = json.loads(await answer.read())
            # As a province does: intake may take its time on a busy machine.
            if told["code"] != "9999":
                return answer.status, told
        except aiohttp.ClientConnectorError:
            await asyncio.sleep(0.02)
