"""By which share a figure changed."""

from __future__ import annotations

from decimal import Decimal

_TENTH_OF_A_PERCENT = Decimal("0.001")


def trend(now: int, before: int) -> Decimal | None:
    """To a tenth of a percent; None where there was nothing before."""
    return (Decimal(now - before) / before).quantize(_TENTH_OF_A_PERCENT) if before else None
