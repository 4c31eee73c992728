"""Findings and the hashes of replies as rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import RowMapping, and_, case, func, select

from chassis.store import Tx
from services.assessment.rules.findings import REPLY, STANDING, Sign
from services.assessment.rules.grounds import Evidence
from services.assessment.store.found import findings, replies
from services.assessment.store.published import exclusions
from services.assessment.store.supervised import evidence
from services.assessment.store.tables import facts

Row = Mapping[Any, Any]


def standing(tx: Tx) -> dict[tuple[str, str], RowMapping]:
    """The tenant's findings that stand, by sign and unit."""
    mine = (findings.c.tenant_id == tx.by.tenant_id) & findings.c.state.in_([state.value for state in STANDING])
    return {(row["sign"], row["unit_id"]): row for row in tx.all(tx.select(findings).where(mine))}


def last_decided(tx: Tx, sign: Sign, since: dt.datetime) -> dict[str, dt.datetime]:
    """When this sign of each unit was last decided on, of those since an instant."""
    mine = (findings.c.tenant_id == tx.by.tenant_id) & (findings.c.sign == sign.value) & (findings.c.decided_at >= since)
    wanted = select(findings.c.unit_id, func.max(findings.c.decided_at).label("at")).where(mine).group_by(findings.c.unit_id)
    return {row["unit_id"]: row["at"] for row in tx.all(wanted)}


def keep_reply(tx: Tx, order_id: str, round_: int, day: str, digest: bytes) -> None:
    """What a passed reply says, as a hash."""
    tx.insert_missing(replies, ("order_id", "round"), [{"order_id": order_id, "round": round_, "day": day, "digest": digest}])


def same_replies(tx: Tx, since: str, until: str, least: int) -> dict[tuple[str, str], list[Evidence]]:
    """Replies that say what so many others say, by unit and hash; whose they are is known by their rounds."""
    mine = (replies.c.tenant_id == tx.by.tenant_id) & replies.c.day.between(since, until)
    often = select(replies.c.digest).where(mine).group_by(replies.c.digest).having(func.count() >= least)
    own = facts.c
    passed = and_(own.subject_id == replies.c.order_id, own.round == replies.c.round, own.rate == REPLY)
    known = and_(
        evidence.c.tenant_id == own.tenant_id, evidence.c.ground == Sign.COPIES.value, evidence.c.unit_id == own.unit_id,
        evidence.c.rate == REPLY, evidence.c.subject_id == own.subject_id, evidence.c.round == own.round,
    )  # fmt: skip
    out = and_(*(exclusions.c[name] == own[name] for name in ("subject_id", "round", "rate")))
    columns = (own.unit_id, own.rate, own.subject_id, own.round, own.number, own.day, replies.c.digest)
    joined = replies.join(facts, passed).outerjoin(evidence, known).outerjoin(exclusions, out)
    wanted = select(*columns, case((evidence.c.subject_id.is_not(None), 1), else_=0).label("used")).select_from(joined)
    found: dict[tuple[str, str], list[Evidence]] = defaultdict(list)
    for row in tx.all(wanted.where(mine, replies.c.digest.in_(often), exclusions.c.subject_id.is_(None))):
        told = {name: row[name] for name in ("unit_id", "rate", "subject_id", "round", "number", "day")}
        found[row["unit_id"], bytes(row["digest"]).hex()].append(Evidence(**told, used=bool(row["used"])))
    return found
