"""After a demo that Prometheus watched, no panel of any dashboard is empty, and no rule failed."""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from pathlib import Path

import pytest

from chassis.clock import real_now
from chassis.settings import process_environment, service_names
from simulator.instance import running
from tests.charts.expressions import panels
from tests.journeys.instances import PROC, processes_of
from tests.journeys.provinces import beside
from tests.servers.prometheus import Prometheus, running_prometheus
from tests.servers.smsc import running_smsc

pytestmark = pytest.mark.proof
MESSAGES = 60
RULES = sorted((Path(__file__).parents[2] / "charts/hotline/files/rules").glob("*.yaml"))
MODULES = ("chassis.serve", "chassis.work", "chassis.link", "services.gateway")
# Measures are taken every fifteen seconds, rates every minute; rules follow.
LAST_LOOK_SECONDS = 75
DISTRICTS = ("zhangdian", "linzi", "zichuan", "boshan", "zhoucun")
CHOICES = {"city": [{"tenant": "zibo"}], "law": [{"tenant": "zibo"}], "district": [{"district": each} for each in DISTRICTS]}


def _targets(folder: Path) -> list[str]:
    commands = [(PROC / str(pid) / "cmdline").read_text().split("\0") for module in MODULES for pid in processes_of(folder, module)]
    return [f"127.0.0.1:{command[command.index('--metrics-port') + 1]}" for command in commands]


def _shows(prometheus: Prometheus, expression: str, begin: float, end: float) -> bool:
    points = (value for series in prometheus.over(expression, begin, end) for _, value in series["values"])
    return any(not math.isnan(float(value)) for value in points)


def test_no_panel_is_empty_after_a_demo(tmp_path: Path) -> None:
    folder, begin = tmp_path / "city", real_now().timestamp()
    with (
        running_smsc(tmp_path) as smsc,
        beside(tmp_path) as province,
        running(folder, told={"PROVIDERS": str(smsc.provider), **province}) as instance,
        running_prometheus(tmp_path / "prometheus", _targets(folder), RULES) as prometheus,
    ):
        played = subprocess.run(
            [sys.executable, "-m", "simulator", "--count", str(MESSAGES), "--target", instance.door],
            env=process_environment(DATA=str(folder)), check=False, capture_output=True, text=True,
        )  # fmt: skip
        summary = json.loads(played.stdout.splitlines()[-1])
        time.sleep(LAST_LOOK_SECONDS)
        end, choices = real_now().timestamp(), {**CHOICES, "service": [{"service": each} for each in service_names()]}
        shown = {
            panel: [any(_shows(prometheus, each, begin, end) for each in panel.with_values(choice)) for choice in choices[panel.board]]
            for panel in panels()
        }
        failing = prometheus.failing()
        breaches = {row["metric"]["article"]: float(row["value"][1]) for row in prometheus.now('hotline:breaches:1d{tenant="zibo"}')}
        firing = sorted({row["metric"]["alertname"] for row in prometheus.now('ALERTS{alertstate="firing"}')})
    full = sum(all(each) for each in shown.values())
    print(f"{len(shown)} panels, {full} of them for every choice; breaches of a day {breaches}; firing {firing}; {summary}")
    assert [panel for panel, seen in shown.items() if not any(seen)] == []
    assert failing == []
    assert (summary["lost"], summary["errors"]) == (0, 0)
    assert "Watchdog" in firing
