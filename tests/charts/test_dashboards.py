"""The dashboards that the chart takes along: as the builder makes them, each expression one that Prometheus reads, the law whole."""

from __future__ import annotations

from pathlib import Path

import yaml

from charts.dashboards.__main__ import FOLDER, texts
from charts.dashboards.law import CLAUSES, NOT_SHOWN, RATES
from regulation.ledger import LEDGER
from tests.charts.expressions import panels
from tests.charts.test_rules import promtool, unknown_metrics

SOME = {"tenant": "zibo", "district": "zhangdian", "service": "dispatch"}


def test_the_files_are_those_that_the_builder_makes() -> None:
    kept = {file.name: file.read_text(encoding="utf-8") for file in FOLDER.glob("*.json")}
    assert kept == texts(), "run python -m charts.dashboards"


def test_prometheus_reads_every_expression(tmp_path: Path) -> None:
    asked = [expression for panel in panels() for expression in panel.with_values(SOME)]
    assert len(asked) > 80
    rules = [{"record": f"asked:{place}", "expr": each} for place, each in enumerate(asked)]
    file = tmp_path / "asked.yaml"
    file.write_text(yaml.dump({"groups": [{"name": "asked", "rules": rules}]}), encoding="utf-8")
    told = promtool("check", "rules", file)
    assert told.returncode == 0, told.stdout + told.stderr
    assert unknown_metrics("\n".join(asked)) == set()


def test_every_article_has_its_row_or_why_it_has_none() -> None:
    shown = [clause.code for clause in CLAUSES] + list(RATES)
    assert len(shown) == len({*shown})
    assert {*shown}.isdisjoint(NOT_SHOWN)
    assert {*shown} | NOT_SHOWN.keys() == LEDGER.keys()


def test_every_clause_of_the_law_has_its_breaches_recorded() -> None:
    rules = yaml.safe_load((FOLDER.parent / "rules" / "recording.yaml").read_text(encoding="utf-8"))
    recorded = {
        rule["labels"]["article"] for group in rules["groups"] for rule in group["rules"] if rule["record"] == "hotline:breaches:1d"
    }
    assert recorded == {clause.code for clause in CLAUSES}
