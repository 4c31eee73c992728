"""Contracts with the company at the seats, and their monthly statements, as rows."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from decimal import Decimal
from typing import Any

from sqlalchemy import RowMapping

from chassis.store import Tx
from services.assessment.rules.contracts import Contract, Held
from services.assessment.rules.rates import Figure
from services.assessment.rules.seats import Counting, Measure
from services.assessment.store.seated import contract_statements, contracts

Row = Mapping[Any, Any]


def newest(tx: Tx) -> int:
    """The version of the tenant's newest contract; 0 for none."""
    row = tx.row(contracts, order="-version", tenant_id=tx.by.tenant_id)
    return int(row["version"]) if row else 0


def ruling(tx: Tx, tenant_id: str, first: dt.date, last: dt.date) -> RowMapping | None:
    """The newest contract in whose validity all these days lie."""
    own = contracts.c
    wanted = tx.select(contracts).where(own.tenant_id == tenant_id, own.since_day <= first.isoformat(), own.until_day >= last.isoformat())
    return tx.one(wanted.order_by(own.version.desc()).limit(1))


def one(tx: Tx, tenant_id: str, version: int) -> RowMapping | None:
    """A version."""
    return tx.one(tx.select(contracts).where(contracts.c.tenant_id == tenant_id, contracts.c.version == version))


def add(tx: Tx, version: int, contract: Contract) -> None:
    """Keep a version."""
    dates = {"since_day": contract.since.isoformat(), "until_day": contract.until.isoformat()}
    terms = [(measure.value, str(bound)) for measure, bound in contract.terms.items()]
    about = {"company": contract.company, "number": contract.number, "counting": asdict(contract.counting), "terms": terms}
    tx.insert(contracts, version=version, **dates, **about, set_by=tx.by.id, set_at=tx.now)


def contract_of(row: Row) -> Contract:
    """A contract from its row."""
    terms = {Measure(measure): Decimal(bound) for measure, bound in row["terms"]}
    since, until = (dt.date.fromisoformat(row[name]) for name in ("since_day", "until_day"))
    return Contract(row["company"], row["number"], since, until, terms, Counting(**row["counting"]))


def statement(tx: Tx, tenant_id: str, month: str, version: int = 0) -> RowMapping | None:
    """A month's statement, the newest version unless one is named."""
    own = contract_statements.c
    wanted = tx.select(contract_statements).where(own.tenant_id == tenant_id, own.month == month)
    if version:
        wanted = wanted.where(own.version == version)
    return tx.one(wanted.order_by(own.version.desc()).limit(1))


def kept_lines(lines: Sequence[Held]) -> list[tuple[str, int, int, str]]:
    """Lines as a statement keeps them."""
    return [
        (line.measure.value, line.figure.hits, line.figure.counted, "" if line.bound is None else str(line.bound)) for line in lines
    ]  # fmt: skip


def lines_of(row: Row) -> list[Held]:
    """A statement's lines."""
    return [
        Held(Measure(measure), Figure(measure, counted, hits), Decimal(bound) if bound else None)
        for measure, hits, counted, bound in row["lines"]
    ]
