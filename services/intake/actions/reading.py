"""Which ticket somebody may read or change (Art. 17). Whoever is the party complained about never learns that it exists."""

from __future__ import annotations

from chassis import journal
from chassis.caller import Caller
from chassis.errors import Denied, Missing, Stale
from chassis.store import Tx
from regulation.articles import Article
from regulation.table import Source
from services.intake.lifecycle import SECRECY, VERB_TERMS
from services.intake.rules.reading import Reader, Reading, is_party, reading
from services.intake.rules.ticket import Ticket
from services.intake.store import callers, directory, holding
from services.intake.store import tickets as rows

_REFUSED = {
    Reading.MASKED: "您所在单位不是该工单的承办单位，不能查看",
    Reading.WHOLE: "您只能查看脱敏后的内容，不能查看诉求人信息、原文和附件",
}


def reader_of(tx: Tx) -> Reader:
    """Who reads, with the units a complaint about which concerns it."""
    by = tx.by
    if by.kind in ("peer", "timer"):
        return Reader(by.id, by.tenant_id, is_peer=True)
    return Reader(by.id, by.tenant_id, by.unit_id, by.roles, directory.kin_of(tx, by))


def is_province(by: Caller) -> bool:
    """Whether the province speaks: its service here, or its own system; it touches its own tickets alone."""
    return by.id == "provincial" if by.kind == "peer" else by.roles == {"ROLE_PROVINCIAL_PEER"}


def is_channel(by: Caller) -> bool:
    """Whether a system speaks by which callers speak for themselves; the gateway's own pages are one."""
    return by.id == "gateway" if by.kind == "peer" else by.roles == {"ROLE_CHANNEL"}


def readable(tx: Tx, ticket_id: str, least: Reading) -> tuple[Ticket, Reading]:
    """A ticket, and how much of it the caller may read. Raises Missing, and Denied for less than `least`."""
    ticket = rows.load(tx, ticket_id)
    reader = reader_of(tx)
    held_by = frozenset[str]() if reader.in_hub or reader.is_peer else holding.holders_of(tx, ticket_id)
    level = reading(reader, ticket, held_by)
    if level is Reading.HIDDEN:
        raise Missing(f"没有编号为 {ticket_id} 的工单，请核对后重试")
    if level < least:
        raise Denied(_cited(_REFUSED[least if level is Reading.MASKED else Reading.MASKED], SECRECY))
    return ticket, level


def changeable(tx: Tx, ticket_id: str, seen: int | None = None) -> Ticket:
    """A ticket of the caller's own hub, locked; `seen` is the version it saw. Raises Missing, Denied, Stale."""
    rows.ask_ahead(tx, ticket_id, lock=True)
    callers.ask_ahead(tx, ticket_id)
    journal.ask_ahead(tx, ticket_id)
    ticket = _locked(tx, ticket_id)
    is_own = bool(ticket.parties) and is_party(reader_of(tx), ticket.parties, ticket.tenant_id)
    if is_own or (is_province(tx.by) and ticket.source is not Source.PROVINCIAL):
        raise Missing(f"没有编号为 {ticket_id} 的工单，请核对后重试")
    if ticket.tenant_id != tx.by.tenant_id:
        raise Denied("该工单由其他热线工作机构受理，只能由受理机构更改")
    if seen is not None and seen != ticket.version:
        raise Stale(f"工单已有变化（您看到第 {seen} 版，现为第 {ticket.version} 版，最近一步：{_last_step(tx, ticket)}），请刷新后重试")
    return ticket


def without_own(tx: Tx, tickets: list[Ticket]) -> list[Ticket]:
    """A list without the tickets whose party is the caller or its unit."""
    reader = reader_of(tx)
    return [ticket for ticket in tickets if not is_party(reader, ticket.parties, ticket.tenant_id)]


def _locked(tx: Tx, ticket_id: str) -> Ticket:
    try:
        return rows.load(tx, ticket_id, lock=True)
    except Missing:
        # PostgreSQL's row security hides from a lock what may only be read.
        return rows.load(tx, ticket_id)


def _last_step(tx: Tx, ticket: Ticket) -> str:
    journal = tx.store.tables["journal"]
    steps = tx.select(journal, journal.c.verb).where(journal.c.subject == ticket.ticket_id)
    row = tx.one(steps.order_by(journal.c.number.desc()).limit(1))
    return VERB_TERMS.get(row["verb"], row["verb"]) if row else "登记"


def _cited(reason: str, article: Article) -> str:
    return f"{reason}（依据{article.cite()}）"
