"""The first start: the city as seeded, who can log in, and that a second start changes nothing."""

from __future__ import annotations

import json
import stat
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from chassis import journal
from chassis.auth import peer_key
from chassis.caller import Caller
from chassis.clock import SetClock
from chassis.errors import Unusable
from chassis.migrate import upgrade
from chassis.settings import Profile, Settings
from chassis.store import Store, open_store
from services.directory import jobs, logins
from services.directory.actions import starting
from services.directory.actions.sessions import log_in
from services.directory.actions.systems import log_in_by_key
from services.directory.seeds import read_seeds
from services.directory.store import metadata
from tests.harness import MORNING
from tests.servers.fixtures import own_database

Login = dict[str, Any]


def start(folder: Path, profile: Profile, url: str = "") -> Store:
    settings = replace(Settings("directory", data=folder, database_url=url), profile=profile)
    upgrade(settings)
    store = open_store(settings, metadata, SetClock(MORNING))
    try:
        assert jobs.first_start(store, settings, []) == 0
    except BaseException:
        store.close()
        raise
    return store


def read(folder: Path, name: str) -> list[Login]:
    file = folder / f"{name}-credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    entries: list[Login] = json.loads(file.read_text(encoding="utf-8"))
    return entries


def told(store: Store) -> Counter[str]:
    outbox = store.tables["outbox"]
    return Counter(row["type"].rsplit(".", 1)[1] for row in store.across(lambda tx: tx.all(outbox.select())))


def granted(store: Store, login: Login) -> object:
    return store.write(Caller.nobody(), lambda tx: log_in(tx, login["tenant_id"], login["login"], login["password"], ""))


def test_the_seed_is_one_tree_with_parents_first() -> None:
    seeds = read_seeds()
    assert [seed.tenant.is_city for seed in seeds] == [True] + [False] * 11
    known: set[str] = set()
    for seed in seeds:
        for unit in seed.units:
            assert unit.parent_id in known or unit.unit_id == "zibo-hub", unit.unit_id
            assert unit.tenant_id == seed.tenant.tenant_id
            known.add(unit.unit_id)
    assert len(known) > 300


def test_a_demo_has_people_of_every_role_and_starts_fast(tmp_path: Path) -> None:
    began = time.process_time()
    store = start(tmp_path, "demo")
    assert time.process_time() - began < 15
    logins = read(tmp_path, "demo")
    roles = {(login["tenant_id"], role) for login in logins for role in login["roles"]}
    hub = {"OPERATOR", "DISPATCHER", "REVIEWER", "CALL_BACK", "SUPERVISOR", "ASSESSOR", "TENANT_ADMIN"}
    for tenant in {seed.tenant.tenant_id for seed in read_seeds()}:
        assert {f"ROLE_{role}" for role in hub} <= {role for owner, role in roles if owner == tenant}
    handled = {login["unit_id"] for login in logins if "ROLE_HANDLER" in login["roles"]}
    units = {unit.unit_id: unit for seed in read_seeds() for unit in seed.units}
    assert {unit_id for unit_id, unit in units.items() if unit.kind in ("department", "enterprise", "town")} <= handled
    assert {f"{seed.tenant.tenant_id}-hub" for seed in read_seeds() if not seed.tenant.is_city} <= handled
    for login in (logins[0], logins[300]):
        assert granted(store, login)
    (system,) = [login for login in logins if "key" in login]
    assert store.write(Caller.nobody(), lambda tx: log_in_by_key(tx, system["key"]))
    counted = told(store)
    assert counted["UnitChanged"] == len(units)
    assert counted["PersonChanged"] == len(logins) - 1
    assert (counted["TenantChanged"], counted["CalendarRevised"], counted["SigningKeyPublished"]) == (12, 12, 1)
    assert not journal.verify(store)
    store.close()


def test_no_password_of_a_demo_stands_anywhere_but_in_its_file(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    start(tmp_path, "demo").close()
    secrets = [login.get("password") or login["key"] for login in read(tmp_path, "demo")]
    assert len(set(secrets)) == len(secrets)
    said = capfd.readouterr()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("directory.db*"))
    for secret in secrets:
        assert secret.encode() not in kept
        assert secret not in said.out + said.err


