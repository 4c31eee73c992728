"""A private RabbitMQ with its management API, without a service manager, also as root."""

from __future__ import annotations

import os
import secrets
import shutil
import signal
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.servers.management import Management
from tests.servers.packages import find_or_install
from tests.servers.processes import LOOPBACK, child, free_port, wait_until

USER = "hotline"
# Waits asleep instead of spinning: the cores are shared with what is tested.
ERLANG = "-noinput +S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none -kernel inet_dist_use_interface {127,0,0,1}"


@contextmanager
def running_rabbitmq(folder: Path, tls: Path | None = None) -> Iterator[dict[str, str]]:
    """Yields `AMQP_URI` and `AMQP_MANAGEMENT_URL`, both of an administrator; with `tls`, a folder as cert-manager's, AMQP is by TLS.

    Raises CannotStart.
    """
    program = find_or_install(_program, "rabbitmq-server", "TEST_AMQP_URI")
    amqp, web, names = free_port(), free_port(), free_port()
    password = secrets.token_hex(8)
    environment = _environment(folder, names)
    _configure(folder, amqp, web, password, tls)
    with (
        child(["epmd", "-address", LOOPBACK, "-port", str(names)], folder / "epmd.log", stop=signal.SIGKILL, env=environment),
        child([program], folder / "rabbitmq.log", stop=signal.SIGKILL, env=environment) as server,
    ):
        addresses = {
            "AMQP_URI": f"{'amqps' if tls else 'amqp'}://{USER}:{password}@{LOOPBACK}:{amqp}/",
            "AMQP_MANAGEMENT_URL": f"http://{USER}:{password}@{LOOPBACK}:{web}",
        }
        log = folder / "rabbitmq.log"
        wait_until(lambda: socket.create_connection((LOOPBACK, amqp), 1).close(), server, log)
        wait_until(Management(addresses["AMQP_MANAGEMENT_URL"]).check, server, log)
        yield addresses


def _program() -> Path | None:
    """Debian's own, behind the wrapper that insists on the user rabbitmq; else the one on the path."""
    behind = Path("/usr/lib/rabbitmq/bin/rabbitmq-server")
    if behind.exists():
        return behind
    on_path = shutil.which("rabbitmq-server")
    return Path(on_path) if on_path else None


def _environment(folder: Path, names: int) -> dict[str, str]:
    ours = {
        "HOME": folder,
        "RABBITMQ_CONF_ENV_FILE": folder / "none",
        "RABBITMQ_CONFIG_FILE": folder / "rabbitmq",
        "RABBITMQ_ENABLED_PLUGINS_FILE": folder / "plugins",
        "RABBITMQ_MNESIA_BASE": folder / "mnesia",
        "RABBITMQ_LOG_BASE": folder / "log",
        "RABBITMQ_PID_FILE": folder / "pid",
        "RABBITMQ_NODENAME": f"hotline{names}@localhost",
        "RABBITMQ_DIST_PORT": free_port(),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": ERLANG,
        # The script then becomes the server, instead of watching it.
        "RABBITMQ_ALLOW_INPUT": "1",
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": names,
    }
    return {**os.environ, **{name: str(value) for name, value in ours.items()}}


def _configure(folder: Path, amqp: int, web: int, password: str, tls: Path | None) -> None:
    settings = {
        **(_tls_listener(amqp, tls) if tls else {"listeners.tcp.1": f"{LOOPBACK}:{amqp}"}),
        "management.tcp.ip": LOOPBACK,
        "management.tcp.port": web,
        "default_user": USER,
        "default_pass": password,
        "log.console": "true",
        "log.console.level": "warning",
        "log.file": "false",
        "collect_statistics_interval": 60_000,
        "management_agent.disable_metrics_collector": "true",
    }
    (folder / "rabbitmq.conf").write_text("".join(f"{name} = {value}\n" for name, value in settings.items()))
    (folder / "plugins").write_text("[rabbitmq_management].\n")


def _tls_listener(amqp: int, tls: Path) -> dict[str, object]:
    files = {"cacertfile": "ca.crt", "certfile": "tls.crt", "keyfile": "tls.key"}
    return {
        "listeners.tcp": "none",
        "listeners.ssl.1": f"{LOOPBACK}:{amqp}",
        **{f"ssl_options.{name}": tls / file for name, file in files.items()},
    }
