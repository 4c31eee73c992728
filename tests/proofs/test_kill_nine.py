"""Power cuts: api and worker processes are killed at random moments of a demo, and nothing is lost and nothing done twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chassis.settings import process_environment
from simulator.instance import Instance, answers, running
from tests.journeys.instances import kill_nine, processes_of
from tests.journeys.waiting import becomes

MESSAGES = 220
LONGEST_PEACE = 3.0
FEWEST_KILLS = 10

pytestmark = pytest.mark.proof


def _wait_until_all_is_up(instance: Instance, player: subprocess.Popen[str]) -> None:
    """What dies again and again is started again later and later; a city that is never up cannot be played in."""
    while player.poll() is None and not answers(instance.page):
        time.sleep(0.2)


@pytest.mark.usefixtures("environment")
def test_nothing_is_lost_and_nothing_twice_under_kill_nine(tmp_path: Path) -> None:
    folder, chance, kills = tmp_path / "city", random.Random(12345), 0
    progress = tmp_path / "progress"
    with running(folder) as instance, progress.open("wb") as told:
        player = subprocess.Popen(
            [sys.executable, "-m", "simulator", "--count", str(MESSAGES), "--target", instance.door],
            env=process_environment(DATA=str(folder)),
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
        # Before it plays, a door that nobody opens is an error and not a power cut.
        becomes(lambda: progress.stat().st_size > 0, True)
        while player.poll() is None:
            _wait_until_all_is_up(instance, player)
            time.sleep(chance.uniform(0.0, LONGEST_PEACE))
            victims = [*processes_of(folder, "chassis.serve"), *processes_of(folder, "chassis.work")]
            # One alone, or two at the same moment: each comes back beside what the other left.
            kills += sum(map(kill_nine, chance.sample(victims, min(len(victims), chance.choice((1, 2))))))
        output = player.communicate()[0]
        summary = json.loads(output.splitlines()[-1])
        verified = subprocess.run(
            [sys.executable, "-m", "chassis.job", "dispatch", "verify"],
            env=process_environment(DATA=str(folder), PROFILE="demo", CLOCK="virtual"),
            check=False,
        )
    print(f"kills {kills}: {summary}")
    assert kills >= FEWEST_KILLS
    assert (summary["lost"], summary["errors"]) == (0, 0)
    assert summary["registered"] == sum(summary[key] for key in ("declined", "answered", "closed", "open")) == MESSAGES
    assert verified.returncode == 0
