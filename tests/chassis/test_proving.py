"""Every service's `verify`, as an operator runs it: what its owner forged and signed again is found out by its witness."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from importlib import import_module

import pytest
from google.protobuf.json_format import Parse
from sqlalchemy import Connection, text

from chassis import job, journal, seals
from chassis.auth import peer_key
from chassis.bus.marks import heard_by
from chassis.bus.routes import witnesses_of
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.errors import Unusable
from chassis.seals import Seal
from chassis.settings import service_names
from chassis.store import Store, Tx
from chassis.store.group import begin_write
from tests.chassis.probe import owner_engine
from tests.harness import OpenStore

DAY = timedelta(days=1)


@pytest.fixture(params=service_names())
def store(request: pytest.FixtureRequest, store_for: OpenStore, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Each service's on each database, named to its commands by the environment."""
    opened = store_for(request.param)
    monkeypatch.setenv("DATA", str(opened.settings.data))
    monkeypatch.setenv("DATABASE_URL", opened.settings.database_url)
    return opened


@pytest.fixture
def witness(store: Store, store_for: OpenStore) -> Store:
    (name,) = witnesses_of(store.service)
    return store_for(name)


def _verify(store: Store, capsys: pytest.CaptureFixture[str]) -> tuple[int, list[str]]:
    code = job.run(store.service, "verify", [])
    return code, capsys.readouterr().out.splitlines()


def _act(store: Store) -> None:
    store.write(Caller("person", "p-1", "zibo", "hub"), lambda tx: journal.append(tx, "subject-1", "register", "11-1", {"说明": "真"}))


def _seal(store: Store, clock: SetClock) -> None:
    worker = import_module(f"services.{store.service}.worker").WORKER()
    worker.seal_days(store)
    clock.set(clock.now() + DAY)
    for _ in range(2):
        worker.seal_days(store)


def _tell(store: Store, witness: Store, after: int = 0) -> None:
    """What was told of seals, but for the first so many, reaches the witness, twice."""
    heard = heard_by(import_module(f"services.{witness.service}.worker").WORKER())
    hearing = heard[f"hotline.{store.service}.v1.JournalSealed"]
    outbox = store.tables["outbox"]
    told = store.read_across(lambda tx: tx.all(outbox.select().order_by(outbox.c.seq)))

    def take(tx: Tx) -> None:
        for row in told[after:]:
            hearing.run(Parse(row["payload"], hearing.event()), tx)

    for _ in range(2):
        witness.write(Caller.peer(store.service, "zibo"), take)


def _forge(store: Store) -> None:
    """As who owns the database and holds the service's key: the step, its hash, the head, the day's seal and its signature."""
    steps, heads, seals = (store.tables[name] for name in ("journal", "journal_heads", "seals"))
    engine = owner_engine(store.settings)
    with begin_write(engine) as connection:
        if not store.is_sqlite:
            connection.execute(text("alter table journal no force row level security"))
        step = dict(connection.execute(steps.select()).mappings().one()) | {"detail": "{}"}
        hashed = journal._hash(step)
        connection.execute(steps.update().values(detail="{}", hash=hashed))
        connection.execute(heads.update().values(hash=hashed))
        row = connection.execute(seals.select()).mappings().one()
        seal = _signed_again(store, connection, Seal(*(row[name] for name in Seal.__dataclass_fields__)))
        connection.execute(seals.update().values(**vars(seal)))
        if not store.is_sqlite:
            connection.execute(text("alter table journal force row level security"))
    engine.dispose()


def _signed_again(store: Store, connection: Connection, seal: Seal) -> Seal:
    tx = Tx(store, connection, Caller.timer(store.service, ""), store.clock.now(), everybody=True)
    day = date.fromisoformat(seal.day)
    count, head = seals._head(tx, seal.tenant_id, day)
    return replace(seal, entries=count, head=head, signature=seals._sign(peer_key(store.settings), seal.tenant_id, day, head))


def test_what_was_forged_and_signed_again_is_found_out_by_the_witness(
    store: Store, witness: Store, clock: SetClock, capsys: pytest.CaptureFixture[str]
) -> None:
    _act(store)
    _seal(store, clock)
    _tell(store, witness)
    assert _verify(store, capsys) == (0, ["流转记录链与日签名摘要完好"])
    _forge(store)
    assert journal.verify(store) == []
    said = f"zibo 2025-01-06：与 {witness.service} 保存的日签名摘要不一致"
    assert _verify(store, capsys) == (1, [said, "发现 1 处不符"])


def test_a_seal_on_its_way_is_no_difference_and_one_passed_over_is(
    store: Store, witness: Store, clock: SetClock, capsys: pytest.CaptureFixture[str]
) -> None:
    _act(store)
    _seal(store, clock)
    assert _verify(store, capsys)[0] == 0
    _act(store)
    _seal(store, clock)
    _tell(store, witness, after=1)
    assert _verify(store, capsys) == (1, [f"zibo 2025-01-06：{witness.service} 没有收到这一日的日签名摘要", "发现 1 处不符"])
    _tell(store, witness)
    assert _verify(store, capsys)[0] == 0


def test_a_witness_whose_store_cannot_be_read_is_told(store: Store) -> None:
    if not store.is_sqlite:
        pytest.skip("the module's database has every service's tables")
    (name,) = witnesses_of(store.service)
    with pytest.raises(Unusable, match=f"python -m chassis.migrate {name}$"):
        job.run(store.service, "verify", [])
