"""What a dialled or typed number is: a line that names a person, or a short number that names nobody."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers

AREA_CODE = "0533"
COUNTRY = "CN"
# 110, 12345, 95588, 10086: services.
_SHORT = re.compile(r"[19][0-9]{2,5}")
_LOCAL = re.compile(r"[2-8][0-9]{6}")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_EXTENSION = re.compile(r"(?:转|分机|ext\.?|[-－]{2}|#).*$", re.IGNORECASE)


class NoNumber(ValueError):
    """Nothing that can be dialled."""


@dataclass(frozen=True)
class Phone:
    """A number as it can be dialled; `e164` is empty for a short one."""

    digits: str
    e164: str

    @property
    def is_identity(self) -> bool:
        """Whether it names somebody."""
        return bool(self.e164)


def read_phone(text: str) -> Phone:
    """Read a number as people write it; a bare one of 7 digits is a landline of the city (0533). Raises NoNumber."""
    plain = _EXTENSION.sub("", unicodedata.normalize("NFKC", text)).strip()
    digits = re.sub(r"[\s\-()—·.]", "", plain)
    if _SHORT.fullmatch(digits):
        return Phone(digits, "")
    if _LOCAL.fullmatch(digits):
        digits = AREA_CODE + digits
    return Phone(digits, _e164(digits))


def _e164(digits: str) -> str:
    try:
        number = phonenumbers.parse(digits, COUNTRY)
    except phonenumbers.NumberParseException:
        raise NoNumber(digits) from None
    national = str(number.national_number)
    # New mobile prefixes come faster than the library's releases.
    is_new_mobile = number.country_code == 86 and _MOBILE.fullmatch(national)  # noqa: PLR2004 - China
    if not (is_new_mobile or phonenumbers.is_valid_number(number)):
        raise NoNumber(digits)
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def spellings(phone: Phone) -> tuple[str, ...]:
    """The digit strings by which a text may write this number, longest first."""
    if not phone.is_identity:
        return ()
    national = phone.e164.removeprefix("+86")
    if national == phone.e164:
        return (phone.e164.removeprefix("+"),)
    if _MOBILE.fullmatch(national):
        return (f"86{national}", national)
    area = AREA_CODE.removeprefix("0")
    local = (national.removeprefix(area),) if national.startswith(area) else ()
    return (f"86{national}", f"0{national}", *local)
