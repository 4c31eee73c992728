import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis import journal, seals
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.settings import Settings
from chassis.store import Store, Tx, open_store
from chassis.store.group import begin_write
from tests.chassis.probe import OPERATOR, STRANGER, make_tables, metadata, on_postgres, owner_engine

SUBJECT = "ticket-1"
VERBS = ("register", "form", "dispatch")
DAY = timedelta(days=1)


class _Page:
    size = 2
    token = ""


@pytest.fixture
def witness(tmp_path: Path, clock: SetClock) -> Store:
    """Another service, that keeps our seals."""
    settings = Settings("witness", data=tmp_path)
    make_tables(settings)
    return open_store(settings, metadata, clock)


def _three_steps(tx: Tx, subject: str = SUBJECT) -> None:
    for verb in VERBS:
        journal.append(tx, subject, verb, "11-1", {"说明": verb})


def _tamper(store: Store, *statements: str) -> None:
    """As whoever owns the database might."""
    engine = owner_engine(store.settings)
    with begin_write(engine) as connection:
        if not store.is_sqlite:
            connection.execute(text("alter table journal no force row level security"))
        for statement in statements:
            assert connection.execute(text(statement)).rowcount
        if not store.is_sqlite:
            connection.execute(text("alter table journal force row level security"))
    engine.dispose()


def test_entries_are_numbered_chained_and_paged(probe: Store) -> None:
    probe.write(OPERATOR, _three_steps)
    first, token = probe.read(OPERATOR, lambda tx: journal.entries(tx, SUBJECT, _Page()))
    assert [(entry.number, entry.verb) for entry in first] == [(1, "register"), (2, "form")]
    assert first[1].previous == first[0].hash
    assert token
    assert journal.verify(probe) == []


def test_an_entry_says_who_when_what_and_by_which_article(probe: Store, clock: SetClock) -> None:
    probe.write(OPERATOR, _three_steps)
    (entry, *_), _ = probe.read(OPERATOR, lambda tx: journal.entries(tx, SUBJECT, _Page()))
    assert (entry.by_kind, entry.by_id, entry.unit_id, entry.verb, entry.article) == ("person", "p-1", "hub", "register", "11-1")
    assert entry.at == clock.now()
    assert entry.detail == '{"说明": "register"}'


def test_another_tenant_sees_nothing_and_the_handling_one_what_it_handles(probe: Store) -> None:
    probe.write(OPERATOR, _three_steps)
    assert probe.read(STRANGER, lambda tx: journal.entries(tx, SUBJECT, _Page())) == ([], "")
    probe.write(OPERATOR, lambda tx: journal.append(tx, SUBJECT, "hand_on", "11-3", handling_tenant_id="zhangdian"))
    seen, _ = probe.read(STRANGER, lambda tx: journal.entries(tx, SUBJECT, _Page()))
    assert [entry.number for entry in seen] == [4]


def test_the_handling_tenant_appends_to_the_same_chain(probe: Store) -> None:
    probe.write(OPERATOR, _three_steps)
    probe.write(STRANGER, lambda tx: journal.append(tx, SUBJECT, "reply", "11-5", tenant_id="zibo", handling_tenant_id="zhangdian"))
    assert journal.verify(probe) == []
    assert [entry.number for entry in probe.read(OPERATOR, lambda tx: journal.entries(tx, SUBJECT, _Long()))[0]] == [1, 2, 3, 4]


class _Long:
    size = 200
    token = ""


@pytest.mark.parametrize("grouping", [False, True])
def test_steps_appended_at_the_same_time_chain_from_the_very_first(probe: Store, grouping: bool) -> None:  # noqa: FBT001 - a case
    if grouping:
        probe.group_commits()
    ready = threading.Barrier(8)

    def append(number: int) -> None:
        ready.wait(10)
        probe.write(OPERATOR, lambda tx: journal.append(tx, f"ticket-{number // 8}", "supplement", "11-8", {"n": number}))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(append, range(64)))
    assert journal.verify(probe) == []
    for ticket in range(8):
        steps, _ = probe.read(OPERATOR, lambda tx, t=ticket: journal.entries(tx, f"ticket-{t}", _Long()))  # type: ignore[misc]  # bound here
        assert [step.number for step in steps] == list(range(1, 9))


