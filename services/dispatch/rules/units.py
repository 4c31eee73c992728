"""Who may be given a ticket: an open unit that is not complained about (17)."""

from __future__ import annotations

from dataclasses import dataclass

from regulation.articles import Article, NotAllowed
from services.dispatch.rules.order import Order

SECRECY = Article(17)


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as directory told it. `above` are its superiors, the nearest first; `staff` its active accounts."""

    unit_id: str
    name: str
    open: bool = True
    hub: bool = False
    handling_tenant_id: str = ""
    successor: str = ""  # the name of the unit its work went to
    above: tuple[tuple[str, str], ...] = ()  # (unit id, name)
    staff: frozenset[str] = frozenset()


def may_receive(unit: Unit, order: Order, article: Article) -> None:
    """11(2), 17. Raises NotAllowed for a unit that is closed, and for one the ticket must be kept from.

    The ticket is kept from the party complained about, its descendants, and a unit whose every active account belongs
    to the party's people; the refusal names the nearest superior without conflict.
    """
    if not unit.open:
        instead = f"，其职责已并入{unit.successor}" if unit.successor else ""
        raise NotAllowed(article, f"{unit.name}已停止接收工单{instead}，请改派其他单位")
    if conflicted(unit, order):
        superior = clear_superior(unit, order)
        instead = f"请改派其上级{superior}" if superior else "请改派与被投诉人无利害关系的单位"
        raise NotAllowed(SECRECY, f"{unit.name}是被投诉人、其下属单位，或其经办人员均为被投诉人，不得向其转交；{instead}")


def conflicted(unit: Unit, order: Order) -> bool:
    """17: whether the ticket must be kept from this unit."""
    line = {unit.unit_id, *(each for each, _ in unit.above)}
    only_party = bool(unit.staff) and unit.staff <= order.party_people
    return bool(line & order.party_units) or only_party


def clear_superior(unit: Unit, order: Order) -> str:
    """17: the name of the nearest superior without conflict; empty when there is none."""
    for place, (_, name) in enumerate(unit.above):
        if not {each for each, _ in unit.above[place:]} & order.party_units:
            return name
    return ""
