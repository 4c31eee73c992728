"""Verbs on units. Each takes the tenant's lock, so that the tree is changed by one at a time."""

from __future__ import annotations

from dataclasses import dataclass

from chassis import journal
from chassis.errors import Invalid
from chassis.store import Tx
from regulation.articles import Article
from services.directory.actions.contacts import hand_over_contacts
from services.directory.actions.loading import edited_unit, own_unit
from services.directory.actions.people import hand_over_people
from services.directory.actions.systems import hand_over_systems
from services.directory.actions.telling import tell_unit
from services.directory.rules import units as rules
from services.directory.rules.units import Unit, UnitKind
from services.directory.store.units import ancestors, children, hold_orders, holding, lock_tenant, name_taken, save_unit, save_units

ARTICLE = Article(4).code


@dataclass(frozen=True)
class Edit:
    """Which unit, at which version, and why."""

    unit_id: str
    version: int
    reason: str


def add_unit(tx: Tx, parent_id: str, *, name: str, short_name: str, kind: UnitKind, duties: tuple[str, ...], reason: str) -> Unit:
    """A new unit below one's own."""
    lock_tenant(tx)
    parent = own_unit(tx, parent_id)
    fresh = Unit(tx.new_id(), tx.by.tenant_id, name, short_name or name, parent_id, kind, duties=duties)
    unit = rules.add_unit(fresh, parent, len(ancestors(tx, parent)))
    _refuse_taken(tx, unit)
    save_units(tx, [unit], "add_unit", reason)
    _record(tx, unit, "add_unit", reason)
    return unit


def rename_unit(tx: Tx, edit: Edit, name: str, short_name: str) -> Unit:
    """Another name; the id and the past stay."""
    lock_tenant(tx)
    unit = rules.rename_unit(edited_unit(tx, edit.unit_id, edit.version), name, short_name or name)
    _refuse_taken(tx, unit)
    return _save(tx, unit, "rename_unit", edit.reason)


def move_unit(tx: Tx, edit: Edit, parent_id: str) -> Unit:
    """Another place in the tree."""
    lock_tenant(tx)
    unit = edited_unit(tx, edit.unit_id, edit.version)
    parent = own_unit(tx, parent_id)
    return _save(tx, rules.move_unit(unit, parent, ancestors(tx, parent)), "move_unit", edit.reason)


def set_duties(tx: Tx, edit: Edit, duties: tuple[str, ...]) -> Unit:
    """Other duties."""
    lock_tenant(tx)
    return _save(tx, rules.set_duties(edited_unit(tx, edit.unit_id, edit.version), duties), "set_duties", edit.reason)


def begin_closing_unit(tx: Tx, edit: Edit) -> Unit:
    """From now on no new order reaches it."""
    lock_tenant(tx)
    return _save(tx, rules.begin_closing_unit(edited_unit(tx, edit.unit_id, edit.version)), "begin_closing_unit", edit.reason)


def keep_unit(tx: Tx, edit: Edit) -> Unit:
    """A begun closing taken back."""
    lock_tenant(tx)
    return _save(tx, rules.keep_unit(edited_unit(tx, edit.unit_id, edit.version)), "keep_unit", edit.reason)


def close_unit(tx: Tx, edit: Edit) -> Unit:
    """Closed, once nothing hangs on it."""
    hold_orders(tx)
    lock_tenant(tx)
    unit = edited_unit(tx, edit.unit_id, edit.version)
    return _save(tx, rules.close_unit(unit, holding(tx, unit.unit_id)), "close_unit", edit.reason)


def merge_unit(tx: Tx, edit: Edit, successor_id: str) -> tuple[Unit, Unit]:
    """Closed, and everything of it but its past with the successor."""
    hold_orders(tx)
    lock_tenant(tx)
    unit = edited_unit(tx, edit.unit_id, edit.version)
    before = own_unit(tx, successor_id)
    unit, successor = rules.merge_unit(unit, before, ancestors(tx, before), holding(tx, unit.unit_id))
    for child in children(tx, unit.unit_id):
        _save(tx, rules.adopt_unit(child, successor_id), "move_unit", edit.reason)
    hand_over_people(tx, unit.unit_id, successor_id)
    hand_over_systems(tx, unit.unit_id, successor_id)
    hand_over_contacts(tx, unit.unit_id, successor_id)
    _save(tx, successor, "take_over_unit", edit.reason)
    return _save(tx, unit, "merge_unit", edit.reason), successor


def resume_closing_unit(tx: Tx, unit: Unit) -> None:
    """An order reached a closed unit after all."""
    _save(tx, rules.resume_closing_unit(unit), "resume_closing_unit", "收到撤销前派出的工单，须先改派")


def record_new_units(tx: Tx, fresh: list[Unit], reason: str) -> None:
    """Units that come with a tenant: saved, journalled, told."""
    save_units(tx, fresh, "add_unit", reason)
    for unit in fresh:
        _record(tx, unit, "add_unit", reason)


def _save(tx: Tx, unit: Unit, verb: str, reason: str) -> Unit:
    save_unit(tx, unit, verb, reason)
    _record(tx, unit, verb, reason)
    return unit


def _record(tx: Tx, unit: Unit, verb: str, reason: str) -> None:
    detail = {"reason": reason, "name": unit.name, "state": unit.state.value, "version": unit.version}
    handling = unit.handling_tenant_id or None
    journal.append(tx, unit.unit_id, verb, ARTICLE, detail, tenant_id=unit.tenant_id, handling_tenant_id=handling)
    tell_unit(tx, unit)


def _refuse_taken(tx: Tx, unit: Unit) -> None:
    if name_taken(tx, unit.name, but=unit.unit_id):
        raise Invalid("name", f"已有名为{unit.name}的单位，请使用其他名称")
