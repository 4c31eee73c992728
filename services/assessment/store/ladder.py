"""Rungs of the ladder (Art. 16) as rows."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from chassis.store import Tx
from regulation.articles import NotAllowed
from services.assessment.rules.ladder import LADDER_ARTICLE, Outcome, Rung
from services.assessment.store.raised import rungs

Row = Mapping[Any, Any]


def of_supervision(tx: Tx, supervision_id: str) -> list[Row]:
    """Its rungs, the earliest first."""
    return sorted(tx.rows(rungs, supervision_id=supervision_id), key=lambda each: each["raised_at"])


def demand_none_open(tx: Tx, supervision_id: str) -> None:
    """Raises NotAllowed while a rung has no outcome."""
    for row in tx.rows(rungs, supervision_id=supervision_id, outcome=Outcome.OPEN.value):
        raise NotAllowed(LADDER_ARTICLE, f"“{Rung(row['rung']).term}”尚无结果，请先登记其结果再销号")
