"""What a person enters, of whatever assessment is about: words, a month, a decimal; and how it is refused."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from chassis.errors import Invalid

_MONTH = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])")


def demand_words(field: str, said: str, missing: str, article: str) -> None:
    """Words that a step cannot do without. Raises Invalid, saying what is missing, where there are none."""
    if not said.strip():
        raise Invalid(field, missing, article)


def is_month(text: str) -> bool:
    """Whether it is written like one: 2025-03."""
    return _MONTH.fullmatch(text) is not None


def checked_month(month: str, article: str) -> str:
    """The month itself. Raises Invalid for what is none."""
    if not is_month(month):
        raise Invalid("month", "请填写月份，例如 2025-03", article)
    return month


def decimal_of(text: str, most: Decimal, step: Decimal) -> Decimal | None:
    """As it was written; none for what is no number from 0 to the most, or is finer than a step (0.01: two places)."""
    try:
        given = Decimal(text)
    except InvalidOperation:
        return None
    return given if given.is_finite() and 0 <= given <= most and given == given.quantize(step) else None
