"""Words of a ticket: pairs of characters by which it is found, and what is shown of it. Chinese has no spaces to part words by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from chassis.errors import Invalid

SEARCHED = timedelta(days=90)
SHORTEST = 2
AROUND = 30
_HALF_WIDTH = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}


@dataclass(frozen=True)
class Found:
    """The words as a text spells them, and what stands around the first."""

    words: tuple[str, ...]
    excerpt: str


def words_of(asked: str) -> tuple[str, ...]:
    """The words that are asked for. Raises Invalid where there are none, or one is a single character."""
    words = tuple(dict.fromkeys(normal(asked).split()))
    if not words or any(len(word) < SHORTEST for word in words):
        raise Invalid("words", "请输入要查找的词，每个词至少两个字，词与词之间用空格分开")
    return words


def pairs_of(*texts: str) -> frozenset[str]:
    """Every two characters that stand side by side in a text, without those that a space parts."""
    runs = (run for text in texts for run in normal(text).split())
    return frozenset(first + second for run in runs for first, second in pairwise(run))


def find(words: tuple[str, ...], title: str, text: str) -> Found | None:
    """Where a ticket has the words; None where it lacks one: their pairs may stand apart."""
    whole = f"{title}\n{text}"
    plain = normal(whole)
    places = [plain.find(word) for word in words]
    if min(places) < 0:
        return None
    begin, end = max(places[0] - AROUND, 0), places[0] + len(words[0]) + AROUND
    around = " ".join(whole[begin:end].split())
    spelt = tuple(whole[place : place + len(word)] for place, word in zip(places, words, strict=True))
    return Found(spelt, f"{'…' if begin else ''}{around}{'…' if end < len(whole) else ''}")


def month_of(at: datetime) -> str:
    """The month (UTC) under which an instant's pairs are kept: so that a search looks through one month at a time."""
    return f"{at:%Y-%m}"


def months_back(until: datetime, since: datetime) -> list[datetime]:
    """When the months between two instants began, the newest first."""
    months = [until.replace(day=1, hour=0, minute=0, second=0, microsecond=0)]
    while months[-1] > since:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months


def normal(text: str) -> str:
    """A text in small letters and half width, character by character."""
    return text.translate(_HALF_WIDTH).lower()
