"""6(3): what an inspection (质检) finds of a call or a ticket."""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from chassis.errors import Invalid
from services.assessment.rules.entered import decimal_of
from services.assessment.rules.seats import CONTRACT

_TENTHS = Decimal("0.1")
_HUNDRED = Decimal(100)


class Inspected(enum.StrEnum):
    """What was inspected."""

    CALL = "call"
    TICKET = "ticket"


class Defect(enum.StrEnum):
    """What is wrong with a ticket as it was taken down (10: 全面记录)."""

    INCOMPLETE = "incomplete"
    INACCURATE = "inaccurate"
    CATEGORY = "category"
    WORDING = "wording"
    DUPLICATE = "duplicate"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Found:
    """Of a call a score of a hundred, of a ticket its defects."""

    inspected: Inspected
    score: Decimal | None
    defects: tuple[Defect, ...]
    evidence: str


def found(inspected: Inspected | None, score: str, defects: Sequence[Defect], evidence: str) -> Found:
    """What a person found. Raises Invalid, with the field."""
    if inspected is None:
        raise Invalid("inspected", "请选择质检的对象：通话或工单", CONTRACT.code)
    if not evidence.strip():
        raise Invalid("evidence", "请填写质检的依据", CONTRACT.code)
    if inspected is Inspected.CALL and defects:
        raise Invalid("defects", "工单差错只能对工单录入，通话请打分", CONTRACT.code)
    if inspected is Inspected.TICKET and score:
        raise Invalid("score", "得分只能对通话录入，工单请选择差错", CONTRACT.code)
    return Found(inspected, _score(score) if inspected is Inspected.CALL else None, tuple(dict.fromkeys(defects)), evidence)


def _score(text: str) -> Decimal:
    given = decimal_of(text, _HUNDRED, _TENTHS)
    if given is None:
        raise Invalid("score", "请填写0至100之间的得分，至多一位小数", CONTRACT.code)
    return given.quantize(_TENTHS)
