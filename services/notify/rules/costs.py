"""What messages cost, in yuan; money is decimal, with four places."""

from __future__ import annotations

from decimal import Decimal

WHOLE_UNITS, PART_UNITS = 70, 67
CENT_OF_CENT = Decimal("0.0001")


def parts_of(text: str) -> int:
    """Short messages that a text takes: 70 characters of UCS-2 alone, 67 in each of several (3GPP TS 23.040)."""
    units = len(text.encode("utf-16-be", "replace")) // 2
    return 1 if units <= WHOLE_UNITS else -(-units // PART_UNITS)


def cost_of(text: str, price: Decimal) -> Decimal:
    """At a price for each part."""
    return (price * parts_of(text)).quantize(CENT_OF_CENT)


def fits(spent: Decimal, cost: Decimal, ceiling: Decimal) -> bool:
    """Whether a message may still be paid for today; one that costs nothing always."""
    return not cost or spent + cost <= ceiling
