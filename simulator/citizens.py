"""Who calls: people who do not exist, and who look it."""

from __future__ import annotations

from dataclasses import dataclass

# Mobiles in rows of noughts, 19900000017; no region of the country has the code 990000.
PHONE = 19900000000
REGION = "990000"
MOST = 100_000
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫"


@dataclass(frozen=True)
class Citizen:
    """An invented caller; what is empty was not told."""

    name: str = ""
    phone: str = ""
    other_contact: str = ""
    address: str = ""
    id_number: str = ""


def invented(number: int) -> Citizen:
    """The caller of a message, the same for the same number. Every eighth stays unnamed, and tells a number alone."""
    own = number % MOST
    phone = str(PHONE + own)
    if number % 8 == 7:  # noqa: PLR2004 - see above
        return Citizen(phone=phone)
    return Citizen(
        name=f"演示{SURNAMES[own % len(SURNAMES)]}{own:05d}",
        phone=phone,
        other_contact=f"demo{own:05d}@example.invalid" if number % 3 == 0 else "",
        address=f"演示路{own}号" if number % 2 == 0 else "",
        id_number=f"{REGION}19000101{own % 1000:03d}0" if number % 5 == 0 else "",
    )
