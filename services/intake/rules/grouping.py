"""Tickets of one event (Art. 14): one leads, the others stand under it. A person groups; dates and states stay each its own."""

from __future__ import annotations

from dataclasses import replace

from regulation.articles import NotAllowed
from services.intake import lifecycle
from services.intake.rules.ticket import Ticket


def group_ticket(ticket: Ticket, lead: Ticket, *, leads: bool) -> Ticket:
    """The ticket under the one that leads; `leads` says whether others stand under this one. Raises NotAllowed."""
    state, article = lifecycle.step(ticket.state, lifecycle.GROUP)
    if ticket.ticket_id == lead.ticket_id:
        raise NotAllowed(article, "工单不能归并到自身，请选择同一事件的另一工单")
    if ticket.group_ticket_id:
        raise NotAllowed(article, "工单已归并到同一事件的其他工单，如需改动请先取消归并")
    if leads:
        raise NotAllowed(article, "该工单下已归并其他工单，请把另一工单归并到该工单，或先取消其下的归并")
    return replace(ticket, state=state, group_ticket_id=lead.ticket_id, version=ticket.version + 1)


def ungroup_ticket(ticket: Ticket) -> Ticket:
    """The ticket by itself again. Raises NotAllowed for one that stands under none."""
    state, article = lifecycle.step(ticket.state, lifecycle.UNGROUP)
    if not ticket.group_ticket_id:
        raise NotAllowed(article, "工单没有归并到其他工单，无须取消")
    return replace(ticket, state=state, group_ticket_id="", version=ticket.version + 1)
