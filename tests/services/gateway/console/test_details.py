"""What a journal's step says, for people."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.gateway.console.details import _table, facts
from services.gateway.console.names import Categories, Units
from services.gateway.console.words import codes, table

UNITS = Units({"water": "市水务局", "roads": "市交通局"}, (), ())
CATEGORIES = Categories({"01.01.01": "公用事业 / 供水"}, ())
SERVICES = Path(__file__).parents[4] / "services"
# Which row or version a step changed, and which tenant's row it is.
FOR_PROGRAMS = frozenset(
    {"order", "outer", "version", "round", "coordination", "session_id", "key_id", "contact_id", "message", "why", "state",
     "tenant_id", "handling_tenant_id", "at", "by", "begins", "attachment_id", "media_type", "size", "repeats_ticket_id",
     "recurs_ticket_id", "group_ticket_id", "entry_id", "entry_version"}
)  # fmt: skip
WRITERS = frozenset({"change", "note", "append", "record", "record_first", "_change", "_record", "_end"})


@pytest.mark.parametrize(
    ("detail", "said"),
    [
        ({"order": "o-1", "version": 2, "round": 1}, ""),
        (
            {"unit": "water", "due_at": "2025-01-13T16:00:00+00:00", "state": "dispatched"},
            "承办单位：市水务局；期限：2025年1月14日 周二 00:00；状态：待签收",
        ),
        ({"units": "water,roads,elsewhere"}, "单位：市水务局、市交通局、elsewhere"),
        (
            {"process": "satisfied", "result": "fair", "via": "phone"},
            "对服务过程：满意；对办理结果：基本满意；评价途径：电话回访",
        ),
        ({"roles": ["ROLE_HANDLER", "ROLE_UNIT_LEAD"], "urgent": False, "late": True}, "岗位：承办人、承办单位负责人；已超期：是"),
        ({"policies": {"recording_days": "90"}, "reason": "演示决定"}, "政策设置：回访录音保存（自然日） 90；理由：演示决定"),
        ({"state": "open"}, "状态：在用"),
        ({"state": "found", "purpose": "answer_passed"}, "用途：答复告知"),
        (
            {"category": "01.01.01", "settle_by": "2025-01-06T01:00:00+00:00"},
            "诉求分类：公用事业 / 供水；应即时处理：2025年1月6日 周一 09:00",
        ),
    ],
)
def test_facts_are_told_under_their_words_and_by_what_is_called_so(detail: dict[str, Any], said: str) -> None:
    assert facts(json.dumps(detail), UNITS, CATEGORIES) == said


def test_every_fact_that_is_kept_has_a_word_or_is_for_programs() -> None:
    kept = {name for service in ("dispatch", "directory", "intake") for name in _kept(SERVICES / service / "actions")}
    assert {"reason", "suggested_unit", "policies"} <= kept
    assert kept - _table()["words"].keys() - FOR_PROGRAMS == set()
    assert _table()["enums"].keys() <= _table()["words"].keys()
    assert {enum for enums in _table()["enums"].values() for enum in enums} <= table().keys() | codes().keys()


def _kept(folder: Path) -> Iterator[str]:
    """The names under which actions give facts to a step: keywords, and the keys of dicts that are written out."""
    for file in folder.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _name(node.func) in WRITERS:
                yield from (each.arg for each in node.keywords if each.arg)
                yield from (key for each in node.args for key in _keys(each))
            elif isinstance(node, ast.Assign) and _name(node.targets[0]) == "detail":
                yield from _keys(node.value)


def _keys(node: ast.expr) -> list[str]:
    return [str(ast.literal_eval(key)) for key in node.keys if isinstance(key, ast.Constant)] if isinstance(node, ast.Dict) else []


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
