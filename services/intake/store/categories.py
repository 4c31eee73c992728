"""A tenant's tree of categories with its past: a node is in every version from `since_version` to before `until_version`.

A tenant begins with the seed's tree, version 1; it becomes rows when it is first written with.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_

from chassis.store import Looking, Tx
from services.intake.rules.categories import Category, line_of, seed
from services.intake.store.tables import categories, category_trees

FIRST = 1


def version(tx: Tx, *, lock: bool = False) -> int:
    """The tree's present version."""
    statement = tx.select(category_trees).where(category_trees.c.tenant_id == tx.by.tenant_id)
    row = tx.one(statement.with_for_update() if lock else statement)
    return int(row["version"]) if row else FIRST


def begin(tx: Tx) -> bool:
    """Make the seed's tree the tenant's own, unless it has one; answers whether it had none."""
    if not tx.insert_new(category_trees, ("tenant_id",), {"version": FIRST}):
        return False
    tx.insert_many(categories, [_row(category, FIRST) for category in seed()])
    return True


def tree(tx: Tx, at_version: int) -> list[Category]:
    """Every category of a version, by code."""
    rows = tx.all(tx.select(categories).where(_mine(tx), _alive(at_version)).order_by(categories.c.code))
    if not rows and not _begun(tx):
        return list(seed())
    return [Category(row["code"], row["name"], tuple(row["keywords"])) for row in rows]


def names_of(tx: Tx, code: str) -> dict[str, str]:
    """Names of the present categories from the first level down to this code; those that are not there are not in it."""
    names = _names(tx, line_of(code))
    if not names:
        # Another transaction may have begun it since.
        begin(tx)
        names = _names(tx, line_of(code))
    return names


def ask_ahead(tx: Tx, code: str) -> None:
    """The names will be asked for: they come with what is asked next."""
    _names(tx.ahead, line_of(code))


def ever_used(tx: Tx, code: str) -> bool:
    """Whether the code is or was in the tree."""
    return tx.one(tx.select(categories, categories.c.code).where(_mine(tx), categories.c.code == code)) is not None


def has_below(tx: Tx, code: str) -> bool:
    """Whether something present is below it."""
    below = (categories.c.code > f"{code}.") & (categories.c.code < f"{code}/")
    return tx.one(tx.select(categories, categories.c.code).where(_mine(tx), _alive(None), below).limit(1)) is not None


def change(tx: Tx, now_version: int, ended: Iterable[str], begun: Iterable[Category]) -> None:
    """Make the tree's next version: these codes end with it, these categories begin."""
    codes = list(ended)
    if codes:
        tx.run(tx.update(categories).where(_mine(tx), _alive(None), categories.c.code.in_(codes)).values(until_version=now_version))
    tx.insert_many(categories, [_row(category, now_version) for category in begun])
    tx.run(tx.update(category_trees).where(category_trees.c.tenant_id == tx.by.tenant_id).values(version=now_version))


def _names(tx: Looking, codes: tuple[str, ...]) -> dict[str, str]:
    rows = tx.rows_among(categories, "code", codes)
    return {row["code"]: row["name"] for row in rows if row["tenant_id"] == tx.by.tenant_id and row["until_version"] is None}


def _begun(tx: Tx) -> bool:
    return tx.one(tx.select(category_trees).where(category_trees.c.tenant_id == tx.by.tenant_id)) is not None


def _row(category: Category, since: int) -> dict[str, object]:
    return {"code": category.code, "name": category.name, "keywords": list(category.keywords), "since_version": since}


def _mine(tx: Tx) -> ColumnElement[bool]:
    return categories.c.tenant_id == tx.by.tenant_id


def _alive(at_version: int | None) -> ColumnElement[bool]:
    ends = categories.c.until_version
    if at_version is None:
        return ends.is_(None)
    return (categories.c.since_version <= at_version) & or_(ends.is_(None), ends > at_version)
