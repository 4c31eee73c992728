"""Undertaking units (承办单位, Art. 4): how one comes, changes and ends.

A unit ends in two steps. While it is closing it gets no new order, and those it has go elsewhere or to their end;
only then is it closed or merged, or Art. 8(2) would have nobody left to answer. Its id is never used again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from chassis.errors import Invalid
from regulation.articles import Article, NotAllowed

# Deeper than any city: city, district, hub, town, village and office.
DEEPEST = 8
MOST_DUTIES = 60


class UnitState(StrEnum):
    """Where a unit stands."""

    OPEN = "open"
    CLOSING = "closing"
    CLOSED = "closed"

    @property
    def term(self) -> str:
        """Its Chinese name."""
        return {"open": "在用", "closing": "撤销中", "closed": "已撤销"}[self.value]


class UnitKind(StrEnum):
    """What a unit is."""

    HUB = "hub"
    DEPARTMENT = "department"
    ENTERPRISE = "enterprise"
    DISTRICT = "district"
    TOWN = "town"


# The frame of the tree (Art. 5, 7): set up with the tenants, neither added nor ended by an administrator.
FRAME = frozenset({UnitKind.HUB, UnitKind.DISTRICT})


@dataclass(frozen=True)
class Unit:
    """A unit as it stands; `version` counts its changes from 1."""

    unit_id: str
    tenant_id: str
    name: str
    short_name: str
    parent_id: str
    kind: UnitKind
    state: UnitState = UnitState.OPEN
    handling_tenant_id: str = ""
    successor_id: str = ""
    duties: tuple[str, ...] = ()
    version: int = 1


@dataclass(frozen=True)
class Holding:
    """What still hangs on a unit."""

    open_orders: int
    children: int
    people: int


def add_unit(unit: Unit, parent: Unit, depth: int) -> Unit:
    """A new unit below `parent`, which stands `depth` deep. Raises Invalid, or NotAllowed (Art. 5) for the frame."""
    if unit.kind in FRAME:
        raise NotAllowed(Article(5), "热线工作机构和区县随租户一并设立，不能在此新增；请选择部门、企事业单位或镇街")
    _check_parent(unit, parent, depth)
    return replace(unit, duties=checked_duties(unit.duties))


def rename_unit(unit: Unit, name: str, short_name: str) -> Unit:
    """The unit under another name; its past keeps the old one. Raises NotAllowed (Art. 4) once it is closed."""
    _refuse_closed(unit, "改名")
    if (name, short_name) == (unit.name, unit.short_name):
        raise Invalid("name", "名称没有变化，请填写新的名称")
    return _next(unit, name=name, short_name=short_name)


def move_unit(unit: Unit, parent: Unit, ancestors: tuple[str, ...]) -> Unit:
    """The unit below another parent, whose ids upwards are `ancestors`. Raises Invalid for a circle."""
    _refuse_closed(unit, "调整隶属关系")
    if unit.kind in FRAME:
        raise NotAllowed(Article(5), "热线工作机构和区县的隶属关系随租户确定，不能在此调整")
    if parent.unit_id == unit.parent_id:
        raise Invalid("parent_id", "上级单位没有变化，请选择另一个上级单位")
    if unit.unit_id in (parent.unit_id, *ancestors):
        raise Invalid("parent_id", "上级单位不能是本单位或其下级单位，请另选上级单位")
    _check_parent(unit, parent, len(ancestors))
    return _next(unit, parent_id=parent.unit_id)


def set_duties(unit: Unit, duties: tuple[str, ...]) -> Unit:
    """The unit with other duties. Raises NotAllowed (Art. 4) once it is closed."""
    _refuse_closed(unit, "调整职责")
    return _next(unit, duties=checked_duties(duties))


def begin_closing_unit(unit: Unit) -> Unit:
    """From now on no new order reaches it. Raises NotAllowed (Art. 4) when it is not open or belongs to the frame."""
    if unit.kind in FRAME:
        raise NotAllowed(Article(5), "热线工作机构和区县不能在此撤销；区划调整须先由市政府决定并重新设立租户")
    if unit.state is not UnitState.OPEN:
        raise NotAllowed(Article(4), f"{unit.name}当前{unit.state.term}，只有在用的单位可以开始撤销")
    return _next(unit, state=UnitState.CLOSING)


def keep_unit(unit: Unit) -> Unit:
    """A begun closing taken back. Raises NotAllowed (Art. 4) when none was begun."""
    _demand_closing(unit, "恢复")
    return _next(unit, state=UnitState.OPEN)


def close_unit(unit: Unit, holding: Holding) -> Unit:
    """Closed for good. Raises NotAllowed (Art. 4, 8) while anything still hangs on it."""
    _demand_closing(unit, "撤销")
    _refuse_open_orders(unit, holding)
    if holding.children:
        raise NotAllowed(Article(4), f"{unit.name}还有{holding.children}个下级单位，请先调整其隶属关系，或改用合并")
    if holding.people:
        raise NotAllowed(Article(8, 1), f"{unit.name}还有{holding.people}名在用人员，请先调整其所在单位或停用，或改用合并")
    return _next(unit, state=UnitState.CLOSED)


def merge_unit(unit: Unit, successor: Unit, ancestors: tuple[str, ...], holding: Holding) -> tuple[Unit, Unit]:
    """The unit, closed, and its successor with the duties of both; `ancestors` are the successor's ids upwards.

    Raises NotAllowed (Art. 4, 8(2)) while the unit has open orders, Invalid for a successor that cannot be one.
    """
    _demand_closing(unit, "合并")
    if unit.unit_id in (successor.unit_id, *ancestors):
        raise Invalid("successor_id", "承接单位不能是本单位或其下级单位，请另选承接单位")
    if successor.tenant_id != unit.tenant_id or successor.kind in FRAME:
        raise Invalid("successor_id", "承接单位应为本级的部门、企事业单位或镇街，请另选承接单位")
    if successor.state is not UnitState.OPEN:
        raise NotAllowed(Article(4), f"{successor.name}当前{successor.state.term}，不能承接，请另选承接单位")
    _refuse_open_orders(unit, holding)
    duties = tuple(dict.fromkeys((*successor.duties, *unit.duties)))[:MOST_DUTIES]
    return _next(unit, state=UnitState.CLOSED, successor_id=successor.unit_id), _next(successor, duties=duties)


def resume_closing_unit(unit: Unit) -> Unit:
    """A closed unit that an order reached after all, sent before the closing was known: it must go elsewhere too."""
    return _next(unit, state=UnitState.CLOSING, successor_id="")


def adopt_unit(unit: Unit, parent_id: str) -> Unit:
    """The unit below the successor of the parent it had."""
    return _next(unit, parent_id=parent_id)


def checked_duties(duties: tuple[str, ...]) -> tuple[str, ...]:
    """The duties. Raises Invalid for too many, and for one that is blank or there twice."""
    if len(duties) > MOST_DUTIES:
        raise Invalid("duties", f"职责最多{MOST_DUTIES}条，请归并后再填")
    if not all(duty.strip() for duty in duties) or len(set(duties)) != len(duties):
        raise Invalid("duties", "职责不能有空白或重复的条目")
    return duties


def _next(unit: Unit, **changes: object) -> Unit:
    return replace(unit, version=unit.version + 1, **changes)  # type: ignore[arg-type]  # named fields of Unit


def _refuse_closed(unit: Unit, act: str) -> None:
    if unit.state is UnitState.CLOSED:
        raise NotAllowed(Article(4), f"{unit.name}已撤销，不能{act}")


def _demand_closing(unit: Unit, act: str) -> None:
    if unit.state is not UnitState.CLOSING:
        raise NotAllowed(Article(4), f"{unit.name}当前{unit.state.term}，须先开始撤销才能{act}")


def _refuse_open_orders(unit: Unit, holding: Holding) -> None:
    if holding.open_orders:
        raise NotAllowed(Article(8, 2), f"{unit.name}还有{holding.open_orders}件未办结工单，请先改派其他单位或办结")


def _check_parent(unit: Unit, parent: Unit, depth: int) -> None:
    if parent.tenant_id != unit.tenant_id:
        raise Invalid("parent_id", "上级单位应为本级的单位，请另选上级单位")
    if parent.state is not UnitState.OPEN:
        raise NotAllowed(Article(4), f"{parent.name}当前{parent.state.term}，不能作为上级单位")
    if depth + 1 >= DEEPEST:
        raise Invalid("parent_id", f"单位层级不能超过{DEEPEST}级，请选择更高一级的上级单位")
