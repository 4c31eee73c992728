"""The private servers really are: empty, apart, bound to this machine, and gone with whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest
from kombu import Connection, Queue

from tests.servers import packages
from tests.servers.management import Management
from tests.servers.processes import CannotStart

pytestmark = pytest.mark.servers

KEEPER = [sys.executable, "-m", "tests.servers", "--only", "postgres"]


def test_database_is_empty_and_its_role_makes_roles_without_being_one_of_power(database_url: str) -> None:
    with psycopg.connect(database_url, autocommit=True) as owner:
        tables = owner.execute("select count(*) from information_schema.tables where table_schema = 'public'").fetchone()
        power = owner.execute("select rolsuper, rolbypassrls from pg_roles where rolname = current_user").fetchone()
        owner.execute("create role probe login password 'a'")
        owner.execute("drop role probe")
    assert tables == (0,)
    assert power == (False, False)


def test_database_asks_for_the_password(database_url: str) -> None:
    password = database_url.split(":")[2].split("@", maxsplit=1)[0]
    with pytest.raises(psycopg.OperationalError, match="password"):
        psycopg.connect(database_url.replace(password, "wrong"))


def test_vhost_is_empty_and_carries_messages(amqp_uri: str, vhost: str, rabbitmq: tuple[str, Management]) -> None:
    _, management = rabbitmq
    assert management.queues(vhost) == []
    with Connection(amqp_uri) as connection:
        queue = Queue("probe", durable=True)
        connection.Producer().publish({"n": 1}, routing_key="probe", declare=[queue])
        got = queue.bind(connection.default_channel).get()
        assert got is not None
        assert got.payload == {"n": 1}
    assert management.queues(vhost) == ["probe"]


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_servers_stop_when_told(stop: signal.Signals) -> None:
    with subprocess.Popen(KEEPER, stdout=subprocess.PIPE, text=True) as keeper:
        url = _url_of(keeper)
        keeper.send_signal(stop)
        assert keeper.wait() == 0
    _until_gone(url)


def test_servers_end_with_whoever_started_them() -> None:
    starter = "import subprocess, sys; subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE).wait()"
    with subprocess.Popen([sys.executable, "-c", starter, *KEEPER, "--until-eof"], stdout=subprocess.PIPE, text=True) as started:
        url = _url_of(started)
        started.kill()
    _until_gone(url)


def test_missing_package_is_one_line_that_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(CannotStart, match=r"^the tests need postgresql: apt-get install postgresql, or name .* TEST_DATABASE_URL$"):
        packages.find_or_install(lambda: None, "postgresql", "TEST_DATABASE_URL")


def test_installing_starts_no_service_and_leaves_no_policy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    policy = tmp_path / "policy-rc.d"
    monkeypatch.setattr(packages, "POLICY", policy)
    with packages._no_services_started():
        assert subprocess.run([policy], check=False).returncode == 101
    assert not policy.exists()


def _url_of(started: subprocess.Popen[str]) -> str:
    assert started.stdout is not None
    url = started.stdout.readline().strip().removeprefix("DATABASE_URL=")
    psycopg.connect(url).close()
    return url


def _until_gone(url: str) -> None:
    for _ in range(100):
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            return
        time.sleep(0.1)
    pytest.fail("the server still answers")
