"""Power cuts: api, worker and link processes are killed at random moments of a demo: nothing is lost, and nothing done or told twice."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import pytest

from chassis.settings import Settings, process_environment
from services.notify.channels.smpp.settling import own_reference
from simulator.instance import Instance, answers, running
from tests.journeys.instances import kill_nine, processes_of
from tests.journeys.stores import Stores
from tests.journeys.waiting import becomes
from tests.servers.smsc import Smsc, running_smsc

MESSAGES = 220
LONGEST_PEACE = 3.0
FEWEST_KILLS = 10
# The clock leaps while links are dead, and what is not sent by then expires: a third of all, at times.
FEWEST_TEXTS = 100
VICTIMS = ("chassis.serve", "chassis.work", "chassis.link")
# More than twice a claim.
SETTLE_SECONDS = 400.0
# An attempt of which nobody can know whether the message was taken.
IN_DOUBT = {None, "unanswered"}

pytestmark = pytest.mark.proof


def _wait_until_all_is_up(instance: Instance, player: subprocess.Popen[str]) -> None:
    """What dies again and again is started again later and later; a city that is never up cannot be played in."""
    while player.poll() is None and not answers(instance.page):
        time.sleep(0.2)


def _unsettled(stores: Stores) -> list[dict[str, Any]]:
    """Texts that still wait; what a kill cut off is claimed again after a while (decision 0015)."""
    return [row for row in stores.rows("notify", "messages") if (row["channel"], row["state"]) == ("sms", "queued")]


def _misdelivered(stores: Stores, smsc: Smsc) -> list[dict[str, Any]]:
    """Texts that were lost, or that the SMSC took though no attempt says so or is in doubt (decision 0017)."""
    attempts: dict[str, list[str | None]] = defaultdict(list)
    for row in stores.rows("notify", "attempts"):
        attempts[row["message_id"]].append(row["outcome"])
    took: dict[int, list[str]] = defaultdict(list)
    for fact in smsc.took():
        took[fact["ours"]].append(fact["text"])
    wrong = []
    for row in stores.rows("notify", "messages"):
        if row["channel"] != "sms":
            continue
        fields = json.loads(row["fields"]) if isinstance(row["fields"], str) else row["fields"]
        times = sum(fields["number"] in text for text in took[own_reference(row["message_id"], 0)])
        might = sum(outcome == "taken" or outcome in IN_DOUBT for outcome in attempts[row["message_id"]])
        lost = row["state"] in ("sent", "delivered") and not times
        if lost or times > might:
            wrong.append({**row, "times": times, "attempts": attempts[row["message_id"]]})
    return wrong


@pytest.mark.usefixtures("environment")
def test_nothing_is_lost_and_nothing_twice_under_kill_nine(tmp_path: Path) -> None:
    folder, chance, kills = tmp_path / "city", random.Random(12345), Counter[str]()
    progress = tmp_path / "progress"
    with running_smsc(tmp_path) as smsc, running(folder, told={"PROVIDERS": str(smsc.provider)}) as instance, progress.open("wb") as told:
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
            victims = [(module, pid) for module in VICTIMS for pid in processes_of(folder, module)]
            # One alone, or two at the same moment: each comes back beside what the other left.
            for module, pid in chance.sample(victims, min(len(victims), chance.choice((1, 2)))):
                kills[module] += kill_nine(pid)
        output = player.communicate()[0]
        summary = json.loads(output.splitlines()[-1])
        stores = Stores(folder, Settings.from_env("notify").database_url)
        until_settled = time.monotonic() + SETTLE_SECONDS
        while _unsettled(stores) and time.monotonic() < until_settled:
            time.sleep(1)
        assert _unsettled(stores) == []
        misdelivered, texts = _misdelivered(stores, smsc), len(smsc.took())
        states = Counter(row["state"] for row in stores.rows("notify", "messages") if row["channel"] == "sms")
        stores.close()
        verified = subprocess.run(
            [sys.executable, "-m", "chassis.job", "dispatch", "verify"],
            env=process_environment(DATA=str(folder), PROFILE="demo", CLOCK="virtual"),
            check=False,
        )
    print(f"kills {dict(kills)}, parts of texts {texts}, messages {dict(states)}: {summary}")
    assert kills.total() >= FEWEST_KILLS
    assert kills["chassis.link"] > 0
    assert misdelivered == []
    assert texts > FEWEST_TEXTS
    assert (summary["lost"], summary["errors"]) == (0, 0)
    assert summary["registered"] == sum(summary[key] for key in ("declined", "answered", "closed", "open")) == MESSAGES
    assert verified.returncode == 0
