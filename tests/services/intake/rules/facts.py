"""A ticket to try rules on."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from regulation.natures import Channel, Nature
from regulation.table import Source
from services.intake.lifecycle import State
from services.intake.rules.ticket import Place, Ticket, Urgency

NOON = datetime.fromisoformat("2025-01-06T12:00:00+08:00")
TICKET = Ticket(
    ticket_id="t-1",
    number="T250106-00001",
    tenant_id="zibo",
    state=State.REGISTERED,
    channel=Channel.PHONE,
    nature=Nature.HELP,
    source=Source.ORDINARY,
    urgency=Urgency.ORDINARY,
    category="01.01.01",
    category_path="公用事业/供水/停水与爆管抢修",
    title="停水",
    text="停水三天",
    place=Place(),
    parties=(),
    provincial_number="",
    edition="zibo-2021",
    received_at=NOON,
    registered_at=NOON,
    registered_by="operator-1",
    settle_by=NOON + timedelta(hours=1),
    masking_confirmed=True,
)


def ticket(**changes: Any) -> Ticket:
    return replace(TICKET, **changes)
