"""`make demo`, whole: messages through an instance of its own, embedded and on servers, with nothing lost and nothing raised."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import process_environment

KEYS = [
    "registered", "declined", "answered", "closed", "open", "returned", "extended", "reworked",
    "yellow", "red", "urged", "lost", "errors", "seconds",
]  # fmt: skip
ROOT = Path(__file__).parents[2]

pytestmark = pytest.mark.journey


def demo(data: Path, count: int, **environment: str) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--count", str(count)],
        env=process_environment(DATA=str(data), **environment), cwd=ROOT, capture_output=True, text=True, check=False, timeout=280,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return done, json.loads(done.stdout.splitlines()[-1])


def test_sixty_messages_come_through_embedded(tmp_path: Path) -> None:
    done, summary = demo(tmp_path, 60)
    assert (summary["lost"], summary["errors"], done.returncode) == (0, 0, 0), done.stderr
    assert list(summary) == KEYS
    assert summary["registered"] == 60
    assert summary["registered"] == sum(summary[name] for name in ("declined", "answered", "closed", "open"))
    assert all(summary[name] for name in ("answered", "closed", "returned", "extended", "reworked", "yellow"))
    assert summary["red"] == summary["urged"] > 0
    assert stat.S_IMODE((tmp_path / "demo" / "demo-credentials.json").stat().st_mode) == 0o600


@pytest.mark.servers
def test_ten_messages_come_through_on_servers(tmp_path: Path, amqp_uri: str, database_url: str) -> None:
    done, summary = demo(tmp_path, 10, AMQP_URI=amqp_uri, DATABASE_URL=database_url)
    assert (summary["lost"], summary["errors"], done.returncode) == (0, 0, 0), done.stderr
    assert summary["registered"] == 10


def test_an_instance_that_cannot_start_is_one_line(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "simulator", "--count", "1"],
        env=process_environment(DATA=str(tmp_path), AMQP_URI="amqp://127.0.0.1:1/"), cwd=ROOT, capture_output=True, text=True,
        check=False,
    )  # fmt: skip
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert "实例未能启动" in done.stderr
