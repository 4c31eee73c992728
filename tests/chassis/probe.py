"""A service of our own on the real chassis: its protos, tables and door."""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, duration_pb2, timestamp_pb2
from google.protobuf.descriptor_pool import Default
from google.protobuf.message_factory import GetMessageClass
from grpc_tools import protoc
from sqlalchemy import BigInteger, Column, Engine, String, Table, Text, func, select, text

from chassis.auth import SigningKey, peer_key, sign_token
from chassis.caller import Caller
from chassis.clock import Clock
from chassis.errors import Denied, Missing, Refusal, Stale
from chassis.grpc import Client, GrpcServer
from chassis.settings import Settings
from chassis.store import Instant, Json, Store, Tx, open_store, tables_for
from chassis.store.engine import postgres_engine, sqlite_engine
from chassis.store.group import begin_write
from chassis.store.security import secure
from hotline.options.v1 import options_pb2
from hotline.ticket.v1 import ticket_pb2
from regulation.articles import Article, NotAllowed

SERVICE = "probe"
NAME = "王小明"
OPERATOR = Caller("person", "p-1", "zibo", "hub", frozenset({"ROLE_OPERATOR"}))
STRANGER = Caller("person", "p-2", "zhangdian", "hub-2", frozenset({"ROLE_OPERATOR"}))
ROOT = Path(__file__).parents[2]

