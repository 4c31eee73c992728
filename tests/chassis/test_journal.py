from datetime import timedelta

import pytest
from chassis import journal
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.store import Store, Tx
from sqlalchemy import text

from tests.harness import OpenStore

OPERATOR = Caller("person", "p-1", "zibo", "hub")
SUBJECT = "ticket-1"


@pytest.fixture
def store(store_for: OpenStore) -> Store:
    return store_for("sla")


class _Page:
    size = 2
    token = ""


def _three_steps(tx: Tx) -> None:
    for verb in ("register", "form", "dispatch"):
        journal.append(tx, SUBJECT, verb, "11-1", {"说明": verb})


def test_entries_are_numbered_chained_and_paged(store: Store) -> None:
    store.write(OPERATOR, _three_steps)
    first, token = store.read(OPERATOR, lambda tx: journal.entries(tx, SUBJECT, _Page()))
    assert [(entry.number, entry.verb) for entry in first] == [(1, "register"), (2, "form")]
    assert first[1].previous == first[0].hash
    assert token
    assert journal.verify(store) == []


def test_another_tenant_sees_nothing(store: Store) -> None:
    store.write(OPERATOR, _three_steps)
    other = Caller("person", "p-2", "zhangdian")
    assert store.read(other, lambda tx: journal.entries(tx, SUBJECT, _Page())) == ([], "")


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("update {schema}journal set verb = 'forge' where number = 2", "第 2 步内容被改动"),
        ("delete from {schema}journal where number = 2", "第 2 步缺失或次序被改动"),
        ("delete from {schema}journal where number = 3", "末尾的步骤缺失"),
    ],
)
def test_verify_finds_tampering(store: Store, tampering: str, says: str) -> None:
    store.write(OPERATOR, _three_steps)
    _tamper(store, tampering)
    assert says in [found.what for found in journal.verify(store)]


def test_a_day_is_sealed_once_when_it_is_surely_over_and_a_witness_tells_a_rewritten_one(store: Store, store_for: OpenStore, clock: SetClock) -> None:
    witness = store_for("intake")
    told: list[journal.Seal] = []

    def tell(_tx: Tx, seal: journal.Seal) -> None:
        told.append(seal)

    sealing = journal.Sealing(store, tell)
    store.write(OPERATOR, _three_steps)
    clock.set(clock.now() + timedelta(days=1))
    assert [sealing.seal_days(), sealing.seal_days(), sealing.seal_days()] == [0, 1, 0]
    assert [(seal.tenant_id, seal.day, seal.entries) for seal in told] == [("zibo", "2025-01-06", 3)]
    witness.write(Caller.peer("sla", "zibo"), lambda tx: journal.keep(tx, told[0]))
    assert journal.verify(store, (witness,)) == []
    _tamper(store, "delete from {schema}seals")
    assert [found.what for found in journal.verify(store, (witness,))] == ["与 intake 保存的日封印不一致"]


def _tamper(store: Store, statement: str) -> None:
    """As whoever owns the database might."""
    from chassis.store.engine import postgres_engine

    if store.is_sqlite:
        with store.engine.connect() as connection:
            connection.exec_driver_sql(statement.format(schema=""))
            connection.exec_driver_sql("COMMIT")
        return
    engine = postgres_engine(store.settings)
    with engine.begin() as connection:
        connection.execute(text("alter table sla.journal no force row level security"))
        connection.execute(text(statement.format(schema="sla.")))
        connection.execute(text("alter table sla.journal force row level security"))
    engine.dispose()
