"""A new version of a tenant's model: trained on the older of its closed tickets, measured on the newest, kept either way.

It serves only when it is no worse on those newest than what serves: the version before, or the tree's keywords.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from chassis.caller import Caller
from chassis.store import Store, Tx
from services.intake.learning.features import Features, features_of
from services.intake.learning.measuring import Figures, measure
from services.intake.learning.model import Model, best_of
from services.intake.learning.training import sharpen, train
from services.intake.rules.categories import LEVELS, Category
from services.intake.rules.keywords import hits
from services.intake.store import categories, models
from services.intake.store.models import Decided

MOST_ROWS = 50_000
FEWEST_ROWS = 200
HELD_OUT = 0.2


@dataclass(frozen=True)
class Trained:
    """A new version with its figures, and those of what served before on the same rows."""

    version: int
    figures: Figures
    against: Figures
    serves: bool


def retrain(store: Store, tenant_id: str, said: Callable[[str], object]) -> Trained | None:
    """Train, measure and keep a version of a tenant's model; none where too little is closed. `said` hears of each stage."""
    by = Caller.timer(store.service, tenant_id)
    tree = store.read(by, lambda tx: categories.tree(tx, categories.version(tx)))
    present = {each.code for each in tree if each.level == LEVELS}
    rows = [row for row in store.read(by, lambda tx: models.closed_tickets(tx, MOST_ROWS)) if row.category in present]
    older, newest = parted(rows)
    if len(rows) < FEWEST_ROWS or len({row.category for row in older}) < 2:  # noqa: PLR2004 - between one there is nothing to choose
        return None
    said(f"{tenant_id}：以 {len(older)} 件已办结工单训练，以其后 {len(newest)} 件检验")
    features, decided = [features_of(row.text) for row in newest], [row.category for row in newest]
    model = train([features_of(row.text) for row in older], [row.category for row in older])
    model = sharpen(model, features, decided)
    figures = measure(decided, best_of(model, features))
    against = measure(decided, store.read(by, lambda tx: _served(tx, newest, features, tree)))
    return store.write(by, lambda tx: _kept(tx, model, older, figures, against))


def parted(rows: Sequence[Decided]) -> tuple[list[Decided], list[Decided]]:
    """The older rows, and the newest that are held out: a model is never measured on what it, or one before it, has seen."""
    cut = len(rows) - round(len(rows) * HELD_OUT)
    return list(rows[:cut]), list(rows[cut:])


def _served(tx: Tx, rows: Sequence[Decided], features: Sequence[Features], tree: Sequence[Category]) -> list[list[str]]:
    serving = models.serving(tx)
    if serving is None:
        return [[hit.category.code for hit in hits(row.text, tree)] for row in rows]
    return best_of(Model.from_bytes(models.content_of(tx, serving.version)), features)


def _kept(tx: Tx, model: Model, older: Sequence[Decided], figures: Figures, against: Figures) -> Trained:
    content = model.to_bytes()
    facts = {
        "trained_on": {
            "rows": len(older),
            "from": older[0].received_at.isoformat(),
            "until": older[-1].received_at.isoformat(),
            "categories": len(model.classes),
            "tree_version": categories.version(tx),
        },
        "figures": asdict(figures),
        "against": asdict(against),
    }
    serves = figures.no_worse_than(against)
    version = models.keep(tx, hashlib.sha256(content).hexdigest(), content, facts, serves=serves)
    return Trained(version, figures, against, serves)
