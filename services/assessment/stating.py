"""What a monthly statement of the contract says (6(3)): pure, from its lines to the content that every format renders."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from services.assessment.documents.content import Cell, Paragraph, Part, Percent, Report, Table
from services.assessment.rules.contracts import Contract, Held, Outcome
from services.assessment.rules.seats import CONTRACT, MEASURES

TITLE = "服务外包合同月度履约考核单"
COLUMNS = ("指标", "合同要求", "分子", "分母", "实际", "结果")


def statement(month: str, contract: Contract, held: Sequence[Held], issuer: str, day: dt.date, reason: str) -> Report:
    """To the company. `reason`: of a correction."""
    said = f"依据办法{CONTRACT.cite()}和合同（{contract.number}），对你公司{month}履行合同情况考核如下。"
    corrected = [Paragraph(f"本考核单为更正，更正理由：{reason}。")] if reason else []
    unmet = [MEASURES[each.measure].term for each in held if each.outcome is Outcome.UNMET]
    result = f"未达标指标：{'、'.join(unmet)}，请按合同约定整改。" if unmet else "有约定的指标均未出现不达标的情况。"
    rows = [_row(each) for each in held]
    table = Table("履约考核表", COLUMNS, rows)
    parts: list[Part] = [Paragraph(said), *corrected, table, Paragraph(result), Paragraph(_counted(contract))]
    return Report(TITLE, issuer, day, parts, contract.company)


def _row(held: Held) -> list[Cell]:
    described, figure = MEASURES[held.measure], held.figure
    value = figure.value
    bound = None if held.bound is None else f"{'不低于' if described.at_least else '不高于'}{_percent(held.bound)}"
    return [described.term, bound, figure.hits, figure.counted, None if value is None else Percent(value), held.outcome.term]


def _counted(contract: Contract) -> str:
    counting = contract.counting
    said = f"及时接听指排队后{counting.answer_within_seconds}秒内接听；质检合格指得分不低于{counting.pass_score}分"
    short = f"；排队不足{counting.short_abandon_seconds}秒即放弃的来话不计" if counting.short_abandon_seconds else ""
    return f"{said}{short}。"


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"
