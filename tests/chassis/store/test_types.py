from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Dialect
from sqlalchemy.dialects import sqlite

from chassis.store import Instant, Store
from tests.chassis.probe import OPERATOR, notes

SQLITE: Dialect = sqlite.dialect()
INSTANTS = st.datetimes(datetime(1950, 1, 1), datetime(2199, 1, 1), timezones=st.timezones())  # noqa: DTZ001 - the bounds are naive by contract


@given(INSTANTS)
def test_an_instant_comes_back_to_the_microsecond_in_utc(instant: datetime) -> None:
    stored = Instant().process_bind_param(instant, SQLITE)
    read = Instant().process_result_value(stored, SQLITE)
    assert read is not None
    assert read == instant.astimezone(UTC)
    assert read.utcoffset() == timedelta()


@given(INSTANTS, INSTANTS)
def test_instants_are_stored_in_their_order(one: datetime, other: datetime) -> None:
    first, second = (Instant().process_bind_param(each, SQLITE) for each in (one, other))
    assert (first < second) == (one.astimezone(UTC) < other.astimezone(UTC))


def test_a_naive_instant_is_refused(probe: Store) -> None:
    with pytest.raises(ValueError, match="naive instant"):
        probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n", at=datetime(2025, 1, 6)))  # noqa: DTZ001 - what is refused


def test_the_databases_agree_on_what_is_earlier(probe: Store) -> None:
    at = datetime(2025, 1, 6, 8, tzinfo=timezone(timedelta(hours=8)))
    probe.write(OPERATOR, lambda tx: tx.insert_many(notes, [{"note_id": str(n), "at": at + timedelta(microseconds=n)} for n in range(3)]))
    earlier = probe.read(OPERATOR, lambda tx: tx.all(tx.select(notes).where(notes.c.at < at.astimezone(UTC) + timedelta(microseconds=2))))
    assert sorted(row["note_id"] for row in earlier) == ["0", "1"]
