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
    re.findall(r"\w+", "匿名 市民 群众 居民 业主 村民 网友 家长 先生 女士 同志 游客 乘客 用户 客户 学生 老人 职工 员工 本人 某某 未知 不详")
)
_SHORTEST_NAME, _SHORTEST_ADDRESS, _SHORTEST_CONTACT = 2, 4, 5
_ADMINISTRATIVE = re.compile(r"(?:[^\d\s]{1,8}?(?:省|市|区|县|镇|乡|街道|办事处|高新区|开发区))+")
_CONTACT_PART = re.compile(r"[A-Za-z0-9_@.\-]{5,}")

_SPACES = " \u3000\u00a0"
_NUMBER_GAPS = _SPACES + "-－—·.()（）"
_OPENINGS = "+(（"
_DIGITS = frozenset("0123456789")
# A character for a character: letters small, letters and digits of full width as those of half.
_FOLDED = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_FOLDED |= {code + 0xFEE0: _FOLDED.get(code, code) for code in range(ord("!"), ord("~") + 1)}
_WITHOUT_SPACES: dict[int, int | None] = {**_FOLDED, **dict.fromkeys(map(ord, _SPACES))}
_WITHOUT_GAPS: dict[int, int | None] = {**_FOLDED, **dict.fromkeys(map(ord, _NUMBER_GAPS))}


@dataclass(frozen=True)
class Hidden:
    """What is looked for: folded, without gaps. A number stands alone, and gaps in it may be wider than a word's."""

    folded: str
    placeholder: str
    is_number: bool = False

    @property
    def gaps(self) -> str:
        """The characters that may stand between any two of its own."""
        return _NUMBER_GAPS if self.is_number else _SPACES

    def mask(self, text: str) -> str:
        """The text with every occurrence replaced."""
        folded = text.translate(_FOLDED)
        kept = [at for at, character in enumerate(folded) if character not in self.gaps]
        dense = "".join(folded[at] for at in kept)
        parts, done, found = [], 0, dense.find(self.folded)
        while found >= 0:
            begin, end = self._span(folded, kept, found)
            if self._stands(folded, begin, end):
                parts += [text[done:begin], self.placeholder]
                done = end
            found = dense.find(self.folded, found + (len(self.folded) if done == end else 1))
        return "".join([*parts, text[done:]])

    def _span(self, folded: str, kept: list[int], found: int) -> tuple[int, int]:
        begin, end = kept[found], kept[found + len(self.folded) - 1] + 1
        if self.is_number and begin and folded[begin - 1] in _OPENINGS:
            begin -= 1
        return begin, end

    def _stands(self, folded: str, begin: int, end: int) -> bool:
        return not self.is_number or _DIGITS.isdisjoint(folded[max(begin - 1, 0) : begin] + folded[end : end + 1])


@dataclass(frozen=True)
class Masker:
    """Masks texts of one ticket."""

    hidden: tuple[Hidden, ...] = ()

    def mask(self, text: str) -> str:
        """The text with typed placeholders. Masking twice changes nothing."""
        dense = _densities(text)
        for each in self.hidden:
            if each.folded in dense[each.is_number]:
                text = each.mask(text)
                dense = _densities(text)
        return redact(text)

    def mask_place(self, place: Place) -> Place:
        """A place with its free text masked."""
        return replace(place, town=self.mask(place.town), address=self.mask(place.address))

    def mask_parties(self, parties: Iterable[Party]) -> tuple[Party, ...]:
        """Parties with their names masked of the caller's."""
        return tuple(replace(party, name=self.mask(party.name)) for party in parties)


def masker_for(caller: Caller, words: Sequence[str] = ()) -> Masker:
    """A masker that knows this caller's fields and these words. An address goes before a name, for it may hold one."""
    found = [
        *(_word(each, ADDRESS) for each in _addresses(caller.address)),
        *(_number(each, NUMBER) for each in (caller.id_number,)),
        *(_number(each, PHONE) for each in _phones(caller.phone)),
        *(_word(each, CONTACT) for each in _contacts(caller.other_contact)),
        *(_word(each, NAME) for each in _names(caller.name)),
        *(_word(each, HIDDEN) for each in sorted(words, key=len, reverse=True)),
    ]
    return Masker(tuple(each for each in found if each.folded))


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
    return [] if len(bare) < _SHORTEST_ADDRESS or _ADMINISTRATIVE.fullmatch(bare) else [bare]


def _phones(phone: str) -> Sequence[str]:
    try:
        return spellings(read_phone(phone)) if phone.strip() else ()
    except NoNumber:
        return (phone,)


def _contacts(contact: str) -> list[str]:
    bare = contact.strip()
    parts = [bare, *sorted(_CONTACT_PART.findall(bare), key=len, reverse=True)]
    return [part for part in dict.fromkeys(parts) if len(part) >= _SHORTEST_CONTACT]


def _word(text: str, placeholder: str) -> Hidden:
    return Hidden(_densities(text)[False], placeholder)


def _number(text: str, placeholder: str) -> Hidden:
    return Hidden(_densities(text)[True], placeholder, is_number=True)


def _densities(text: str) -> tuple[str, str]:
    """The text folded and without gaps, as words and as numbers are looked for."""
    return text.translate(_WITHOUT_SPACES), text.translate(_WITHOUT_GAPS)
