"""The rules of Prometheus: they are well formed, each alert has a page and cases that fire and that do not, and all cases hold."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.servers.packages import program

ROOT = Path(__file__).parents[2]
RULES = sorted((ROOT / "charts/hotline/files/rules").glob("*.yaml"))
CASES = sorted((Path(__file__).parent / "rules").glob("*.yaml"))
SECTIONS = ("## Look at", "## Do")


def promtool(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [program("promtool", "prometheus"), *arguments], capture_output=True, text=True, check=False, timeout=300
    )  # fmt: skip


def unknown_metrics(expressions: str) -> set[str]:
    """Metrics and records that are named and that nothing makes."""
    code = "".join(path.read_text() for part in ("chassis", "services") for path in (ROOT / part).rglob("*.py"))
    made = set(re.findall(r'"(hotline_[a-z_]+)"', code))
    known = made | {f"{name}{end}" for name in made for end in ("_total", "_bucket", "_count", "_sum")}
    recorded = set(re.findall(r"record: (hotline:\S+)", "".join(file.read_text() for file in RULES)))
    return set(re.findall(r"\bhotline[_:][a-z0-9_:]+", expressions)) - known - recorded


def alerts() -> list[dict[str, Any]]:
    groups = (group for file in RULES for group in yaml.safe_load(file.read_text())["groups"])
    return [rule for group in groups for rule in group["rules"] if "alert" in rule]


def test_the_rules_are_well_formed() -> None:
    told = promtool("check", "rules", "--lint=all", "--lint-fatal", *RULES)
    assert told.returncode == 0, told.stdout + told.stderr


@pytest.mark.parametrize("cases", CASES, ids=lambda path: path.stem)
def test_every_case_fires_or_does_not_as_it_says(cases: Path) -> None:
    told = promtool("test", "rules", cases)
    assert told.returncode == 0, told.stdout + told.stderr


def test_every_alert_has_a_case_that_fires_and_one_that_does_not() -> None:
    fires: dict[bool, set[str]] = {True: set(), False: set()}
    for file in CASES:
        for case in yaml.safe_load(file.read_text())["tests"]:
            for told in case["alert_rule_test"]:
                fires[bool(told["exp_alerts"])].add(told["alertname"])
    names = {rule["alert"] for rule in alerts()}
    assert fires[True] == names
    # Whatever happens, the dead man's switch fires.
    assert fires[False] == names - {"Watchdog"}


def test_every_alert_has_its_page_and_no_page_is_of_nothing() -> None:
    pages = {path.stem: path.read_text() for path in (ROOT / "docs/runbooks").glob("*.md")}
    assert pages.keys() == {rule["alert"] for rule in alerts()}
    for rule in alerts():
        page = pages[rule["alert"]]
        assert rule["annotations"]["runbook"] == f"docs/runbooks/{rule['alert']}.md"
        assert all(section in page for section in SECTIONS), rule["alert"]
        article = rule["labels"].get("article", "")
        assert not article or re.search(rf"^Article .*\b{article}\b", page, re.MULTILINE), rule["alert"]


def test_every_metric_that_a_rule_names_is_one_that_the_code_has() -> None:
    assert unknown_metrics("".join(file.read_text() for file in RULES)) == set()
