"""Registering and amending (Art. 2, 10): the seven channels by one door."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from chassis.errors import Denied, Invalid
from chassis.store import Tx
from regulation.natures import Channel, Nature
from regulation.urgency import UrgentKind
from services.intake import lifecycle
from services.intake.actions.naming import check_district, check_named
from services.intake.actions.reading import changeable, is_channel, is_province, without_own
from services.intake.actions.telling import record, record_first
from services.intake.keyring import keyring_of
from services.intake.lifecycle import State
from services.intake.rules import categories as tree
from services.intake.rules.content import (
    Content,
    channel_of,
    check_content,
    check_own_channel,
    check_parties,
    check_urgent_kind,
    check_words,
    phone_of,
    received_at_of,
)
from services.intake.rules.masking import Caller, Masker, displayed, masker_for
from services.intake.rules.ticket import Party, Place, Ticket, Urgency, edition_of, settle_by, source_of, title_of
from services.intake.store import callers, categories, directory, drafts, numbers, words
from services.intake.store import tickets as rows


@dataclass(frozen=True)
class Registered:
    """A new ticket, its caller masked, and concluded ones of the same caller that it perhaps repeats."""

    ticket: Ticket
    caller: Caller
    perhaps_repeats: list[Ticket]


@dataclass(frozen=True)
class Amendment:
    """What AmendTicket changes; None or empty leaves it as it is."""

    nature: Nature | None = None
    urgency: Urgency | None = None
    urgent_kind: UrgentKind | None = None
    category: str = ""
    title: str = ""
    place: Place | None = None
    parties: tuple[Party, ...] | None = None
    mask_words: tuple[str, ...] = field(default=())
    masking_confirmed: bool = False


def register_ticket(tx: Tx, content: Content, *, masking_confirmed: bool, draft_id: str = "") -> Registered:
    """A ticket from what a caller says (Art. 10). Raises Invalid, Denied, and NotAllowed where no edition is in force."""
    channel = _channel(tx, content)
    check_content(content)
    _ask_ahead(tx, content)
    check_named(tx, content.parties, "content.parties")
    check_district(tx, content.place, "content.place")
    attended = tx.by.kind == "person"
    if attended and not masking_confirmed:
        raise Invalid("masking_confirmed", "请先预览脱敏结果并确认，再登记", lifecycle.SECRECY.code)
    phone = phone_of(content.caller.phone, "content.caller.phone")
    ticket = _ticket(tx, content, channel, confirmed=attended)
    original = callers.Original(content.title, content.text, content.place.address)
    found_by = keyring_of(tx.settings).find(ticket.tenant_id, phone.e164) if phone and phone.is_identity else None
    repeats = callers.concluded_of(tx, found_by) if found_by and attended else []
    rows.insert(tx, ticket)
    callers.insert(tx, ticket, callers.Confidence(content.caller, content.mask_words, original, found_by, content.language))
    if draft_id:
        drafts.discard(tx, draft_id)
    detail: dict[str, str | bool] = {"number": ticket.number, "channel": channel, "masking_confirmed": attended}
    record_first(tx, ticket, lifecycle.REGISTER, lifecycle.RECORD.code, settle_by=ticket.settle_by.isoformat(), **detail)
    return Registered(ticket, displayed(content.caller), without_own(tx, repeats) if repeats else [])


def amend_ticket(tx: Tx, ticket_id: str, seen: int, amendment: Amendment) -> Ticket:
    """Classify, place and mask what is registered (Art. 10). Raises Invalid, NotAllowed once it is settled."""
    ticket = changeable(tx, ticket_id, seen)
    state, article = lifecycle.step(ticket.state, lifecycle.AMEND)
    if amendment.place:
        check_district(tx, amendment.place, "place")
    masker = _remasked(tx, ticket, amendment.mask_words)
    amended = replace(
        ticket,
        state=state,
        nature=amendment.nature or ticket.nature,
        **_urgency(ticket, amendment),
        title=masker.mask(amendment.title or ticket.title),
        text=masker.mask(ticket.text),
        place=masker.mask_place(amendment.place or ticket.place),
        parties=masker.mask_parties(_parties(tx, amendment, ticket)),
        masking_confirmed=ticket.masking_confirmed or (amendment.masking_confirmed and tx.by.kind == "person"),
        version=ticket.version + 1,
    )
    if amendment.category:
        amended = replace(amended, category=amendment.category, category_path=category_path(tx, amendment.category, "category"))
    rows.save(tx, amended)
    if (amended.title, amended.text) != (ticket.title, ticket.text):
        words.keep(tx, keyring_of(tx.settings), amended)
    record(tx, amended, lifecycle.AMEND, article.code, **_changes(ticket, amended))
    return amended


def preview_mask(content: Content) -> Content:
    """What others will see of a text, its title and its place (Art. 17). Raises Invalid."""
    check_words(content.mask_words, "content.mask_words")
    masker = masker_for(content.caller, content.mask_words)
    text = masker.mask(content.text)
    return replace(content, title=title_of(masker.mask(content.title), text), text=text, place=masker.mask_place(content.place))


def masker_of(tx: Tx, ticket: Ticket) -> Masker:
    """A masker that knows a ticket's caller."""
    return masker_for(*callers.open_caller(tx, ticket))