_made: set[str] = set()
metadata = tables_for(SERVICE)
notes = Table(
    "notes",
    metadata,
    Column("note_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("handling_tenant_id", String(64)),
    Column("text", Text, nullable=False, server_default=""),
    Column("version", BigInteger, nullable=False, server_default="0"),
    Column("at", Instant),
    Column("facts", Json),
)
papers = Table(
    "papers",
    metadata,
    Column("paper_id", String(64), primary_key=True),
    Column("tenant_id", String(64), nullable=False),
    Column("text", Text),
)
shelf = Table("shelf", metadata, Column("name", String(64), primary_key=True), Column("place", BigInteger), info={"shared": True})
TICK_TABLES = ("notes", "journal")

on_sqlite = pytest.mark.parametrize("probe_settings", ["sqlite"], indirect=True)
on_postgres = pytest.mark.parametrize("probe_settings", [pytest.param("postgres", marks=pytest.mark.servers)], indirect=True)


def _messages() -> Any:
    """The classes of probe.proto, compiled into the pool that everything else lives in."""
    needed = (options_pb2, ticket_pb2, timestamp_pb2, duration_pb2)
    with tempfile.TemporaryDirectory() as folder:
        built = Path(folder, "probe.binpb")
        arguments = ["protoc", f"-I{ROOT / 'protos'}", f"-I{Path(__file__).parent}", f"-I{_wellknown()}"]
        assert protoc.main([*arguments, f"--descriptor_set_out={built}", "probe.proto"]) == 0
        files = descriptor_pb2.FileDescriptorSet.FromString(built.read_bytes())
    assert all(module.DESCRIPTOR for module in needed)
    Default().AddSerializedFile(files.file[0].SerializeToString())
    found = Default().FindFileByName("probe.proto")
    return SimpleNamespace(**{name: GetMessageClass(message) for name, message in found.message_types_by_name.items()})


def _wellknown() -> Path:
    return Path(protoc.__file__).parent / "_proto"


pb = _messages()
STUMBLES: dict[str, Exception] = {
    "missing": Missing("没有这张工单"),
    "stale": Stale("已被他人修改：承办单位改为 市水务局"),
    "denied": Denied("这张工单不归您办理"),
    "law": NotAllowed(Article(11, 6), "回退须在收到转办单两个工作日内提出"),
    "bug": KeyError("王小明 13812345678"),
    "long": Stale("改" * 20_000),
}


class ProbeDoor:
    """Does little, and stumbles as it is asked to."""

    service = "hotline.probe.v1.ProbeService"

    def Echo(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
        return pb.EchoResponse(everything=request.everything, caller_id=tx.by.id)

    def Keep(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
        tx.insert(notes, note_id=request.note_id, text=request.text, at=tx.now)
        if request.refuse == "return":
            return Denied("记下了，但不行")
        if request.refuse == "raise":
            raise Denied("不行")
        return pb.KeepResponse(note_id=request.note_id, count=count_notes(tx), name=NAME, fresh_id=tx.new_id())

    def Reveal(self, _request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
        tx.insert(notes, note_id=tx.new_id())
        return pb.RevealResponse(name=NAME)

    def ListNotes(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
        rows, token = tx.page(tx.select(notes), (notes.c.note_id,), request.page)
        return pb.ListNotesResponse(note_ids=[row["note_id"] for row in rows], next_page_token=token)

    def Stumble(self, request: Any, tx: Tx) -> Any:  # noqa: N802 - the RPC's name
        if request.over == "writing":
            tx.insert(notes, note_id="n-1", tenant_id="zibo")
        if request.over == "size":
            return pb.StumbleResponse(line="长" * 5_000_000)
        if request.over == "nothing":
            return Refusal("没有可说的")
        if error := STUMBLES.get(request.over):
            raise error
        return pb.StumbleResponse(line=tx.by.kind)


DOORS = (ProbeDoor,)


def count_notes(tx: Tx) -> int:
    found = tx.select(notes, func.count())
    return int(tx.connection.execute(found).scalar_one())


def note_ids(tx: Tx) -> list[str]:
    return [row["note_id"] for row in tx.all(tx.select(notes, notes.c.note_id).order_by(notes.c.note_id))]


def every_note(store: Store) -> list[str]:
    """The notes of all tenants."""
    return store.read_across(lambda tx: list(tx.connection.execute(select(notes.c.note_id).order_by(notes.c.note_id)).scalars()))


def open_probe(settings: Settings, clock: Clock) -> Store:
    """The probe's store, empty."""
    if settings.database_url in _made:
        _empty(settings)
    else:
        make_tables(settings)
    if settings.database_url:
        _made.add(settings.database_url)
    return open_store(settings, metadata, clock)


def make_tables(settings: Settings) -> None:
    engine = owner_engine(settings)
    with begin_write(engine) as connection:
        if settings.database_url:
            connection.execute(text("create schema if not exists probe"))
        metadata.create_all(connection)
        if settings.database_url:
            secure(connection, settings, metadata, TICK_TABLES)
    engine.dispose()


def owner_engine(settings: Settings) -> Engine:
    """As whoever owns the database."""
    return postgres_engine(settings) if settings.database_url else sqlite_engine(settings)


def _empty(settings: Settings) -> None:
    """What has rows is truncated: row security, forced on the owner too, does not hold that back."""
    filled = text("select relname from pg_class where relnamespace = 'probe'::regnamespace and relkind = 'r' and pg_relation_size(oid) > 0")
    engine = owner_engine(settings)
    with begin_write(engine) as connection:
        for name in list(connection.execute(filled).scalars()):
            connection.execute(text(f"truncate {name}"))
    engine.dispose()


class ServedProbe:
    """The probe on a free port, and a client."""

    def __init__(self, store: Store) -> None:
        store.group_commits()
        self.store = store
        self.server = GrpcServer(store, DOORS, "127.0.0.1:0")
        self.server.start()
        self.client = Client(self.address)
        self.issuer = SigningKey("peer:directory", peer_key(Settings("directory", data=store.settings.data)).private)

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def token(self, by: Caller, life: timedelta = timedelta(minutes=5)) -> str:
        return sign_token(self.issuer, by, life)

    def ask(self, method: str, request: Any, by: Caller | None = OPERATOR, *, token: str = "", seconds: float = 10) -> Any:
        """Call a method of the probe."""
        bearer = token or (self.token(by) if by else "")
        answer: Any = GetMessageClass(Default().FindMessageTypeByName(f"hotline.probe.v1.{method}Response"))
        return self.client.ask(f"hotline.probe.v1.ProbeService/{method}", request, answer, bearer, seconds)

    def stop(self) -> None:
        self.client.close()
        self.server.stop()
