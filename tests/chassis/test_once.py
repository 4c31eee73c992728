from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from threading import Barrier
from typing import Any

import grpc
import pytest
from sqlalchemy import select
from sqlalchemy.event import listen

from chassis import once
from chassis.caller import Caller
from chassis.clock import real_now
from chassis.errors import Denied
from chassis.store import Store, Tx
from regulation.articles import Article, NotAllowed
from tests.chassis.probe import NAME, OPERATOR, STRANGER, ServedProbe, every_note, on_sqlite, pb


def _keep(server: ServedProbe, request_id: str = "r-1", note_id: str = "n-1", by: Caller = OPERATOR, **fields: str) -> Any:
    return server.ask("Keep", pb.KeepRequest(request_id=request_id, note_id=note_id, **fields), by)


def _code(call: Callable[[], object]) -> str:
    with pytest.raises(grpc.RpcError) as raised:
        call()
    return str(raised.value.code().name)


def _requests(store: Store) -> list[Any]:
    return store.read(OPERATOR, lambda tx: tx.all(select(store.tables["requests"])))


def test_a_repeat_gets_the_same_answer_to_the_byte_and_changes_nothing(probe_server: ServedProbe) -> None:
    first = _keep(probe_server)
    _keep(probe_server, "r-2", "n-2")
    again = _keep(probe_server)
    assert again.SerializeToString() == first.SerializeToString()
    assert again.fresh_id == first.fresh_id
    assert every_note(probe_server.store) == ["n-1", "n-2"]


def test_the_same_id_with_another_payload_is_refused(probe_server: ServedProbe) -> None:
    _keep(probe_server)
    assert _code(lambda: _keep(probe_server, "r-1", "n-2")) == "ALREADY_EXISTS"
    assert _code(lambda: _keep(probe_server, text="x")) == "ALREADY_EXISTS"
    assert every_note(probe_server.store) == ["n-1"]


def test_an_id_is_its_callers_and_its_methods_own(probe_server: ServedProbe) -> None:
    """Who guesses another's id neither sees the answer nor spends the id."""
    first = _keep(probe_server)
    colleague = replace(OPERATOR, id="p-9")
    assert _keep(probe_server, note_id="n-2", by=colleague).fresh_id != first.fresh_id
    assert _keep(probe_server, note_id="n-3", by=STRANGER).count == 1
    probe_server.ask("Reveal", pb.RevealRequest(request_id="r-1"))
    assert len(every_note(probe_server.store)) == 4


@pytest.mark.parametrize("request_id", ["", " ", "r" * 65, "编号", "a/b"])
@on_sqlite
def test_an_id_that_is_none_is_refused(probe_server: ServedProbe, request_id: str) -> None:
    assert _code(lambda: _keep(probe_server, request_id)) == "INVALID_ARGUMENT"
    assert every_note(probe_server.store) == []


def test_a_raised_refusal_leaves_nothing_and_the_id_unspent(probe_server: ServedProbe) -> None:
    assert _code(lambda: _keep(probe_server, refuse="raise")) == "PERMISSION_DENIED"
    assert (every_note(probe_server.store), _requests(probe_server.store)) == ([], [])
    assert _keep(probe_server).count == 1


def test_a_returned_refusal_keeps_what_it_wrote_and_leaves_the_id_unspent(probe_server: ServedProbe) -> None:
    """As a failed log-in counts."""
    assert _code(lambda: _keep(probe_server, refuse="return")) == "PERMISSION_DENIED"
    assert every_note(probe_server.store) == ["n-1"]
    assert _requests(probe_server.store) == []
    assert _keep(probe_server, note_id="n-2").count == 2


def test_duplicates_at_the_same_time_take_effect_once(probe_server: ServedProbe) -> None:
    ready = Barrier(16)

    def keep(number: int) -> bytes:
        ready.wait(10)
        return bytes(_keep(probe_server, f"r-{number % 4}", f"n-{number % 4}").SerializeToString())

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(keep, range(64)))
    assert len(set(answers)) == 4
    assert every_note(probe_server.store) == ["n-0", "n-1", "n-2", "n-3"]


def test_of_different_payloads_with_one_id_at_the_same_time_one_wins(probe_server: ServedProbe) -> None:
    ready = Barrier(8)

    def keep(number: int) -> str:
        ready.wait(10)
        try:
            return str(_keep(probe_server, "r-1", f"n-{number}").note_id)
        except grpc.RpcError as refused:
            return str(refused.code().name)

    with ThreadPoolExecutor(8) as threads:
        outcomes = list(threads.map(keep, range(8)))
    (winner,) = every_note(probe_server.store)
    assert sorted(outcomes) == ["ALREADY_EXISTS"] * 7 + [winner]


