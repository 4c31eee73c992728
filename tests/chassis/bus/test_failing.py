from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError

from chassis.bus.failing import is_away, said_of
from chassis.errors import Invalid
from chassis.settings import Settings
from chassis.store.engine import postgres_engine
from chassis.store.group import Lost
from regulation.articles import Article, NotAllowed


def raised(act: Callable[[], object]) -> Exception:
    try:
        act()
    except Exception as error:  # noqa: BLE001 - whatever it is, it is looked at
        return error
    raise AssertionError


def test_a_locked_sqlite_is_away_and_a_mistake_is_not(tmp_path: Path) -> None:
    engine = create_engine(f"sqlite:///{tmp_path / 'a.db'}", connect_args={"timeout": 0.01})
    holder = sqlite3.connect(tmp_path / "a.db", isolation_level=None)
    holder.execute("create table t (a integer unique)")
    holder.execute("begin immediate")
    with engine.connect() as connection:
        locked = raised(lambda: connection.execute(text("insert into t values (1)")))
        missing = raised(lambda: connection.execute(text("select 1 from nowhere")))
    holder.execute("insert into t values (13800138000)")
    holder.execute("commit")
    holder.close()
    with engine.connect() as connection:
        twice = raised(lambda: connection.execute(text("insert into t values (13800138000)")))
    engine.dispose()
    assert [is_away(error) for error in (locked, missing, twice)] == [True, False, False]
    assert said_of(twice).startswith("IntegrityError SQLITE_CONSTRAINT_UNIQUE（")
    assert "13800138000" not in said_of(twice)
    assert is_away(Lost())
    assert not is_away(ValueError())


@pytest.mark.servers
def test_a_deadlock_is_away_and_a_broken_promise_is_not(database_url: str) -> None:
    engine = postgres_engine(Settings("public", database_url=database_url))
    with engine.begin() as connection:
        connection.execute(text("create table t (a text primary key)"))
        connection.execute(text("insert into t values ('one'), ('13800138000')"))
    failed: list[Exception] = []
    both = threading.Barrier(2)

    def update(first: str, second: str) -> None:
        try:
            with engine.begin() as connection:
                connection.execute(text("update t set a = a where a = :a"), {"a": first})
                both.wait()
                connection.execute(text("update t set a = a where a = :a"), {"a": second})
        except DBAPIError as error:
            failed.append(error)

    threads = [threading.Thread(target=update, args=pair) for pair in (("one", "13800138000"), ("13800138000", "one"))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with engine.connect() as connection:
        twice = raised(lambda: connection.execute(text("insert into t values ('13800138000')")))
    engine.dispose()
    assert [is_away(error) for error in failed] == [True]
    assert not is_away(twice)
    assert said_of(twice).startswith("UniqueViolation 23505 t_pkey（")
    assert "13800138000" not in said_of(twice)


@pytest.mark.servers
def test_a_server_that_is_gone_is_away(database_url: str) -> None:
    engine = postgres_engine(Settings("public", database_url=database_url))
    with engine.connect() as connection:
        cut = raised(lambda: connection.execute(text("select pg_terminate_backend(pg_backend_pid())")))
    engine.dispose()
    nowhere = postgres_engine(Settings("public", database_url="postgresql://hotline_owner@127.0.0.1:1/hotline"))
    refused = raised(nowhere.connect)
    assert is_away(cut)
    assert is_away(refused)


def test_only_the_words_of_a_refusal_are_said() -> None:
    def fail(error: Exception) -> str:
        def act() -> None:
            raise error

        return said_of(raised(act))

    assert fail(KeyError("13800138000")).startswith("KeyError（tests.chassis.bus.test_failing:")
    assert fail(Invalid("text", "来自 13800138000 的内容为空")).startswith("Invalid：来自 〔手机号〕 的内容为空（")
    assert "第十一条" in fail(NotAllowed(Article(11, 6), "已超过回退时限"))
    assert len(fail(Invalid("text", "长" * 1000))) == 500
