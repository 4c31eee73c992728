"""RabbitMQ and PostgreSQL by TLS, with real processes: whoever shows a wrong certificate is not spoken to."""

from __future__ import annotations

import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from chassis.bus.broker import connection_to
from chassis.errors import Unusable
from chassis.migrate import upgrade
from chassis.opening import open_service
from chassis.settings import Settings, process_environment
from tests.certificates import Authority
from tests.servers.postgres import running_postgres
from tests.servers.processes import LOOPBACK, free_port
from tests.servers.rabbitmq import running_rabbitmq

pytestmark = [pytest.mark.proof, pytest.mark.servers]
READY_SECONDS = 240


@dataclass(frozen=True)
class Encrypted:
    """Both servers, and who signed their certificates."""

    settings: Settings
    others: Authority


@pytest.fixture(scope="module")
def encrypted() -> Iterator[Encrypted]:
    with TemporaryDirectory() as name:
        # Root lends PostgreSQL a user, who must find his way in.
        Path(name).chmod(0o755)
        yield from _encrypted(Path(name))


def _encrypted(folder: Path) -> Iterator[Encrypted]:
    ours, others = Authority(folder / "ours"), Authority(folder / "others")
    shown = ours.issue(LOOPBACK)
    with ExitStack() as stack:
        servers = {}
        for name, running in (("postgres", running_postgres), ("rabbitmq", running_rabbitmq)):
            (folder / name).mkdir()
            servers.update(stack.enter_context(running(folder / name, shown)))
        url = f"{servers['DATABASE_URL']}?sslmode=verify-full&sslrootcert={ours.folder / 'ca.crt'}"
        ca = ours.folder / "ca.crt"
        yield Encrypted(Settings("kb", data=folder / "var", database_url=url, amqp_uri=servers["AMQP_URI"], amqp_ca=ca), others)


def test_the_brokers_certificate_is_held_against_the_authority(encrypted: Encrypted) -> None:
    with connection_to(encrypted.settings) as connection:
        connection.connect()
        assert connection.connected
    for wrong in (
        replace(encrypted.settings, amqp_ca=encrypted.others.folder / "ca.crt"),
        replace(encrypted.settings, amqp_ca=None),
        replace(encrypted.settings, amqp_uri=encrypted.settings.amqp_uri.replace(LOOPBACK, "localhost")),
    ):
        with connection_to(wrong) as connection, pytest.raises(OSError, match="CERTIFICATE_VERIFY_FAILED"):
            connection.connect()


def test_the_databases_certificate_is_held_against_the_authority(encrypted: Encrypted) -> None:
    upgrade(encrypted.settings)
    store = open_service(encrypted.settings)
    with store.engine.connect() as connection:
        assert connection.exec_driver_sql("select ssl from pg_stat_ssl where pid = pg_backend_pid()").scalar_one() is True
    store.close()
    url = encrypted.settings.database_url.replace("/ours/", "/others/")
    with pytest.raises(Unusable, match="SSL error"):
        upgrade(replace(encrypted.settings, database_url=url))


def test_a_worker_is_ready_with_both(encrypted: Encrypted) -> None:
    """In green threads: eventlet has a TLS of its own."""
    upgrade(encrypted.settings)
    port = free_port()
    with _worker(encrypted.settings, port) as process:
        until = time.monotonic() + READY_SECONDS
        while _healthz(port) != 200:
            assert process.poll() is None
            assert time.monotonic() < until
            time.sleep(0.2)


def test_a_worker_refuses_a_broker_it_does_not_know(encrypted: Encrypted) -> None:
    strange = replace(encrypted.settings, amqp_ca=encrypted.others.folder / "ca.crt")
    with _worker(strange, free_port()) as process:
        _, said = process.communicate(timeout=READY_SECONDS)
    assert process.returncode == 1
    assert "连不上消息队列" in said.splitlines()[-1]
    assert "Traceback" not in said


@contextmanager
def _worker(settings: Settings, port: int) -> Iterator[subprocess.Popen[str]]:
    environment = process_environment(
        DATA=str(settings.data),
        DATABASE_URL=settings.database_url,
        AMQP_URI=settings.amqp_uri,
        AMQP_CA=str(settings.amqp_ca),
        METRICS_PORT=str(port),
    )
    with subprocess.Popen([sys.executable, "-m", "chassis.work", "kb"], env=environment, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()
            process.wait(READY_SECONDS)


def _healthz(port: int) -> int:
    try:
        with urllib.request.urlopen(f"http://{LOOPBACK}:{port}/healthz", timeout=5) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0
