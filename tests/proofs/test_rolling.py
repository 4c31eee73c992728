"""An upgrade under way: processes of the version before work on stores of this one, alone and beside processes of this one.

As docs/operations.md promises: stores first, then pods one by one in any order; and after a rollback the old pods on the new stores.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import pytest

from chassis import run
from chassis.processes import Child, die_with_parent
from chassis.settings import Settings, process_environment, service_names, services_with
from simulator.instance import _free_ports, answers
from tests.proofs.earlier import THIS, Version, earlier, earlier_name

pytestmark = pytest.mark.proof
TICKETS = 3
READY_SECONDS = 300.0
# Whose pods are still those of before.
MIXES = {
    "all": {"api", "worker", "link", "gateway"},
    "apis": {"api"},
    "workers": {"worker", "link"},
}


@pytest.fixture(scope="module")
def before(tmp_path_factory: pytest.TempPathFactory) -> Version:
    name = earlier_name()
    if not name:
        pytest.skip("no history of git here: the version before is taken from it")
    return earlier(name, tmp_path_factory.mktemp("earlier"))


@pytest.mark.usefixtures("environment")
@pytest.mark.parametrize("mix", sorted(MIXES))
def test_a_city_lives_on_while_its_pods_are_replaced(tmp_path: Path, before: Version, mix: str, monkeypatch: pytest.MonkeyPatch) -> None:
    data, old = tmp_path / "city", MIXES[mix]
    door, http, metrics = _free_ports(len(service_names()) + 1, 1, 2 * len(service_names()) + 2 + len(services_with("link")))
    told = {"DATA": str(data), "PROFILE": "demo", "CLOCK": "real", "DOOR_PORT": str(door), "HTTP_PORT": str(http)}
    for name, value in {**told, "METRICS_PORT": str(metrics)}.items():
        monkeypatch.setenv(name, value)
    spoken(THIS, "chassis.prepare")
    versions = {part: before if part in old else THIS for part in MIXES["all"]}
    with running(versions, data / "run.log", f"http://127.0.0.1:{http}"):
        once = ("simulator.once", "--target", f"127.0.0.1:{door}", "--credentials", str(data / "demo-credentials.json"))
        lives = [spoken(versions["api"], *once).strip() for _ in range(TICKETS)]
        parked = spoken(THIS, "chassis.parked", "list")
    print(f"{before.name} as {mix}: {lives}")
    assert [life.endswith("closed") for life in lives] == [True] * TICKETS
    assert parked.startswith("共 0 条"), parked


def spoken(version: Version, *arguments: str) -> str:
    """What `python -m …` of a version says."""
    command = [str(version.python), "-m", *arguments]
    done = subprocess.run(command, cwd=version.folder, env=process_environment(), capture_output=True, text=True, check=False, timeout=900)
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    return done.stdout


@contextmanager
def running(versions: dict[str, Version], log: Path, page: str) -> Iterator[None]:
    """Every process that a city has, each of the version of its part, until the block ends."""
    children = run._children(Settings.from_env("run"))
    with log.open("wb") as output:
        processes = [_started(versions[child.name.split()[0]], child, output) for child in children]
        try:
            until = time.monotonic() + READY_SECONDS
            while not answers(page):
                dead = [process.args for process in processes if process.poll() is not None]
                assert not dead, f"{dead}: {log.read_text(errors='replace')[-4000:]}"
                assert time.monotonic() < until, log.read_text(errors="replace")[-4000:]
                time.sleep(0.5)
            yield
        finally:
            for process in processes:
                process.terminate()
            for process in processes:
                process.wait(60)


def _started(version: Version, child: Child, output: BinaryIO) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [str(version.python), "-m", *child.arguments],
        cwd=version.folder,
        env=process_environment(**child.environment),
        stdout=output,
        stderr=subprocess.STDOUT,
        preexec_fn=die_with_parent,  # noqa: PLW1509 - no thread of ours runs yet
        start_new_session=True,
    )
