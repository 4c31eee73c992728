"""Delivery receipts (SMPP 3.4, appendix B): read from their text or from optional parameters, and matched with what was sent."""

from __future__ import annotations

import re
from collections import OrderedDict
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

import smpp34

from services.notify.channels import Fate, Receipt

# esm_class, bits 5 to 2 (5.2.12).
TYPE_BITS = 0b00111100
RECEIPT_TYPE = 0b00000100
# Optional parameters (5.3.2.12, 5.3.2.35, 5.3.2.17) and what a message_state means (5.2.28).
RECEIPTED_MESSAGE_ID = 0x1E
MESSAGE_STATE = 0x427
USER_MESSAGE_REFERENCE = 0x204
WORDS = {1: "ENROUTE", 2: "DELIVRD", 3: "EXPIRED", 4: "DELETED", 5: "UNDELIV", 6: "ACCEPTD", 7: "UNKNOWN", 8: "REJECTD"}
# Not the end of it: another receipt follows.
UNDER_WAY = {"ENROUTE", "ACCEPTD", "SCHEDUL"}
FATES: dict[str, Fate] = {"DELIVRD": "delivered", "EXPIRED": "expired"}
# Providers put words of their own (MK:0012) for these; none is as long as a number.
_FIELD = re.compile(r"\b(id|stat|err|done date):\s*([^\s]{1,64})", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z0-9:_-]{1,10}")
MINUTES = "%y%m%d%H%M"
SECONDS = "%y%m%d%H%M%S"
# Receipts come within days; what is older is told by its reference.
REMEMBERED = 200_000


@dataclass(frozen=True)
class Word:
    """What a receipt says: the provider's reference, its word for the state, its code, and when."""

    reference: str
    state: str
    code: str
    at: datetime | None
    ours: int | None = None  # our own reference, where the SMSC gives it back

    @property
    def fate(self) -> Fate | None:
        """What became of the message; nothing while it is under way."""
        return None if self.state in UNDER_WAY else FATES.get(self.state, "failed")

    @property
    def reason(self) -> str:
        """The provider's words for anything but a delivery."""
        return "" if self.state == "DELIVRD" else " ".join(part for part in (self.state, self.code) if part)


def read_receipt(told: smpp34.DeliverSm, zone: tzinfo) -> Word | None:
    """What a receipt says, its local time being of `zone`; nothing where it is none, or one without reference or state."""
    if told.esm_class & TYPE_BITS != RECEIPT_TYPE:
        return None
    said = {name.lower(): value for name, value in _FIELD.findall(_before_text(told.short_message.decode("latin-1")))}
    extra = {each.tag: each for each in told.tlvs}
    state = said.get("stat", "").upper()
    if MESSAGE_STATE in extra:
        state = WORDS.get(extra[MESSAGE_STATE].as_int() or 0, state)
    reference = said.get("id", "")
    if RECEIPTED_MESSAGE_ID in extra:
        reference = (extra[RECEIPTED_MESSAGE_ID].as_string() or "").rstrip("\0") or reference
    if not reference or not _WORD.fullmatch(state):
        return None
    code = said.get("err", "")
    ours = extra[USER_MESSAGE_REFERENCE].as_int() if USER_MESSAGE_REFERENCE in extra else None
    return Word(reference, state, code if _WORD.fullmatch(code) else "", _instant(said.get("done date", ""), zone), ours)


class Sent:
    """What this process sent and may get receipts for, by the provider's reference of each part."""

    def __init__(self) -> None:
        self._messages: OrderedDict[str, tuple[str, str]] = OrderedDict()
        self._failed: OrderedDict[str, None] = OrderedDict()

    def add(self, message_id: str, references: list[str]) -> None:
        """The parts of a message; the last one's reference stands for it."""
        for reference in references:
            self._messages[reference] = (message_id, references[-1])
        while len(self._messages) > REMEMBERED:
            self._messages.popitem(last=False)

    def knows(self, reference: str) -> bool:
        """Whether this process sent it."""
        return reference in self._messages

    def receipt(self, word: Word) -> Receipt | None:
        """What the core is told: a message is delivered when its last part is, and failed when any part is."""
        if word.fate is None:
            return None
        message_id, last = self._messages.get(word.reference, ("", word.reference))
        if word.fate == "delivered" and (word.reference != last or last in self._failed):
            return None
        if word.fate != "delivered":
            self._failed[last] = None
            while len(self._failed) > REMEMBERED:
                self._failed.popitem(last=False)
        return Receipt(message_id, word.fate, word.reason, word.at, last)


def _before_text(words: str) -> str:
    """The message's own words, which follow, may hold anything."""
    return re.split(r"\btext:", words, maxsplit=1, flags=re.IGNORECASE)[0]


def _instant(text: str, zone: tzinfo) -> datetime | None:
    for form in (MINUTES, SECONDS):
        try:
            return datetime.strptime(text, form).replace(tzinfo=zone).astimezone(UTC)
        except ValueError:
            continue
    return None
