"""What a ticket names of the directory must be there: the units and people complained about, the district (Art. 17, 18)."""

from __future__ import annotations

from collections.abc import Sequence

from chassis.errors import Invalid
from chassis.store import Tx
from services.intake.lifecycle import SECRECY
from services.intake.rules.ticket import Party, Place
from services.intake.store import directory

ADVICE = "请核对后重新选择；刚刚设立或登记的，请稍后重试"


def check_named(tx: Tx, parties: Sequence[Party], field: str) -> None:
    """Every unit and person complained about is one of the directory's, of whichever tenant. Raises Invalid.

    A wrong id would keep the ticket from nobody (17).
    """
    units = directory.known_units(tx, [party.unit_id for party in parties if party.unit_id])
    people = directory.known_people(tx, [party.person_id for party in parties if party.person_id])
    for number, party in enumerate(parties):
        if party.unit_id and party.unit_id not in units:
            raise Invalid(f"{field}[{number}].unit_id", f"没有编号为 {party.unit_id} 的单位：{ADVICE}", SECRECY.code)
        if party.person_id and party.person_id not in people:
            raise Invalid(f"{field}[{number}].person_id", f"没有编号为 {party.person_id} 的人员：{ADVICE}", SECRECY.code)


def check_district(tx: Tx, place: Place, field: str) -> None:
    """The district, where one is given, is a district's tenant. Raises Invalid."""
    if place.district and not directory.is_district(tx, place.district):
        raise Invalid(f"{field}.district", f"没有编号为 {place.district} 的区县：{ADVICE}；不能确定的请留空")