def test_a_step_that_was_rolled_back_leaves_no_gap(probe: Store) -> None:
    def fail(tx: Tx) -> None:
        _three_steps(tx)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        probe.write(OPERATOR, fail)
    probe.write(OPERATOR, _three_steps)
    assert journal.verify(probe) == []


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("update journal set verb = 'forge' where number = 2", "第 2 步内容被改动"),
        ("update journal set detail = '{}' where number = 3", "第 3 步内容被改动"),
        ("update journal set by_id = 'p-9' where number = 1", "第 1 步内容被改动"),
        ("delete from journal where number = 2", "第 2 步缺失或次序被改动"),
        ("delete from journal where number = 3", "末尾的步骤缺失"),
        ("delete from journal", "末尾的步骤缺失"),
        ("delete from journal_heads", "末尾的步骤缺失"),
        ("update journal set number = 9 where number = 2", "第 2 步缺失或次序被改动"),
    ],
)
def test_verify_finds_tampering(probe: Store, tampering: str, says: str) -> None:
    probe.write(OPERATOR, _three_steps)
    _tamper(probe, tampering)
    assert says in [found.what for found in journal.verify(probe)]


@on_postgres
def test_nobody_but_the_owner_can_change_what_was_appended(probe: Store) -> None:
    probe.write(OPERATOR, _three_steps)
    for statement in ("update journal set verb = 'forge'", "delete from journal", "delete from journal_heads", "delete from seals"):
        with pytest.raises(Exception, match="permission denied"):
            probe.write(OPERATOR, lambda tx, s=statement: tx.run(text(s)))  # type: ignore[misc]  # bound here
        with pytest.raises(Exception, match="permission denied"):
            probe.across(lambda tx, s=statement: tx.run(text(s)))  # type: ignore[misc]  # bound here


def test_verify_tells_its_progress_and_holds_nobody_up(probe: Store) -> None:
    seen: list[int] = []

    def count(number: int) -> None:
        if not seen:
            probe.write(OPERATOR, lambda tx: _three_steps(tx, "meanwhile"))
        seen.append(number)

    probe.write(OPERATOR, _three_steps)
    assert journal.verify(probe, progress=count) == []
    assert seen == [1, 2, 3]


def _sealed(store: Store, clock: SetClock) -> list[seals.Seal]:
    """Three steps, and the next day their seal."""
    told: list[seals.Seal] = []
    sealing = seals.Sealing(store, lambda _tx, seal: told.append(seal))
    store.write(OPERATOR, _three_steps)
    clock.set(clock.now() + DAY)
    assert [sealing.seal_days(), sealing.seal_days(), sealing.seal_days()] == [0, 1, 0]
    return told


def test_a_day_is_sealed_once_when_it_is_surely_over(probe: Store, clock: SetClock) -> None:
    told = _sealed(probe, clock)
    assert [(seal.tenant_id, seal.day, seal.entries) for seal in told] == [("zibo", "2025-01-06", 3)]
    assert journal.verify(probe) == []


def test_a_day_that_is_not_over_is_not_sealed(probe: Store, clock: SetClock) -> None:
    probe.write(OPERATOR, _three_steps)
    sealing = seals.Sealing(probe, lambda _tx, _seal: None)
    clock.set((clock.now() + DAY).replace(hour=16, minute=9))
    assert [sealing.seal_days(), sealing.seal_days()] == [0, 1]
    probe.write(STRANGER, _three_steps_of_another)
    assert sealing.seal_days() == 0


def _three_steps_of_another(tx: Tx) -> None:
    _three_steps(tx, "ticket-2")


def test_each_tenant_and_each_day_with_entries_has_its_seal(probe: Store, clock: SetClock) -> None:
    told: list[seals.Seal] = []
    sealing = seals.Sealing(probe, lambda _tx, seal: told.append(seal))
    for days in (0, 1, 3):
        clock.set(clock.now() + days * DAY)
        probe.write(OPERATOR, lambda tx, d=days: _three_steps(tx, f"ticket-{d}"))  # type: ignore[misc]  # bound here
    probe.write(STRANGER, _three_steps_of_another)
    clock.set(clock.now() + DAY)
    sealing.seal_days()
    assert sealing.seal_days() == 4
    days_of = {tenant: [seal.day for seal in told if seal.tenant_id == tenant] for tenant in ("zibo", "zhangdian")}
    assert days_of == {"zibo": ["2025-01-06", "2025-01-07", "2025-01-10"], "zhangdian": ["2025-01-10"]}
    assert journal.verify(probe) == []