@pytest.mark.parametrize("profile", ["evaluation", "production"])
def test_outside_a_demo_there_is_an_administrator_for_each_tenant_and_nobody_else(tmp_path: Path, profile: Profile) -> None:
    peer_key(Settings("directory", data=tmp_path))  # production demands it beforehand
    store = start(tmp_path, profile)
    assert not (tmp_path / "demo-credentials.json").exists()
    admins = read(tmp_path, "admin")
    assert len(admins) == 12
    assert {role for admin in admins for role in admin["roles"]} == {"ROLE_TENANT_ADMIN"}
    assert told(store)["PersonChanged"] == 12
    store.close()


def test_a_second_start_changes_nothing(tmp_path: Path) -> None:
    first = start(tmp_path, "demo")
    before, files = told(first), {file: file.read_bytes() for file in tmp_path.glob("*.json")}
    first.close()
    second = start(tmp_path, "demo")
    assert told(second) == before
    assert {file: file.read_bytes() for file in tmp_path.glob("*.json")} == files
    second.close()


def test_a_start_that_broke_off_before_the_people_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(starting, "start_people", _break_off)
        with pytest.raises(ConnectionError):
            start(tmp_path, "evaluation")
    store = start(tmp_path, "evaluation")
    for admin in read(tmp_path, "admin"):
        assert granted(store, admin)
    store.close()


@pytest.mark.servers
def test_a_first_start_on_postgres(tmp_path: Path, postgres: str) -> None:
    with own_database(postgres) as url:
        store = start(tmp_path, "demo", url)
        assert granted(store, read(tmp_path, "demo")[300])
        assert not journal.verify(store)
        store.close()


@pytest.mark.servers
def test_a_start_on_what_another_folders_keys_sealed_says_what_to_do_and_changes_nothing(tmp_path: Path, postgres: str) -> None:
    with own_database(postgres) as url:
        first = start(tmp_path / "one", "demo", url)
        before = told(first)
        with pytest.raises(Unusable, match="DATA") as refused:
            start(tmp_path / "two", "demo", url)
        assert "\n" not in str(refused.value)
        assert told(first) == before
        assert not list((tmp_path / "two").glob("*-credentials.json"))
        first.close()


def test_the_job_rotates_the_key_and_the_journal_holds_until_it_is_changed(tmp_path: Path) -> None:
    store = start(tmp_path, "evaluation")
    assert jobs.rotate_signing_key(store, store.settings, []) == 0
    assert told(store)["SigningKeyPublished"] == 3
    assert not journal.verify(store)
    table = store.tables["journal"]
    store.write(Caller.timer("directory", "zibo"), lambda tx: tx.run(table.update().where(table.c.subject == "zibo").values(detail="{}")))
    assert [found.subject for found in journal.verify(store)] == ["zibo"]
    store.close()


def _break_off(*_arguments: object, **_more: object) -> None:
    raise ConnectionError


def test_first_passwords_are_listedby_the_seed_alone(tmp_path: Path) -> None:
    """On Kubernetes no file outlives the Job that makes the people."""
    settings = Settings("directory", data=tmp_path, profile="demo", first_passwords="a seed")
    upgrade(settings)
    store = open_store(settings, metadata, SetClock(MORNING))
    assert jobs.first_start(store, settings, []) == 0
    assert not (tmp_path / "admin-credentials.json").exists()
    listed = logins.logins(settings)
    people = store.across(lambda tx: tx.all(store.tables["people"].select()))
    assert {(login["tenant_id"], login["login"]) for login in listed} == {(row["tenant_id"], row["login"]) for row in people}
    assert len({login["password"] for login in listed}) == len(listed)
    for login in listed[:3] + listed[-3:]:
        assert granted(store, login)
    other = logins.logins(replace(settings, first_passwords="another"))
    assert not {login["password"] for login in listed} & {login["password"] for login in other}
    with pytest.raises(Unusable, match="FIRST_PASSWORDS"):
        logins.logins(replace(settings, first_passwords=""))
    store.close()
