"""A plug-in's settings, as an operator writes them in TOML: checked against its dataclass, and told clearly where wrong."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from pathlib import Path
from typing import Any, TypeVar, get_type_hints
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from chassis.errors import Unusable

T = TypeVar("T")


def configured(kind: type[T], told: Mapping[str, Any], plugin: str) -> T:
    """The settings. Raises Unusable naming the field that is unknown, missing or wrong, and never its value."""
    known: dict[str, Field[Any]] = {each.name: each for each in fields(kind)}  # type: ignore[arg-type]  # of a dataclass
    if unknown := sorted(told.keys() - known.keys()):
        raise Unusable(f"{plugin} 没有名为 {'、'.join(unknown)} 的设置：可用 {'、'.join(known)}")
    if missing := [name for name, each in known.items() if name not in told and _is_needed(each)]:
        raise Unusable(f"{plugin} 缺少设置 {'、'.join(missing)}")
    hints = get_type_hints(kind)
    return kind(**{name: _read(hints[name], value, f"{plugin} 的设置 {name}") for name, value in told.items()})


def _is_needed(each: Field[Any]) -> bool:
    return each.default is MISSING and each.default_factory is MISSING


def _read(hint: Any, value: Any, name: str) -> Any:
    nested = next((each for each in (hint, *getattr(hint, "__args__", ())) if is_dataclass(each)), None)
    if isinstance(nested, type) and isinstance(value, Mapping):
        return configured(nested, value, name)
    try:
        return _plain(hint, value)
    except (TypeError, ValueError, ZoneInfoNotFoundError):
        raise Unusable(f"{name} 不可用") from None


def _plain(hint: Any, value: Any) -> Any:
    """A value as its field wants it. Raises TypeError and ValueError."""
    readers: dict[Any, Callable[[Any], Any]] = {Path: Path, bytes: bytes.fromhex, float: _number, ZoneInfo: ZoneInfo}
    if hint in readers:
        return readers[hint](value)
    if hint in (int, str):
        if type(value) is not hint:
            raise TypeError
        return value
    origin = getattr(hint, "__origin__", None)
    if origin is frozenset:
        return frozenset(map(int, value))
    if origin is Mapping:
        return {str(name): str(each) for name, each in dict(value).items()}
    if value not in hint.__args__:
        raise ValueError
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool):
        raise TypeError
    return float(value)
