from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from chassis.errors import Invalid, kind_of
from chassis.store import Store, Tx
from tests.chassis.probe import OPERATOR, notes, on_postgres, on_sqlite

NAME = "王小明"


def _kind(act: Callable[[], object]) -> str:
    with pytest.raises(Exception) as raised:  # noqa: PT011 - of whatever kind: that is the question
        act()
    return kind_of(raised.value)


def _twice(tx: Tx) -> None:
    for _ in range(2):
        tx.insert(notes, note_id=NAME)


@on_sqlite
def test_of_sqlite_the_result_code_may_be_said(probe: Store) -> None:
    assert _kind(lambda: probe.write(OPERATOR, _twice)) == "IntegrityError SQLITE_CONSTRAINT_PRIMARYKEY"
    assert _kind(lambda: probe.write(OPERATOR, lambda tx: tx.run(text("select * from 王小明")))) == "OperationalError SQLITE_ERROR"


@on_postgres
def test_of_postgres_the_state_and_the_constraint_may_be_said(probe: Store) -> None:
    assert _kind(lambda: probe.write(OPERATOR, _twice)) == "UniqueViolation 23505 pk_notes"
    assert _kind(lambda: probe.write(OPERATOR, lambda tx: tx.run(text("select '王小明'::int")))) == "InvalidTextRepresentation 22P02"


@pytest.mark.parametrize(
    ("act", "kind"),
    [
        (lambda: int(NAME), "ValueError"),
        (lambda: notes.c[NAME], "KeyError"),
        (lambda: Path(f"/nowhere/{NAME}").read_text(), "FileNotFoundError ENOENT"),
    ],
)
def test_of_anything_else_its_kind_and_number(act: Callable[[], object], kind: str) -> None:
    assert _kind(act) == kind


def test_of_a_refusal_its_words() -> None:
    assert kind_of(Invalid("name", "name：不能为空")) == "Invalid: name：不能为空"
