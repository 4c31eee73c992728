"""The province's codes in our words. A code without a mapping is taken with a warning, never dropped."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from regulation.natures import Nature

NO_MAPPING = "代码对照表中没有，请受理时核定"


@dataclass(frozen=True)
class Warning:  # noqa: A001 - what it is called to people; Python's own is not wanted here
    """Something that was kept as it came: what it concerns, what the province wrote, and why it was not understood."""

    about: str
    said: str
    why: str = NO_MAPPING


@dataclass(frozen=True)
class Codes:
    """What the province's codes stand for: natures (Art. 3), third-level categories, districts by their tenant."""

    nature: Mapping[str, str] = field(default_factory=dict)
    category: Mapping[str, str] = field(default_factory=dict)
    place: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if wrong := sorted(set(self.nature.values()) - set(Nature)):
            raise ValueError(f"no nature: {wrong[0]}")


@dataclass(frozen=True)
class Read:
    """A message's codes in our words; empty where a person must say."""

    nature: str
    category: str
    district: str
    warnings: tuple[Warning, ...]


def read_codes(codes: Codes, nature: str, category: str, place: str) -> Read:
    """The codes as far as they are known, and a warning for each that is not. An empty code says nothing."""
    said = {"nature": nature, "category": category, "place": place}
    found = {about: getattr(codes, about).get(code, "") for about, code in said.items()}
    warnings = tuple(Warning(about, code) for about, code in said.items() if code and not found[about])
    return Read(found["nature"], found["category"], found["place"], warnings)
