"""Who keeps an entry, and who sees it (Art. 6(4), 8(3)).

An entry is its owner's. Published, it is seen by its own tenant and by the city above it; a city's that is for all also by
the districts. Row security lets the owner's rows pass alone: others read by `acting_for`, and only what this file lets them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

from chassis.errors import Denied, Stale
from chassis.store import Tx
from services.kb.asking import Narrow
from services.kb.lifecycle import KEEPING, State
from services.kb.rules.entries import FIELD_TERMS, Entry, changed_fields
from services.kb.store import copies
from services.kb.store import entries as rows
from services.kb.store.entries import Found

EVERY_UNIT = frozenset({"ROLE_KB_EDITOR", "ROLE_KB_REVIEWER", "ROLE_SUPERVISOR", "ROLE_ASSESSOR"})
REVIEWER, EDITOR = "ROLE_KB_REVIEWER", "ROLE_KB_EDITOR"


def keeps(tx: Tx, unit_id: str) -> bool:
    """Whether somebody edits for the hub or works for the unit that keeps an entry (8(3))."""
    own = bool(tx.by.unit_id) and tx.by.unit_id == unit_id
    return own or (EDITOR in tx.by.roles and copies.at_hub(tx, tx.by))


def demand_keeper(tx: Tx, unit_id: str) -> None:
    """Raises Denied for who does not keep it."""
    if not keeps(tx, unit_id):
        raise Denied(f"您只能维护本单位的知识条目（依据{KEEPING.cite()}）")


def bound_unit(tx: Tx, asked: str) -> str:
    """The unit whose work somebody may list: the one asked for, or for a unit's own people theirs. Raises Denied."""
    if EVERY_UNIT & tx.by.roles:
        return asked
    if not tx.by.unit_id or asked not in ("", tx.by.unit_id):
        raise Denied("您只能查看本单位的内容：请去掉其他单位的条件")
    return tx.by.unit_id


def kept(tx: Tx, entry_id: str, seen: int | None = None) -> Entry:
    """An entry of the caller's own tenant, locked; `seen` is the text it saw. Raises Missing, Denied, Stale."""
    row = rows.find(tx, entry_id)
    if row is None:
        raise rows.missing(entry_id)
    if row["tenant_id"] != tx.by.tenant_id:
        raise Denied("该条目由其他热线工作机构维护，只能由其更改")
    entry = rows.load(tx, entry_id, lock=True)
    if seen is not None and seen != entry.version:
        raise _stale(tx, entry, seen)
    return entry


def sees_drafts(tx: Tx, entry: Entry) -> bool:
    """Whether somebody may read texts that are not published."""
    own = tx.by.kind == "person" and entry.tenant_id in tx.by.reads
    return own and bool(EVERY_UNIT & tx.by.roles or tx.by.unit_id == entry.unit_id)


def narrow_to_seen(tx: Tx, narrow: Narrow) -> Narrow:
    """The same, within what the caller may see."""
    kin = copies.kin_of(tx)
    tenants = tuple(dict.fromkeys((tx.by.tenant_id, *tx.by.reads, *kin.districts)))
    return Narrow(tenants, kin.city, narrow.unit_id, narrow.category, narrow.valid_on, narrow.for_caller)


def published(tx: Tx, entry_ids: Iterable[str]) -> dict[str, Found]:
    """Published texts that the caller may see, by entry."""
    wanted = list(entry_ids)
    found = rows.published(tx, wanted)
    kin = copies.kin_of(tx) if len(found) < len(wanted) else copies.Kin("", ())
    for tenant in filter(None, (kin.city, *kin.districts)):
        left = [entry_id for entry_id in wanted if entry_id not in found]
        if left:
            with tx.acting_for(tenant) as owner:
                theirs = rows.published(owner, left)
            found.update({key: each for key, each in theirs.items() if each.entry.citywide or tenant != kin.city})
    return found


@contextmanager
def owning(tx: Tx, entry: Entry) -> Iterator[Tx]:
    """The transaction on the rows of an entry's owner."""
    if entry.tenant_id == tx.by.tenant_id:
        yield tx
    else:
        with tx.acting_for(entry.tenant_id) as owner:
            yield owner


def is_found(entry: Entry) -> bool:
    """Whether it is found by who searches."""
    return entry.published_version > 0 and entry.state is not State.RETIRED


def _stale(tx: Tx, entry: Entry, seen: int) -> Stale:
    newest = rows.load_version(tx, entry.entry_id, entry.version)
    if not 0 < seen < entry.version:
        return Stale(f"条目现为第 {entry.version} 版，没有您所说的第 {seen} 版，请刷新后重试")
    changed = changed_fields(rows.load_version(tx, entry.entry_id, seen).content, newest.content)
    what = "、".join(FIELD_TERMS[name] for name in changed) or "无内容变化"
    return Stale(f"条目已有变化（您看到第 {seen} 版，现为第 {entry.version} 版，其间修改了：{what}），请刷新后重试")
