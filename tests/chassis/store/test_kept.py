"""Rows found, changed and dropped by equality: the statements that are written once for each shape."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.caller import Caller
from chassis.store import Store, Tx
from tests.chassis.probe import OPERATOR, STRANGER, notes, on_postgres, shelf

AT = datetime(2025, 1, 6, 8, tzinfo=UTC)
SUPERVISOR = Caller("person", "p-3", "zibo", "hub", frozenset(), ("zibo", "zhangdian"))


@pytest.fixture(autouse=True)
def _three_notes(probe: Store) -> None:
    rows = [{"note_id": f"n-{n}", "text": "一样", "version": n, "at": AT + timedelta(hours=n), "facts": {"n": [n]}} for n in range(3)]
    probe.write(OPERATOR, lambda tx: tx.insert_many(notes, rows))
    probe.write(STRANGER, lambda tx: tx.insert(notes, note_id="n-far", text="一样", handling_tenant_id="linzi"))


def _ids(store: Store, by: Caller, **asked: object) -> list[str]:
    return [row["note_id"] for row in store.read(by, lambda tx: tx.rows(notes, **asked))]  # type: ignore[arg-type]  # columns of notes


def test_rows_are_found_by_equality_in_the_order_asked_for(probe: Store) -> None:
    assert _ids(probe, OPERATOR, order="version", text="一样") == ["n-0", "n-1", "n-2"]
    assert _ids(probe, OPERATOR, order="-version", limit=2, text="一样") == ["n-2", "n-1"]
    assert _ids(probe, OPERATOR, text="一样", version=1) == ["n-1"]
    assert _ids(probe, OPERATOR, text="另样") == []


def test_a_null_is_asked_for_by_none(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-null"))
    assert _ids(probe, OPERATOR, at=None) == ["n-null"]
    assert _ids(probe, OPERATOR, at=AT) == ["n-0"]


def test_values_come_back_as_they_went_in(probe: Store) -> None:
    row = probe.read(OPERATOR, lambda tx: tx.row(notes, note_id="n-2"))
    assert row is not None
    assert (row["at"], row["facts"], row["handling_tenant_id"]) == (AT + timedelta(hours=2), {"n": [2]}, None)
    assert row["at"].utcoffset() == timedelta()
    assert probe.read(OPERATOR, lambda tx: tx.row(notes, note_id="nowhere")) is None


def test_values_of_many_rows_go_in_as_those_of_one(probe: Store) -> None:
    values: list[object] = [["a", ["b"]], [], {"n": None}, "text", None, [1, 2.5]]
    rows = [{"note_id": f"m-{n}", "at": AT if n % 2 else None, "facts": facts} for n, facts in enumerate(values)]
    probe.write(OPERATOR, lambda tx: tx.insert_many(notes, rows))
    for row in rows:
        probe.write(OPERATOR, lambda tx, row=row: tx.insert(notes, **{**row, "note_id": f"one-{row['note_id']}"}))  # type: ignore[misc]  # bound here
    found = {row["note_id"]: (row["at"], row["facts"]) for row in probe.read(OPERATOR, lambda tx: tx.rows(notes))}
    assert [found[f"m-{n}"] for n in range(6)] == [found[f"one-m-{n}"] for n in range(6)] == [(row["at"], row["facts"]) for row in rows]


@on_postgres
def test_a_text_too_long_is_refused_among_many_as_alone(probe: Store) -> None:
    for rows in ([{"note_id": "x" * 65}], [{"note_id": "x" * 65}, {"note_id": "fits"}]):
        with pytest.raises(DBAPIError):
            probe.write(OPERATOR, lambda tx, rows=rows: tx.insert_many(notes, rows))  # type: ignore[misc]  # bound here
    assert "fits" not in _ids(probe, OPERATOR)


def test_each_caller_finds_what_it_may_see(probe: Store) -> None:
    assert _ids(probe, STRANGER) == ["n-far"]
    assert sorted(_ids(probe, SUPERVISOR)) == ["n-0", "n-1", "n-2", "n-far"]
    assert _ids(probe, Caller("person", "p-4", "linzi")) == ["n-far"]
    assert _ids(probe, Caller("person", "p-5", "boshan")) == []


def test_a_lock_takes_only_what_the_caller_works_on(probe: Store) -> None:
    assert probe.write(SUPERVISOR, lambda tx: tx.row(notes, lock=True, note_id="n-far")) is None
    assert probe.write(Caller("person", "p-4", "linzi"), lambda tx: tx.row(notes, lock=True, note_id="n-far")) is not None


def test_change_and_drop_touch_what_the_caller_works_on(probe: Store) -> None:
    assert probe.write(OPERATOR, lambda tx: tx.changed(notes, {"text": "一样"}, {"text": "改了", "at": None})) == 3
    assert probe.write(SUPERVISOR, lambda tx: tx.changed(notes, {"note_id": "n-far"}, {"text": "改了"})) == 0
    assert _ids(probe, OPERATOR, order="note_id", text="改了", at=None) == ["n-0", "n-1", "n-2"]
    probe.write(OPERATOR, lambda tx: tx.change(notes, {"note_id": "n-0"}, {"text": "又改"}))
    probe.write(SUPERVISOR, lambda tx: tx.change(notes, {"note_id": "n-far"}, {"text": "又改"}))
    assert _ids(probe, SUPERVISOR, text="又改") == ["n-0"]
    probe.write(SUPERVISOR, lambda tx: tx.drop(notes, note_id="n-far"))
    probe.write(OPERATOR, lambda tx: tx.drop(notes, note_id="n-1"))
    assert sorted(_ids(probe, SUPERVISOR)) == ["n-0", "n-2", "n-far"]


def test_many_rows_are_changed_each_by_its_key(probe: Store) -> None:
    rows = [{"note_id": f"n-{n}", "version": 10 + n} for n in range(3)]
    probe.write(OPERATOR, lambda tx: tx.change_many(notes, "note_id", rows))
    found = probe.read(OPERATOR, lambda tx: tx.rows(notes, order="note_id"))
    assert [(row["note_id"], row["version"]) for row in found] == [("n-0", 10), ("n-1", 11), ("n-2", 12)]
    probe.write(OPERATOR, lambda tx: tx.change_many(notes, "note_id", []))


@pytest.mark.parametrize("verb", ["insert_many", "change_many"])
def test_rows_of_one_journey_have_the_same_columns(probe: Store, verb: str) -> None:
    rows = [{"note_id": "n-0"}, {"note_id": "n-1", "text": "多一列"}]

    def act(tx: Tx) -> None:
        tx.insert_many(notes, rows) if verb == "insert_many" else tx.change_many(notes, "note_id", rows)

    with pytest.raises(ValueError, match="same columns"):
        probe.write(OPERATOR, act)


def test_what_the_database_refuses_is_told_as_of_any_statement_and_without_values(probe: Store) -> None:
    with pytest.raises(IntegrityError) as refused:
        probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-0", text="13805331234"))
    assert "13805331234" not in str(refused.value.statement)
    assert refused.value.params is None
    assert not refused.value.connection_invalidated
    assert _ids(probe, OPERATOR, order="note_id") == ["n-0", "n-1", "n-2"]


@on_postgres
def test_a_connection_that_was_cut_is_told_and_not_used_again(probe: Store) -> None:
    def cut(tx: Tx) -> None:
        tx.connection.connection.dbapi_connection.close()  # type: ignore[union-attr]  # it is open
        tx.rows(notes)

    with pytest.raises(DBAPIError) as told:
        probe.read(OPERATOR, cut)
    assert told.value.connection_invalidated
    assert len(_ids(probe, OPERATOR)) == 3


def test_whoever_counts_queries_sees_these_too(probe: Store) -> None:
    seen: list[str] = []
    event.listen(probe.engine, "before_cursor_execute", lambda _c, _cursor, statement, *_: seen.append(statement))
    probe.read(OPERATOR, lambda tx: tx.rows(notes, note_id="n-0"))
    assert sum("FROM notes" in statement for statement in seen) == 1


def test_what_is_shared_is_everybodys(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(shelf, name="a", place=1))
    assert probe.read(STRANGER, lambda tx: tx.row(shelf, name="a")) == {"name": "a", "place": 1}
