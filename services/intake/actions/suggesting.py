"""Suggestions, with reasons, never decisions. Nothing of what is asked is kept; nobody learns of a ticket about it (Art. 17)."""

from __future__ import annotations

from dataclasses import dataclass

from chassis.errors import Invalid
from chassis.store import Tx
from services.intake.actions.reading import readable, without_own
from services.intake.keyring import keyring_of
from services.intake.learning.model import Model
from services.intake.learning.shelf import Shelf
from services.intake.rules import alike as rules
from services.intake.rules import urgency
from services.intake.rules.alike import Alike, Said
from services.intake.rules.categories import LEVELS, Category, path_of
from services.intake.rules.content import phone_of
from services.intake.rules.keywords import hits
from services.intake.rules.reading import Reading
from services.intake.rules.urgency import UrgencySign
from services.intake.store import alike, categories, models

SUGGESTED = 3
MODELS = Shelf()


@dataclass(frozen=True)
class CategorySuggestion:
    """A third-level category, how sure in percent, and the words that speak for it."""

    code: str
    path: str
    confidence: int
    words: tuple[str, ...]


@dataclass(frozen=True)
class Categories:
    """Suggestions, the surest first; `model_version` is 0 where the table of keywords made them."""

    suggestions: list[CategorySuggestion]
    model_version: int = 0


def suggest_category(tx: Tx, said: Said) -> Categories:
    """Three third-level categories: by the model that serves, before there is one by the tree's keywords."""
    tree = categories.tree(tx, categories.version(tx))
    serving = models.serving(tx)
    if serving is None:
        return Categories(_by_keywords(said, tree))
    model = MODELS.get(serving.digest, lambda: models.content_of(tx, serving.version))
    return Categories(_by_model(model, said, tree), serving.version)


def suggest_urgency(said: Said) -> list[UrgencySign]:
    """Art. 13: what speaks for an urgent ticket."""
    return urgency.urgency_of(said.whole)


def suggest_earlier_tickets(tx: Tx, ticket_id: str, phone: str, said: Said) -> list[Alike]:
    """11(1): what the same caller said before, of a registered ticket, or of a number and what is said. Raises Invalid, Missing."""
    category = ""
    if ticket_id:
        ticket, _ = readable(tx, ticket_id, Reading.WHOLE)
        said, category = Said(ticket.title, ticket.text), ticket.category
        phone_hash = alike.phone_hash_of(tx, ticket)
    else:
        phone_hash = _phone_hash(tx, phone)
    if phone_hash is None:
        return []
    return rules.earlier(said, category, without_own(tx, alike.earlier_of(tx, phone_hash, ticket_id)))


def suggest_same_event(tx: Tx, ticket_id: str, district: str, said: Said) -> list[Alike]:
    """Art. 14: what others said of the same event, within 72 hours in the same district. Raises Invalid, Missing."""
    at, group = tx.now, ""
    if ticket_id:
        ticket, _ = readable(tx, ticket_id, Reading.MASKED)
        said, district, at = Said(ticket.title, ticket.text), ticket.place.district, ticket.received_at
        group = ticket.group_ticket_id or ticket_id
    elif not said.text.strip():
        raise Invalid("text", "请填写诉求内容，或选择已登记的工单")
    near = [each for each in alike.near(tx, district, at, ticket_id) if not group or group not in (each.ticket_id, each.group_ticket_id)]
    return rules.same_event(said, without_own(tx, near))


def _by_keywords(said: Said, tree: list[Category]) -> list[CategorySuggestion]:
    names = {each.code: each.name for each in tree}
    found = hits(said.whole, tree)
    whole = sum(hit.weight for hit in found)
    return [
        CategorySuggestion(hit.category.code, path_of(hit.category.code, names), round(100 * hit.weight / whole), hit.words)
        for hit in found[:SUGGESTED]
    ]


def _by_model(model: Model, said: Said, tree: list[Category]) -> list[CategorySuggestion]:
    names = {each.code: each.name for each in tree}
    allowed = frozenset(each.code for each in tree if each.level == LEVELS)
    return [
        CategorySuggestion(each.name, path_of(each.name, names), round(100 * each.confidence), each.words)
        for each in model.guess(said.whole, SUGGESTED, allowed)
    ]


def _phone_hash(tx: Tx, phone: str) -> bytes | None:
    read = phone_of(phone, "phone")
    if read is None:
        raise Invalid("phone", "请填写联系电话和诉求内容，或选择已登记的工单")
    return keyring_of(tx.settings).find(tx.by.tenant_id, read.e164) if read.is_identity else None
