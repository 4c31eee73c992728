"""Loads what an action is about to change: one's own, and at the version the caller saw."""

from __future__ import annotations

from chassis.errors import Denied, Invalid, Missing, Stale
from chassis.store import Tx
from services.directory.rules.people import Person, System
from services.directory.rules.tenants import Tenant
from services.directory.rules.units import Unit, UnitState
from services.directory.store.people import load_person, load_system
from services.directory.store.tenants import load_tenant
from services.directory.store.units import load_unit, lock_unit, verbs_since

VERBS = {
    "rename_unit": "改名",
    "move_unit": "调整隶属关系",
    "set_duties": "调整职责",
    "begin_closing_unit": "开始撤销",
    "keep_unit": "恢复",
    "close_unit": "撤销",
    "merge_unit": "合并",
    "resume_closing_unit": "因有新到工单而退回撤销中",
}


def own_tenant(tx: Tx) -> Tenant:
    """The caller's tenant. Raises Missing for one that is not registered."""
    tenant = load_tenant(tx, tx.by.tenant_id)
    if tenant is None:
        raise Missing("没有登记您所在的租户，请联系运维人员")
    return tenant


def seen_unit(tx: Tx, unit_id: str) -> Unit:
    """A unit the caller may see. Raises Missing."""
    unit = load_unit(tx, unit_id)
    if unit is None:
        raise Missing(f"没有编号为 {unit_id} 的单位，请核对后重试")
    return unit


def own_unit(tx: Tx, unit_id: str) -> Unit:
    """A unit of the caller's tenant. Raises Missing, or Denied for one it may only read."""
    unit = seen_unit(tx, unit_id)
    if unit.tenant_id != tx.by.tenant_id:
        raise Denied(f"{unit.name}由其所属租户管理，您只能查看")
    return unit


def edited_unit(tx: Tx, unit_id: str, version: int) -> Unit:
    """An own unit at the version the caller saw. Raises Stale with what was done since."""
    unit = lock_unit(tx, own_unit(tx, unit_id).unit_id)
    if unit is None:
        raise Missing(f"没有编号为 {unit_id} 的单位，请核对后重试")
    if unit.version != version:
        done = "、".join(VERBS.get(verb, verb) for verb in verbs_since(tx, unit_id, version))
        raise Stale(f"{unit.name}在您查看之后已有变动（{done or '版本不符'}），请刷新后重试")
    return unit


def open_unit(tx: Tx, unit_id: str) -> Unit:
    """An own unit that people and systems may be put into. Raises Invalid for one that ends."""
    unit = own_unit(tx, unit_id)
    if unit.state is not UnitState.OPEN:
        raise Invalid("unit_id", f"{unit.name}当前{unit.state.term}，请选择在用的单位")
    return unit


def own_person(tx: Tx, person_id: str) -> Person:
    """A person of the caller's tenant. Raises Missing, or Denied for one it may only read."""
    person = load_person(tx, person_id)
    if person is None:
        raise Missing(f"没有编号为 {person_id} 的人员，请核对后重试")
    if person.tenant_id != tx.by.tenant_id:
        raise Denied(f"{person.name}由其所属租户管理，您只能查看")
    return person


def edited_person(tx: Tx, person_id: str, version: int) -> Person:
    """An own person at the version the caller saw. Raises Stale."""
    person = own_person(tx, person_id)
    if person.version != version:
        raise Stale(f"{person.name}的资料在您查看之后已有变动（现为第{person.version}版），请刷新后重试")
    return person


def own_system(tx: Tx, system_id: str) -> System:
    """A system of the caller's tenant. Raises Missing, or Denied for one it may only read."""
    system = load_system(tx, system_id)
    if system is None:
        raise Missing(f"没有编号为 {system_id} 的系统，请核对后重试")
    if system.tenant_id != tx.by.tenant_id:
        raise Denied(f"系统{system.name}由其所属租户管理，您只能查看")
    return system
