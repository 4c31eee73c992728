"""A notice becomes messages, once for each key: into inboxes at once, all others to wait for the link."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from chassis.store import Tx
from regulation.policy import Policy
from services.notify.actions.calling import NOBODY, settle
from services.notify.lifecycle import Channel, State
from services.notify.providers import setup_of
from services.notify.rules.notices import NOTICES, Notice
from services.notify.rules.templates import LANGUAGE, compile_template, render
from services.notify.store import copies, inbox, messages, templates, webhooks
from services.notify.store.messages import Fresh


@dataclass(frozen=True)
class Said:
    """What is to be told. `values`: fields as texts; `key` says which fact it tells, and is one message to each recipient."""

    notice: str
    key: str
    at: datetime
    values: Mapping[str, str] = field(default_factory=dict)
    ticket_id: str = ""
    order_id: str = ""
    round: int = 0
    expires_at: datetime | None = None
    call_id: str = ""

    @property
    def kind(self) -> Notice:
        """What is known of such notices."""
        return NOTICES[self.notice]

    @property
    def ends_at(self) -> datetime:
        """Until when it is worth sending."""
        return self.expires_at or self.at + self.kind.lives


def notify_unit(tx: Tx, unit_id: str, said: Said) -> None:
    """Tell a unit: its inbox, and the systems of the tenant whose people work there. News that is over is told to nobody."""
    if not unit_id or said.ends_at <= tx.now:
        return
    desk = copies.desk_of(tx, unit_id)
    with tx.acting_for(desk.tenant_id) as owner:
        if Channel.INAPP in said.kind.channels and setup_of(owner.settings).inapp:
            _lay(owner, desk.unit_id, said)
        if Channel.WEBHOOK in said.kind.channels and setup_of(owner.settings).webhook:
            for webhook in webhooks.told_of(owner, said.notice):
                _queue(owner, Channel.WEBHOOK, said, unit_id=desk.unit_id, webhook_id=webhook["webhook_id"])
        if _by_sms(said, copies.policy_of(owner)):
            _queue(owner, Channel.SMS, said, unit_id=desk.unit_id)


def notify_caller(tx: Tx, said: Said, *, though_over: bool = False) -> None:
    """Tell whoever raised a ticket, by every way such a notice goes. What is over expires `though_over`, else it is told to nobody."""
    if though_over or said.ends_at > tx.now:
        for channel in said.kind.channels:
            _queue(tx, channel, said)


def _by_sms(said: Said, policy: Policy) -> bool:
    """13: whether a unit's contact is told by SMS too, as its tenant has chosen."""
    return policy.unit_sms == "all" or (policy.unit_sms == "urgent" and said.kind.urgent)


def _lay(owner: Tx, unit_id: str, said: Said) -> None:
    fresh = _fresh(owner, Channel.INAPP, said, unit_id=unit_id)
    message_id = messages.add(owner, fresh, State.DELIVERED) if fresh else ""
    if fresh and message_id:
        text = render(compile_template(said.notice, fresh.template), said.values)
        inbox.add(
            owner, message_id, unit_id, said.notice, text, urgent=fresh.urgent, ticket_id=said.ticket_id, order_id=said.order_id
        )  # fmt: skip


def _queue(owner: Tx, channel: Channel, said: Said, *, unit_id: str = "", webhook_id: str = "") -> None:
    fresh = _fresh(owner, channel, said, unit_id=unit_id, webhook_id=webhook_id)
    message_id = messages.add(owner, fresh) if fresh else ""
    if message_id and not setup_of(owner.settings).of(channel):
        settle(owner, messages.one(owner, message_id), State.FAILED, owner.now, NOBODY)


def _fresh(owner: Tx, channel: Channel, said: Said, *, unit_id: str = "", webhook_id: str = "") -> Fresh | None:
    """The message, in the words of now; None where the notice has none for this channel."""
    # A unit is told the words of its inbox, whichever way they come.
    text = templates.current(owner, said.notice, Channel.INAPP if unit_id else channel)
    if text is None:
        return None
    return Fresh(
        key=":".join(filter(None, (said.notice, said.key, channel.value, unit_id, webhook_id))),
        notice=said.notice,
        channel=channel,
        language=LANGUAGE,
        template=text.text,
        template_version=text.version,
        urgent=said.kind.urgent,
        expires_at=said.ends_at,
        values=said.values,
        unit_id=unit_id,
        ticket_id=said.ticket_id,
        order_id=said.order_id,
        round=said.round,
        webhook_id=webhook_id,
        call_id=said.call_id,
    )