def test_two_replicas_seal_a_day_once(probe: Store, clock: SetClock) -> None:
    told: list[seals.Seal] = []
    replicas = [seals.Sealing(probe, lambda _tx, seal: told.append(seal)) for _ in range(2)]
    probe.write(OPERATOR, _three_steps)
    clock.set(clock.now() + DAY)
    for replica in replicas:
        replica.seal_days()
    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(seals.Sealing.seal_days, replicas)) == [0, 1]


@pytest.mark.parametrize(
    ("tampering", "says"),
    [
        ("update seals set head = 'x'", "当日内容与日签名摘要不符"),
        ("update seals set entries = 2", "当日内容与日签名摘要不符"),
        ("update seals set signature = 'AAAA'", "日签名摘要的签名无效"),
        ("update seals set signature = '不是'", "日签名摘要的签名无效"),
        ("update seals set key_id = 'x'", "日签名摘要由未知的密钥 x 签署"),
        ("delete from seals", "与 witness 保存的日签名摘要不一致"),
    ],
)
def test_verify_finds_a_seal_that_was_tampered_with(probe: Store, witness: Store, clock: SetClock, tampering: str, says: str) -> None:
    (seal,) = _sealed(probe, clock)
    assert witness.write(Caller.peer("probe", "zibo"), lambda tx: seals.keep(tx, seal))
    assert journal.verify(probe, (witness,)) == []
    _tamper(probe, tampering)
    assert says in [found.what for found in journal.verify(probe, (witness,))]


def test_a_witness_finds_a_day_that_was_rewritten_with_everything(probe: Store, witness: Store, clock: SetClock) -> None:
    (seal,) = _sealed(probe, clock)
    witness.write(Caller.peer("probe", "zibo"), lambda tx: seals.keep(tx, seal))
    _tamper(probe, "delete from journal", "delete from journal_heads", "delete from seals")
    assert [found.what for found in journal.verify(probe, (witness,))] == ["与 witness 保存的日签名摘要不一致"]


def test_a_witness_keeps_the_first_seal_it_was_told(witness: Store) -> None:
    by = Caller.peer("probe", "zibo")
    first, second = (seals.Seal("probe", "zibo", "2025-01-06", 3, head, "s", "k") for head in ("a", "b"))
    assert witness.write(by, lambda tx: seals.keep(tx, first))
    assert not witness.write(by, lambda tx: seals.keep(tx, second))


def test_seals_of_a_key_that_was_replaced_hold_and_those_of_an_unknown_one_do_not(probe: Store, clock: SetClock) -> None:
    first = _sealed(probe, clock)
    folder = probe.settings.keys_folder
    before = (folder / "probe.pub").read_bytes()
    (folder / "probe.pem").unlink()
    second = _sealed(probe, clock)
    assert first[0].key_id != second[-1].key_id
    assert journal.verify(probe) == []
    (earlier,) = folder.glob("probe.*.pub")
    assert earlier.read_bytes() == before
    earlier.unlink()
    assert [found.what for found in journal.verify(probe)] == [f"日签名摘要由未知的密钥 {first[0].key_id} 签署"]
    (folder / "probe.until-2025.pub").write_bytes(before)
    assert journal.verify(probe) == []


def test_a_seal_of_before_it_named_its_key_holds_by_any_key_that_is_known(probe: Store, clock: SetClock) -> None:
    _sealed(probe, clock)
    _tamper(probe, "update seals set key_id = ''")
    (probe.settings.keys_folder / "probe.pem").unlink()
    assert journal.verify(probe) == []
    next(probe.settings.keys_folder.glob("probe.*.pub")).unlink()
    assert [found.what for found in journal.verify(probe)] == ["日签名摘要的签名无效"]
