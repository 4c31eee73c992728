"""Takes out of a text what would give the caller away (Art. 17). Only such a text leaves intake.

The caller's own fields wherever they occur, words an operator marks, and, through chassis.redact, whatever looks like
anybody's number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from chassis.masking import mask
from chassis.redact import redact
from services.intake.rules.phones import NoNumber, read_phone, spellings
from services.intake.rules.ticket import Party, Place


@dataclass(frozen=True)
class Caller:
    """Who a caller is, as given."""

    name: str = ""
    phone: str = ""
    other_contact: str = ""
    address: str = ""
    id_number: str = ""


NAME, PHONE, CONTACT, ADDRESS, NUMBER = "〔诉求人姓名〕", "〔诉求人电话〕", "〔诉求人联系方式〕", "〔诉求人地址〕", "〔诉求人证件号〕"
HIDDEN = "〔隐去〕"

# What is typed where no name is given; it names nobody, and masking it would make the text unreadable.
_NO_NAMES = frozenset(
    re.findall(
        r"\w+", "匿名 市民 群众 居民 业主 村民 网友 家长 先生 女士 同志 游客 乘客 用户 客户 学生 老人 职工 员工 本人 某某 未知 不详 保密"
    )
)
_SHORTEST_NAME, _SHORTEST_ADDRESS, _SHORTEST_CONTACT = 2, 4, 5
_ADMINISTRATIVE = re.compile(r"(?:[^\d\s]{1,8}?(?:省|市|区|县|镇|乡|街道|办事处|高新区|开发区))+")
_CONTACT_PART = re.compile(r"[A-Za-z0-9_@.\-]{5,}")
_GAP = r"[ \-－—·.()（）\u3000]{0,2}"
_SPACE = r"[ \u3000]?"


@dataclass(frozen=True)
class Masker:
    """Masks texts of one ticket."""

    patterns: tuple[tuple[re.Pattern[str], str], ...] = ()

    def mask(self, text: str) -> str:
        """The text with typed placeholders. Masking twice changes nothing."""
        for pattern, placeholder in self.patterns:
            text = pattern.sub(placeholder, text)
        return redact(text)

    def mask_place(self, place: Place) -> Place:
        """A place with its free text masked."""
        return replace(place, town=self.mask(place.town), address=self.mask(place.address))

    def mask_parties(self, parties: Iterable[Party]) -> tuple[Party, ...]:
        """Parties with their names masked of the caller's."""
        return tuple(replace(party, name=self.mask(party.name)) for party in parties)


def masker_for(caller: Caller, words: Sequence[str] = ()) -> Masker:
    """A masker that knows this caller's fields and these words. The longest goes first: an address may hold a name."""
    found = [
        *((each, ADDRESS) for each in _addresses(caller.address)),
        *((each, NUMBER) for each in _numbers(caller.id_number)),
        *((each, PHONE) for each in _phones(caller.phone)),
        *((each, CONTACT) for each in _contacts(caller.other_contact)),
        *((_spaced(each, _SPACE), NAME) for each in _names(caller.name)),
        *((_spaced(word.strip(), _SPACE), HIDDEN) for word in sorted(words, key=len, reverse=True) if word.strip()),
    ]
    return Masker(tuple((re.compile(pattern, re.IGNORECASE), placeholder) for pattern, placeholder in found))


def displayed(caller: Caller) -> Caller:
    """The caller as everybody may see it: 张*, 138****1234. A star in what was typed must not pass for a mask."""
    return Caller(*(mask(value.replace("*", "")) for value in (
        caller.name, caller.phone, caller.other_contact, caller.address, caller.id_number
    )))  # fmt: skip


def _names(name: str) -> list[str]:
    bare = name.strip()
    return [bare] if len(bare) >= _SHORTEST_NAME and bare not in _NO_NAMES else []


def _addresses(address: str) -> list[str]:
    bare = address.strip()
    if len(bare) < _SHORTEST_ADDRESS or _ADMINISTRATIVE.fullmatch(bare):
        return []
    return [_spaced(bare, _SPACE)]


def _numbers(number: str) -> list[str]:
    bare = re.sub(r"\s", "", number)
    return [_alone(_spaced(bare, _GAP))] if bare else []


def _phones(phone: str) -> list[str]:
    try:
        read = read_phone(phone) if phone.strip() else None
    except NoNumber:
        return [_alone(_spaced(phone.strip(), _SPACE))]
    return [_opening(digits) + _alone(_spaced(digits, _GAP)) for digits in spellings(read)] if read else []


def _contacts(contact: str) -> list[str]:
    bare = contact.strip()
    parts = [bare, *sorted(_CONTACT_PART.findall(bare), key=len, reverse=True)]
    return [_spaced(part, _SPACE) for part in dict.fromkeys(parts) if len(part) >= _SHORTEST_CONTACT]


def _opening(digits: str) -> str:
    """What may stand before a number with its area or country: (0533)…, +86 …"""
    return "[+(（]?" if digits.startswith(("0", "86")) else ""


def _alone(pattern: str) -> str:
    return rf"(?<![0-9０-９]){pattern}(?![0-9０-９])"


def _spaced(text: str, gap: str) -> str:
    """A pattern for the text, its digits in either width, a gap allowed between any two characters."""
    return gap.join(_character(each) for each in text if not each.isspace())


def _character(character: str) -> str:
    if character.isascii() and character.isdigit():
        return f"[{character}{chr(ord(character) + 0xFEE0)}]"
    return re.escape(character)
