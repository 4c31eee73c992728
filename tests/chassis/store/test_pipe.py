"""What waits to be sent, what it travels with, and what becomes of it: on PostgreSQL, where a journey costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from chassis.store import Store, Tx
from chassis.store.pipe import Pipe
from tests.chassis.probe import OPERATOR, every_note, notes, on_postgres, papers

pytestmark = on_postgres


class Taken(Exception):
    """There was one already."""


@pytest.fixture
def journeys(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What left together, each time anything left."""
    left: list[list[str]] = []
    send = Pipe.send

    def note(pipe: Pipe, connection: Any) -> None:
        left.append([said.words.text.split()[0].upper() for said in pipe._waiting])
        send(pipe, connection)

    monkeypatch.setattr(Pipe, "send", note)
    return left


def _note(number: int) -> Callable[[Tx], None]:
    return lambda tx: tx.insert(notes, note_id=f"n-{number}")


def test_what_needs_no_answer_leaves_with_the_next_question_or_the_commit(probe: Store, journeys: list[list[str]]) -> None:
    def act(tx: Tx) -> None:
        tx.insert(notes, note_id="n-1")
        tx.change(notes, {"note_id": "n-1"}, {"text": "改了"})
        assert [row["text"] for row in tx.rows(notes)] == ["改了"]
        tx.insert(notes, note_id="n-2")
        tx.drop(notes, note_id="n-1")

    probe.write(OPERATOR, act)
    assert journeys == [["BEGIN", "SELECT", "INSERT", "UPDATE", "SELECT"], ["INSERT", "DELETE", "COMMIT"]]
    assert every_note(probe) == ["n-2"]


def test_a_statement_of_sqlalchemys_own_finds_what_was_written_before_it(probe: Store) -> None:
    def act(tx: Tx) -> int:
        tx.insert(notes, note_id="n-1")
        return int(tx.connection.execute(select(func.count()).select_from(notes)).scalar_one())

    assert probe.write(OPERATOR, act) == 1


@pytest.mark.parametrize("then", [lambda _: None, lambda tx: tx.rows(papers), lambda tx: tx.settle()], ids=["commit", "question", "settle"])
def test_what_is_refused_is_told_by_whatever_sent_it_and_nothing_is_kept(probe: Store, then: Callable[[Tx], object]) -> None:
    probe.write(OPERATOR, _note(1))
    reached = []

    def act(tx: Tx) -> None:
        tx.insert(notes, note_id="n-2")
        tx.insert(notes, note_id="n-1")
        reached.append(1)
        then(tx)
        reached.append(2)

    for _ in range(2):
        with pytest.raises(IntegrityError, match="INSERT INTO notes"):
            probe.write(OPERATOR, act)
    assert reached[0] == 1
    assert every_note(probe) == ["n-1"]


def test_a_connection_on_which_something_was_refused_goes_on(probe: Store) -> None:
    """What is prepared on it stays, also by psycopg, which prepares what it was asked five times, and forgets it when it rolls back."""

    def act(tx: Tx, note_id: str, paper_id: str) -> None:
        tx.connection.execute(select(papers))
        tx.insert(notes, note_id=note_id)
        tx.insert(papers, paper_id=paper_id)

    for number in range(18):
        probe.write(OPERATOR, lambda tx, n=number: act(tx, f"n-{n}", f"p-{n}"))  # type: ignore[misc]  # bound here
        if number % 6 == 5:
            with pytest.raises(DBAPIError):
                probe.write(OPERATOR, lambda tx: act(tx, "n-refused", "x" * 65))
    assert len(every_note(probe)) == 18


def test_what_is_asked_ahead_comes_with_the_first_question(probe: Store, journeys: list[list[str]]) -> None:
    probe.write(OPERATOR, _note(1))
    journeys.clear()

    def act(tx: Tx) -> list[Any]:
        assert tx.ahead.rows(notes, order="note_id") == []
        assert tx.ahead.row(papers, paper_id="p-1") is None
        assert tx.ahead.rows_among(notes, "note_id", ["n-1"]) == []
        found = [row["note_id"] for row in tx.rows(notes, order="note_id")]
        return [*found, tx.row(papers, paper_id="p-1"), *(row["note_id"] for row in tx.rows_among(notes, "note_id", ["n-1"]))]

    assert probe.write(OPERATOR, act) == ["n-1", None, "n-1"]
    assert journeys == [["BEGIN", "SELECT", "SELECT", "SELECT", "SELECT"], ["COMMIT"]]


def test_of_a_table_that_is_written_to_meanwhile_nothing_is_taken_that_was_asked_before(probe: Store) -> None:
    def act(tx: Tx) -> list[str]:
        tx.ahead.rows(notes)
        tx.rows(papers)
        tx.insert(notes, note_id="n-1")
        return [row["note_id"] for row in tx.rows(notes)]

    assert probe.write(OPERATOR, act) == ["n-1"]


def test_what_is_asked_ahead_is_taken_once(probe: Store, journeys: list[list[str]]) -> None:
    def act(tx: Tx) -> None:
        tx.ahead.rows(notes)
        tx.rows(notes)
        tx.rows(notes)

    probe.read(OPERATOR, act)
    assert [len(each) for each in journeys] == [3, 1, 1]


@pytest.mark.parametrize("then", [lambda _: None, lambda tx: tx.rows(papers)], ids=["commit", "question"])
def test_a_row_that_must_be_new_is_claimed_without_a_journey_of_its_own(probe: Store, journeys: list[list[str]], then: Any) -> None:
    def act(tx: Tx) -> None:
        tx.insert_unless(notes, ("note_id",), {"note_id": "n-1"}, Taken())
        tx.insert(papers, paper_id="p-1")
        then(tx)

    probe.write(OPERATOR, act)
    before = len(journeys)
    with pytest.raises(Taken):
        probe.write(OPERATOR, act)
    assert before == 2
    assert every_note(probe) == ["n-1"]
    assert len(probe.read(OPERATOR, lambda tx: tx.rows(papers))) == 1


def test_that_it_is_there_is_told_before_what_came_of_it(probe: Store) -> None:
    """As that its papers, too, are there already."""

    def act(tx: Tx) -> None:
        tx.insert_unless(notes, ("note_id",), {"note_id": "n-1"}, Taken())
        tx.insert(papers, paper_id="p-1")

    probe.write(OPERATOR, act)
    for then in (lambda _: None, lambda tx: tx.settle()):
        with pytest.raises(Taken):
            probe.write(OPERATOR, lambda tx, then=then: [act(tx), then(tx)])  # type: ignore[misc, func-returns-value]  # bound here, one after the other


def test_whoever_is_cut_off_while_waiting_leaves_no_answer_to_another(probe: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    heard = Pipe._exchanged

    def act(tx: Tx) -> None:
        tx.insert(notes, note_id="n-1")
        tx.rows(notes)

    def cut(pipe: Pipe, said: Any) -> Any:
        yield from heard(pipe, said)
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Pipe, "_exchanged", cut)
        with pytest.raises(KeyboardInterrupt):
            probe.write(OPERATOR, act)
    assert probe.read(OPERATOR, lambda tx: tx.rows(notes)) == []


def test_a_transaction_that_asks_nothing_leaves_nothing_open(probe: Store) -> None:
    for _ in range(10):
        probe.write(OPERATOR, lambda _: None)
        probe.read(OPERATOR, lambda _: None)
    probe.write(OPERATOR, _note(1))
    assert every_note(probe) == ["n-1"]
