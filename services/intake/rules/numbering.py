"""Ticket numbers: short, of the day, for people to read out. T250106-00042."""

from __future__ import annotations

from datetime import date

# A registration takes the next number of a block that nobody else holds at that moment.
BLOCK = 50


def number_of(day: date, block: int, used: int) -> str:
    """The number after `used` ones of a block, counted from 0. The letter keeps it from looking like a phone number."""
    return f"T{day:%y%m%d}-{block * BLOCK + used + 1:05d}"