def category_path(tx: Tx, code: str, where: str) -> str:
    """The names of a third-level category's line. Raises Invalid for any other code."""
    names = categories.names_of(tx, code) if tree.is_code(code) else {}
    if code not in names or len(tree.line_of(code)) != tree.LEVELS:
        raise Invalid(where, f"没有编号为 {code} 的三级诉求分类，请从现行分类中选择")
    return tree.path_of(code, names)


def _ask_ahead(tx: Tx, content: Content) -> None:
    """One journey for what a registration looks up."""
    directory.policy_of(tx.ahead)
    if content.place.district:
        directory.is_district(tx.ahead, content.place.district)
    if tree.is_code(content.category):
        categories.ask_ahead(tx, content.category)
    numbers.ask_ahead(tx)


def _channel(tx: Tx, content: Content) -> Channel:
    channel = channel_of(content)
    if is_province(tx.by) and channel is not Channel.PROVINCIAL:
        raise Denied("省级平台只能登记省级来件")
    if is_channel(tx.by):
        check_own_channel(channel)
    return channel


def _ticket(tx: Tx, content: Content, channel: Channel, *, confirmed: bool) -> Ticket:
    policy = directory.policy_of(tx)
    received_at = received_at_of(content, tx.now)
    masked = preview_mask(content)
    masker = masker_for(content.caller, content.mask_words)
    return Ticket(
        ticket_id=tx.new_id(),
        number=numbers.next_number(tx),
        tenant_id=tx.by.tenant_id,
        state=State.REGISTERED,
        channel=channel,
        nature=content.nature,
        source=source_of(channel),
        urgency=content.urgency,
        urgent_kind=content.urgent_kind,
        category=content.category,
        category_path=category_path(tx, content.category, "content.category") if content.category else "",
        title=masked.title,
        text=masked.text,
        place=masked.place,
        parties=masker.mask_parties(content.parties),
        provincial_number=content.provincial_number,
        provincial_due_at=content.provincial_due_at,
        edition=edition_of(received_at, policy),
        received_at=received_at,
        registered_at=tx.now,
        registered_by=tx.by.id,
        settle_by=settle_by(channel, received_at, policy),
        masking_confirmed=confirmed,
    )


def _remasked(tx: Tx, ticket: Ticket, words: tuple[str, ...]) -> Masker:
    caller, known = callers.open_caller(tx, ticket)
    fresh = tuple(word for word in words if word not in known)
    check_words((*known, *fresh), "mask_words")
    if fresh:
        callers.add_words(tx, ticket, (*known, *fresh))
    return masker_for(caller, (*known, *fresh))


def _urgency(ticket: Ticket, amendment: Amendment) -> dict[str, Any]:
    """A ticket that is no longer urgent is no emergency of any kind."""
    urgency = amendment.urgency or ticket.urgency
    check_urgent_kind(urgency, amendment.urgent_kind, "urgent_kind")
    kept = ticket.urgent_kind if urgency is Urgency.URGENT else None
    return {"urgency": urgency, "urgent_kind": amendment.urgent_kind or kept}


def _parties(tx: Tx, amendment: Amendment, ticket: Ticket) -> tuple[Party, ...]:
    if amendment.parties is None:
        return ticket.parties
    check_parties(amendment.parties, "parties")
    check_named(tx, amendment.parties, "parties.parties")
    return amendment.parties


def _changes(before: Ticket, after: Ticket) -> dict[str, str | bool]:
    plain = ("nature", "urgency", "urgent_kind", "category", "title")
    changed: dict[str, str | bool] = {name: getattr(after, name) or "" for name in plain if getattr(after, name) != getattr(before, name)}
    if after.place != before.place:
        changed["place"] = "/".join(filter(None, (after.place.district, after.place.town, after.place.address)))
    if after.parties != before.parties:
        changed["parties"] = "、".join(party.name or party.unit_id or party.person_id for party in after.parties) or "无"
    if after.text != before.text:
        changed["masking"] = "正文隐去更多内容"
    if after.masking_confirmed != before.masking_confirmed:
        changed["masking_confirmed"] = True
    return changed
