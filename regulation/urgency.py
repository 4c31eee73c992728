"""Article 13: what makes a ticket an urgent one (紧急事项)."""

from __future__ import annotations

from enum import StrEnum


class UrgentKind(StrEnum):
    """涉及较大规模停水、停电、停气、停暖,发生灾情、疫情、环境污染、公共安全事件等."""

    WATER = "water"
    POWER = "power"
    GAS = "gas"
    HEAT = "heat"
    DISASTER = "disaster"
    EPIDEMIC = "epidemic"
    POLLUTION = "pollution"
    PUBLIC_SAFETY = "public_safety"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return _TERMS[self]


_TERMS = {
    UrgentKind.WATER: "较大规模停水",
    UrgentKind.POWER: "较大规模停电",
    UrgentKind.GAS: "较大规模停气",
    UrgentKind.HEAT: "较大规模停暖",
    UrgentKind.DISASTER: "灾情",
    UrgentKind.EPIDEMIC: "疫情",
    UrgentKind.POLLUTION: "环境污染",
    UrgentKind.PUBLIC_SAFETY: "公共安全事件",
}
