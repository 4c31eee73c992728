"""What in a text speaks for an urgent ticket (Art. 13): words for what happened, denials, and how many it concerns."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

from regulation.urgency import UrgentKind

_CLAUSE_ENDS = re.compile(r"[，,。！!？?；;：:\n]")
_DIGITS = {character: number for number, character in enumerate("〇一二三四五六七八九")} | {"两": 2, "零": 0}
_UNITS = {"十": 10, "百": 100, "千": 1000, "万": 10000}
_COUNTED = re.compile(r"([0-9]{1,7}|[〇零一二两三四五六七八九十百千万]{1,8})(?:多|余|来|几)?个?(户|家|人|名)")


@dataclass(frozen=True)
class UrgencySign:
    """A kind of urgent matter, with the text's words that speak for it."""

    kind: UrgentKind
    words: tuple[str, ...]
    scale: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Table:
    """seed/urgent.toml."""

    beginning: int
    kinds: tuple[tuple[UrgentKind, tuple[str, ...], bool], ...]
    scale: tuple[str, ...]
    places: str
    gap: int
    least: dict[str, int]
    own: tuple[str, ...]
    denied: re.Pattern[str]
    named: tuple[str, ...]
    kept_up: tuple[str, ...]


def urgency_of(text: str) -> list[UrgencySign]:
    """The kinds of Art. 13 that a masked text speaks of, in the article's order; a person decides."""
    table = _table()
    clauses = [clause for clause in _CLAUSE_ENDS.split(text[: table.beginning]) if clause.strip()]
    found = []
    for kind, every, needs_scale in table.kinds:
        words = tuple(word for word in every if not _lasts(clauses, word, table))
        said = dict.fromkeys(word for clause in clauses for word in _happened(clause, words, table))
        scale = dict.fromkeys(each for clause in clauses for each in _scale(clause, words, table)) if said and needs_scale else {}
        if said and (scale or not needs_scale):
            found.append(UrgencySign(kind, _longest(said), _longest(scale)))
    return found


def _happened(clause: str, words: tuple[str, ...], table: _Table) -> Iterator[str]:
    """The words of a clause that say it happened and is not over."""
    for word in words:
        at = clause.find(word)
        if at >= 0 and not table.denied.search(clause[:at]) and not clause[at + len(word) :].startswith(table.named):
            yield word


def _lasts(clauses: list[str], word: str, table: _Table) -> bool:
    """Whether a word is of what happens all the time, or was long ago."""
    return any(word in clause and any(each in clause for each in table.kept_up) for clause in clauses)


def _scale(clause: str, words: tuple[str, ...], table: _Table) -> Iterator[str]:
    """The words of a clause that say that many are concerned."""
    yield from (word for word in table.scale if word in clause)
    for number, counted in _COUNTED.findall(clause):
        if _value(number) >= table.least[counted]:
            yield f"{number}{counted}"
    if not any(word in clause for word in table.own):
        for word in words:
            if place := re.search(rf"(?:{table.places})[^，。]{{0,{table.gap}}}{word}", clause):
                yield place[0]


def _longest(words: dict[str, None]) -> tuple[str, ...]:
    """Without the words that are part of another."""
    return tuple(word for word in words if not any(word != other and word in other for other in words))


def _value(number: str) -> int:
    """12 for 12 and for 十二."""
    if number.isdigit() and number.isascii():
        return int(number)
    total, digit = 0, 0
    for character in number:
        if character in _DIGITS:
            digit = _DIGITS[character]
        else:
            unit = _UNITS[character]
            total = (total + digit) * unit if unit > total > 0 else total + max(digit, 1) * unit
            digit = 0
    return total + digit


@cache
def _table() -> _Table:
    text = resources.files("services.intake").joinpath("seed", "urgent.toml").read_text(encoding="utf-8")
    read = tomllib.loads(text)
    scale, against = read["scale"], read["against"]
    denied, between = ("|".join(map(re.escape, against[name])) for name in ("denied", "between"))
    households, people = scale["households"], scale["people"]
    return _Table(
        beginning=read["beginning"],
        kinds=tuple((UrgentKind(each["name"]), tuple(each["words"]), each.get("scale", False)) for each in read["kind"]),
        scale=tuple(scale["words"]),
        places="|".join(map(re.escape, scale["places"])),
        gap=scale["gap"],
        least={"户": households, "家": households, "人": people, "名": people},
        own=tuple(against["own"]),
        denied=re.compile(rf"(?:{denied})(?:{between})*$"),
        named=tuple(against["named"]),
        kept_up=tuple(against["kept_up"]),
    )
