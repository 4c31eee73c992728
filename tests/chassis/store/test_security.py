from dataclasses import replace

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from chassis.clock import SetClock
from chassis.errors import Unusable
from chassis.settings import Settings
from chassis.store import Store, Tx, open_store
from chassis.store.engine import postgres_engine, refuse_power
from tests.chassis.probe import OPERATOR, make_tables, metadata, note_ids, notes, on_postgres, owner_engine, shelf

pytestmark = on_postgres
EVERY_POLICY_GONE = """
do $$ declare p record; begin
  for p in select policyname from pg_policies where tablename = 'notes' loop
    execute format('drop policy %I on notes', p.policyname);
  end loop;
end $$
"""
REFUSED = r"permission denied|must be owner"


def _as_owner(settings: Settings, statement: str) -> None:
    engine = owner_engine(settings)
    with engine.begin() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _run(store: Store, statement: str) -> None:
    store.across(lambda tx: tx.run(text(statement)))


@pytest.mark.parametrize("statement", ["select * from notes", "update outbox set sent_at = null", "select * from journal"])
def test_the_relays_role_has_the_tables_it_was_granted(probe: Store, statement: str) -> None:
    _run(probe, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from papers",
        "select answer from requests",
        "update requests set at = at",
        "select * from inbox",
        "select * from token_keys",
        "select * from shelf",
        "delete from outbox",
        "delete from journal",
        "update journal set verb = 'x'",
        "update seals set head = 'x'",
        "create table mine (x int)",
        "alter table notes disable row level security",
        "drop table notes",
    ],
)
def test_the_relays_role_has_no_more(probe: Store, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=REFUSED):
        _run(probe, statement)


@pytest.mark.parametrize(
    "statement",
    [
        "select * from outbox",
        "update outbox set sent_at = null",
        "update journal set verb = 'x'",
        "delete from journal",
        "delete from journal_heads",
        "update seals set head = 'x'",
        "create table mine (x int)",
        "alter table notes no force row level security",
        "create policy mine on notes using (true)",
        "set role hotline_probe_relay",
        "set session authorization hotline_owner",
    ],
)
def test_the_services_role_appends_where_only_appending_is_meant_and_owns_nothing(probe: Store, statement: str) -> None:
    with pytest.raises(ProgrammingError, match=REFUSED):
        probe.write(OPERATOR, lambda tx: tx.run(text(statement)))


def test_a_process_refuses_to_serve_as_the_owner(probe_settings: Settings) -> None:
    make_tables(probe_settings)
    engine = postgres_engine(probe_settings)
    with pytest.raises(Unusable, match="行级安全"):
        refuse_power(engine)
    engine.dispose()


def test_a_process_refuses_to_serve_as_who_may_become_the_owner(probe_settings: Settings, clock: SetClock) -> None:
    """Which a superuser may, too."""
    make_tables(probe_settings)
    _as_owner(probe_settings, "grant hotline_owner to hotline_probe")
    try:
        with pytest.raises(Unusable, match="hotline_probe "):
            open_store(probe_settings, metadata, clock)
    finally:
        _as_owner(probe_settings, "revoke hotline_owner from hotline_probe")
    open_store(probe_settings, metadata, clock).close()


def test_a_role_that_cannot_log_in_is_told_in_one_line(probe_settings: Settings, clock: SetClock) -> None:
    make_tables(probe_settings)
    wrong = replace(probe_settings, database_password="hunter2")
    with pytest.raises(Unusable) as refused:
        open_store(wrong, metadata, clock)
    assert len(str(refused.value).splitlines()) == 1
    assert "hunter2" not in str(refused.value)


def test_securing_again_takes_a_new_password(probe_settings: Settings, clock: SetClock) -> None:
    make_tables(probe_settings)
    changed = replace(probe_settings, database_password="it's a \\ new: one % $$")
    try:
        make_tables(changed)
        open_store(changed, metadata, clock).close()
    finally:
        make_tables(probe_settings)
    open_store(probe_settings, metadata, clock).close()


def test_securing_again_waits_for_nobody_who_works(probe: Store) -> None:
    def act(tx: Tx) -> None:
        tx.insert(notes, note_id="n-1")
        make_tables(probe.settings)

    probe.write(OPERATOR, act)
    assert probe.read(OPERATOR, note_ids) == ["n-1"]


def test_securing_again_frees_a_table_that_is_shared_by_now(probe: Store) -> None:
    probe.write(OPERATOR, lambda tx: tx.insert(shelf, name="a", place=7))
    for statement in ("alter table shelf enable row level security", "alter table shelf force row level security"):
        _as_owner(probe.settings, statement)
    _as_owner(probe.settings, "create policy seen_00000000 on shelf using (false)")
    make_tables(probe.settings)
    assert [row["place"] for row in probe.read(OPERATOR, lambda tx: tx.all(tx.select(shelf)))] == [7]


@pytest.mark.parametrize(
    "tampering",
    [
        "alter table notes no force row level security",
        "alter table notes disable row level security",
        "create policy mine on notes using (true)",
        EVERY_POLICY_GONE,
    ],
)
def test_securing_again_sets_right_what_was_changed(probe: Store, tampering: str) -> None:
    _as_owner(probe.settings, tampering)
    make_tables(probe.settings)
    probe.write(OPERATOR, lambda tx: tx.insert(notes, note_id="n-1"))
    with probe.engine.connect() as connection:
        assert connection.execute(text("select count(*) from notes")).scalar_one() == 0
    assert probe.read(OPERATOR, note_ids) == probe.across(note_ids) == ["n-1"]