def test_a_duplicate_of_one_that_was_refused_meanwhile_takes_effect_itself(probe_server: ServedProbe) -> None:
    ready = Barrier(8)

    def keep(number: int) -> str:
        ready.wait(10)
        try:
            return str(_keep(probe_server, "r-1", "n-1", refuse="raise" if number % 2 else "").note_id)
        except grpc.RpcError as refused:
            return str(refused.code().name)

    with ThreadPoolExecutor(8) as threads:
        outcomes = set(threads.map(keep, range(8)))
    assert outcomes <= {"n-1", "PERMISSION_DENIED", "ALREADY_EXISTS"}
    assert every_note(probe_server.store) == ["n-1"]


def test_a_repeated_reveal_is_worked_out_again_and_writes_once(probe_server: ServedProbe) -> None:
    request = pb.RevealRequest(request_id="r-1")
    assert [probe_server.ask("Reveal", request).name for _ in range(3)] == [NAME] * 3
    assert len(every_note(probe_server.store)) == 1


def test_what_is_revealed_is_never_stored_and_what_is_answered_only_sealed(probe_server: ServedProbe) -> None:
    probe_server.ask("Reveal", pb.RevealRequest(request_id="r-1"))
    kept = _keep(probe_server, text="一段话")
    rows = {row["method"].rsplit("/", 1)[-1]: row for row in _requests(probe_server.store)}
    assert rows["Reveal"]["answer"] is None
    assert rows["Keep"]["answer"]
    for row in rows.values():
        for secret in (NAME, "王**", "一段话", kept.fresh_id):
            assert secret.encode() not in bytes(row["digest"]) + bytes(row["answer"] or b"")


def test_a_digest_tells_nothing_to_who_has_not_the_key(probe_server: ServedProbe) -> None:
    """Two instances digest the same request differently: nobody can try out telephone numbers against a copy."""
    _keep(probe_server)
    (row,) = _requests(probe_server.store)
    assert len(row["digest"]) == 32
    (probe_server.store.settings.keys_folder / "probe.pem").unlink()
    other = ServedProbe(probe_server.store)
    assert _code(lambda: _keep(other)) == "ALREADY_EXISTS"
    other.stop()


def _keep_request(store: Store, request_id: str, age: timedelta) -> None:
    row = {"caller_id": "p-1", "method": "Keep", "request_id": request_id, "digest": b"d", "answer": b"a", "at": real_now() - age}
    store.write(OPERATOR, lambda tx: tx.insert(store.tables["requests"], **row))


def test_requests_are_forgotten_the_oldest_first_so_many_at_once(probe: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "SWEPT_AT_ONCE", 2)
    for request_id, days in (("young", 29), ("c", 31), ("a", 33), ("b", 32)):
        _keep_request(probe, request_id, timedelta(days=days))
    left = []
    for count in (2, 1, 0):
        assert probe.across(once.sweep) == count
        left.append({row["request_id"] for row in _requests(probe)})
    assert left == [{"young", "c"}, {"young"}, {"young"}]


def test_a_request_ages_in_real_time_whatever_the_stores_clock_says(probe_server: ServedProbe) -> None:
    begun = real_now()
    _keep(probe_server)
    (row,) = _requests(probe_server.store)
    assert begun <= row["at"] <= real_now()
    assert probe_server.store.across(once.sweep) == 0
    assert _keep(probe_server).note_id == "n-1"


@on_sqlite
def test_the_sweep_finds_by_an_index_what_is_old(probe: Store) -> None:
    asked: list[tuple[str, Any]] = []
    listen(probe.engine, "before_cursor_execute", lambda *told: asked.append((told[2], told[3])))
    probe.across(once.sweep)
    (delete,) = [each for each in asked if each[0].startswith("DELETE")]
    with probe.engine.connect() as connection:
        plan = [row[-1] for row in connection.exec_driver_sql(f"explain query plan {delete[0]}", delete[1])]
    assert "SEARCH requests USING INDEX ix_requests_at (at<?)" in plan
    assert not [step for step in plan if step.startswith("SCAN requests")]


@pytest.mark.parametrize("refusal", [Denied("不能"), NotAllowed(Article(11), "不能")], ids=["denied", "not allowed"])
def test_a_repeat_that_would_be_refused_now_gets_the_answer_that_was_given(probe: Store, refusal: Exception) -> None:
    """Also where it is refused before anything was asked of the store."""
    asked = pb.KeepRequest(request_id="r-1", note_id="n-1")
    of_keep = once.Once("probe/Keep", pb.KeepResponse, b"secret", reveals=False)

    def refuse(_tx: Tx) -> Any:
        raise refusal

    first = of_keep.answer(probe, OPERATOR, asked, lambda _: pb.KeepResponse(fresh_id="f-1"))
    assert of_keep.answer(probe, OPERATOR, asked, refuse) == first
    with pytest.raises(type(refusal)):
        of_keep.answer(probe, OPERATOR, pb.KeepRequest(request_id="r-2"), refuse)
