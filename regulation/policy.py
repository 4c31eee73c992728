"""Every *policy* of docs/interpretations.md: what the text leaves to the city, with its default.

A policy is a setting of the tenant, never a constant elsewhere.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal

from regulation.urgency import UrgentKind

_CLOCK = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])")
_WHOLE = re.compile(r"[0-9]{1,6}")
_YUAN = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")
_UNITS = re.compile(r"[A-Za-z0-9._:-]{1,64}(,[A-Za-z0-9._:-]{1,64})*")
_YES_NO = {"yes": True, "no": False}

# Written as a time of the day -> the field that holds it in minutes after 00:00.
_CLOCKS = {"cutoff": "cutoff_minutes", "quiet_from": "quiet_from_minutes", "quiet_until": "quiet_until_minutes"}
# Name -> the least and the greatest value that make sense.
_BOUNDS: dict[str, tuple[int, int]] = {
    "cutoff_minutes": (1, 1440),
    "quiet_from_minutes": (0, 1440),
    "quiet_until_minutes": (0, 1440),
    "phone_forming_hours": (1, 72),
    "online_forming_hours": (1, 720),
    "urgent_dispatch_minutes": (1, 720),
    "extensions_per_round": (0, 10),
    "late_decision_days": (1, 30),
    "returns_before_coordination": (1, 20),
    "promise_horizon_days": (1, 250),
    "further_promises": (0, 10),
    "deficient_reply_days": (1, 30),
    "call_attempts": (1, 20),
    "call_spread_days": (1, 30),
    "sms_hours": (1, 720),
    "rework_days": (1, 30),
    "red_offset_days": (1, 30),
    "supervision_reworks": (1, 100),
    "supervision_recurrences": (1, 100),
    "supervision_window_days": (1, 3660),
    "supervision_sign_in_percent": (0, 100),
    "supervision_late_first_reports": (1, 1000),
    "supervision_deficient_percent": (0, 100),
    "supervision_term_days": (1, 60),
    "finding_return_percent": (0, 100),
    "finding_copies": (2, 1000),
    "finding_recurrence_percent": (0, 100),
    "rectification_days": (1, 250),
    "ladder_coordination_days": (1, 250),
    "ladder_confirmation_days": (1, 250),
    "ladder_special_report_days": (1, 250),
    "ladder_instruction_days": (1, 250),
    "ladder_discipline_days": (1, 250),
    "ladder_government_days": (1, 250),
    "kb_review_term_days": (1, 365),
    "kb_outdated_reports": (1, 1000),
    "kb_gap_asks": (1, 1000),
    "assisting_lead_days": (0, 30),
    "recording_days": (30, 3660),
    "ranking_min_group": (4, 1000),
    "ranking_min_orders": (0, 100000),
}


_UNIT_SMS = ("none", "urgent", "all")
_TOLD = ("urgent_told", *(f"urgent_told_{kind}" for kind in UrgentKind))


class PolicyError(ValueError):
    """A tenant's setting that cannot be read; the message is in Chinese."""


@dataclass(frozen=True)
class Policy:
    """The city's choices. Days are working days unless the name says otherwise."""

    cutoff_minutes: int = 1440
    """Time: the cut-off of a working day, minutes after 00:00; 1440 is 24:00. Set as "cutoff" = "17:30"."""
    phone_forming_hours: int = 1
    """11(1): from submission to forming or declining, by phone."""
    online_forming_hours: int = 24
    """11(1): the same by mailbox, app and every channel that is not a call."""
    urgent_dispatch_minutes: int = 15
    """11(2): 及时."""
    extensions_per_round: int = 1
    """11(4): once."""
    late_decision_days: int = 1
    """11(4): an undecided request goes up to the supervisor after these."""
    return_after_other_request: bool = False
    """11(6): whether a return may follow an extension, 续报 or reply."""
    returns_before_coordination: int = 3
    """11(6), 16: this return of a ticket opens a coordination case."""
    promise_granted_by_hub: bool = True
    """11(7): whether a 续报 needs the hub's grant."""
    promise_horizon_days: int = 30
    """11(7): the promised date lies at most so far after the day of asking."""
    further_promises: int = 1
    """11(7): promises after the first."""
    deficient_reply_days: int = 1
    """11(8): from the decision to send a reply back."""
    call_attempts: int = 3
    """11(8): calls before a caller is unreachable."""
    call_spread_days: int = 2
    """11(8): calendar days over which the calls are spread, at least."""
    sms_hours: int = 72
    """11(8): how long the SMS link stays open."""
    rework_days: int = 5
    """11(9): from redelivery."""
    red_offset_days: int = 1
    """12: red at the cut-off of this working day after the deadline."""
    urgent_may_postpone: bool = False
    """13: whether an urgent order may be extended or enter 续报."""
    urgent_told: str = ""
    """13: the departments that are told of every urgent order on its creation: ids of units, with commas between."""
    urgent_told_water: str = ""
    """13: the same, of a large outage of water."""
    urgent_told_power: str = ""
    """13: of power."""
    urgent_told_gas: str = ""
    """13: of gas."""
    urgent_told_heat: str = ""
    """13: of heat."""
    urgent_told_disaster: str = ""
    """13: of a disaster."""
    urgent_told_epidemic: str = ""
    """13: of an epidemic."""
    urgent_told_pollution: str = ""
    """13: of pollution."""
    urgent_told_public_safety: str = ""
    """13: of what endangers public safety."""
    supervision_reworks: int = 2
    """15(2): reworks within the window."""
    supervision_recurrences: int = 3
    """15(2): recurrences within the window."""
    supervision_window_days: int = 90
    """15(2), 15(3): calendar days."""
    supervision_sign_in_percent: int = 80
    """15(3): where fewer of the window's rounds were signed in promptly."""
    supervision_late_first_reports: int = 1
    """15(3): so many first reports of the window that were not made in time."""
    supervision_deficient_percent: int = 30
    """15(3): where more of the window's passed replies had been sent back."""
    supervision_term_days: int = 5
    """15: from the day a supervision is issued to the end of its term."""
    finding_return_percent: int = 20
    """19: a sign where more of the window's rounds were asked to be returned."""
    finding_copies: int = 5
    """19: a sign where one reply was given to so many orders."""
    finding_recurrence_percent: int = 10
    """19: a sign where more of the window's closed orders were called in again."""
    rectification_days: int = 10
    """19: from the day a finding is confirmed to the end of its rectification."""
    ladder_coordination_days: int = 5
    """16: until a coordination has its outcome, from the day it is raised to."""
    ladder_confirmation_days: int = 10
    """16: the same, of 编办's confirmation."""
    ladder_special_report_days: int = 5
    """16: of a 专报 to the vice mayor."""
    ladder_instruction_days: int = 10
    """16: of carrying out what was signed (批示)."""
    ladder_discipline_days: int = 30
    """16: of 纪委监委."""
    ladder_government_days: int = 15
    """14, 16: of a report to the same-level government."""
    kb_review_term_days: int = 10
    """15(5): calendar days from telling a unit that an entry or a question is its work."""
    kb_outdated_reports: int = 3
    """8(3): so many people who call an entry outdated make it work for its unit."""
    kb_gap_asks: int = 5
    """8(3): a question asked in vain so often is work for its unit."""
    assisting_lead_days: int = 1
    """16: an assisting unit's date lies so far before the lead's."""
    quiet_from_minutes: int = 1320
    """11(8): callers are sent nothing ordinary from this minute of the day on. Set as "quiet_from" = "22:00"."""
    quiet_until_minutes: int = 480
    """11(8): until this one; the same as quiet_from: no quiet hours. Set as "quiet_until" = "08:00"."""
    message_cost_ceiling: Decimal = Decimal(2000)
    """11(8): what a day's messages and calls may cost, in yuan; what is beyond it waits for the next day."""
    unit_sms: str = "urgent"
    """13: which notices also go to a unit's contact by SMS: none, urgent or all."""
    recording_days: int = 180
    """11(8): calendar days for which the recording of a call is kept."""
    ranking_min_group: int = 7
    """20: the bottom three are named only in groups of at least so many."""
    ranking_min_orders: int = 10
    """20: units with fewer orders are dropped first."""
    continued_by: str = "期满续用决定（默认）"
    """23: the recorded decision that keeps an edition in force past its term; empty: none."""

    def __post_init__(self) -> None:
        for name, (least, greatest) in _BOUNDS.items():
            value = getattr(self, name)
            if not least <= value <= greatest:
                raise PolicyError(f"设置 {name} 应在{least}至{greatest}之间，现为{value}")
        if self.unit_sms not in _UNIT_SMS:
            raise PolicyError(f"设置 unit_sms 应为 {'、'.join(_UNIT_SMS)} 之一，现为 {self.unit_sms[:60]!r}")
        object.__setattr__(self, "continued_by", self.continued_by.strip())
        for name in _TOLD:
            if getattr(self, name) and not _UNITS.fullmatch(getattr(self, name)):
                raise PolicyError(f"设置 {name} 应为以英文逗号分隔的单位编号，例如 water,roads，现为 {getattr(self, name)[:60]!r}")

    @property
    def continued(self) -> bool:
        """Whether the edition goes on after its term (Art. 23)."""
        return bool(self.continued_by)

    def told_of(self, kind: UrgentKind | None) -> tuple[str, ...]:
        """13: the units told of an urgent order of this kind; of none that is named, those told of every one."""
        lists = (self.urgent_told, getattr(self, f"urgent_told_{kind}") if kind else "")
        return tuple(dict.fromkeys(unit_id for each in lists for unit_id in each.split(",") if unit_id))

    @property
    def named_units(self) -> tuple[str, ...]:
        """Every unit that a setting names."""
        return tuple(dict.fromkeys(unit_id for name in _TOLD for unit_id in getattr(self, name).split(",") if unit_id))

    @classmethod
    def of(cls, settings: Mapping[str, str]) -> Policy:
        """From a tenant's settings, by field name; "cutoff" is written as a time, truth as yes or no.

        What is not set keeps its default. Raises PolicyError for an unknown name or an unreadable value.
        """
        defaults = {each.name: each.default for each in fields(cls)}
        values: dict[str, int | bool | str | Decimal] = {}
        for name, text in settings.items():
            if name in _CLOCKS:
                values[_CLOCKS[name]] = _clock(name, text)
            elif name in defaults:
                values[name] = _read(name, text, defaults[name])
            else:
                raise PolicyError(f"没有名为 {name[:60]!r} 的设置，请核对名称")
        return cls(**values)  # type: ignore[arg-type]  # _read gives each field the type of its default

    @classmethod
    def or_default(cls, settings: Mapping[str, str] | None) -> Policy:
        """From settings as a service was told them; the defaults where it was told none, or cannot read one of them."""
        try:
            return cls.of(settings or {})
        except PolicyError:
            return cls()


@dataclass(frozen=True)
class Admitted:
    """What a setting may be: words for people, the values where they are few, and its default as it is written."""

    said: str
    values: tuple[str, ...]
    default: str


def setting_names() -> tuple[str, ...]:
    """Every setting, as `Policy.of` takes them."""
    written = {held: name for name, held in _CLOCKS.items()}
    return tuple(written.get(each.name, each.name) for each in fields(Policy))


def admitted(name: str) -> Admitted:
    """What a setting may be. Raises KeyError for an unknown name."""
    held = _CLOCKS.get(name, name)
    default = {each.name: each.default for each in fields(Policy)}[held]
    least, greatest = _BOUNDS.get(held, (0, 0))
    if name in _CLOCKS:
        return Admitted(f"时刻，{_written(least)}至{_written(greatest)}", (), _written(int(str(default))))
    if isinstance(default, bool):
        return Admitted("是或否", tuple(_YES_NO), "yes" if default else "no")
    if name == "unit_sms":
        return Admitted("三者之一", _UNIT_SMS, str(default))
    if name in _TOLD:
        return Admitted("单位编号，以英文逗号分隔", (), str(default))
    if isinstance(default, Decimal):
        return Admitted("以元计的金额", (), str(default))
    return Admitted(f"{least}至{greatest}的整数" if greatest else "文字", (), str(default))


def _written(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def _read(name: str, text: str, default: object) -> int | bool | str | Decimal:
    if isinstance(default, bool):
        if text not in _YES_NO:
            raise PolicyError(f"设置 {name} 应为 yes 或 no，现为 {text[:60]!r}")
        return _YES_NO[text]
    if isinstance(default, int):
        if not _WHOLE.fullmatch(text):
            raise PolicyError(f"设置 {name} 应为整数，现为 {text[:60]!r}")
        return int(text)
    if isinstance(default, Decimal):
        if not _YUAN.fullmatch(text):
            raise PolicyError(f"设置 {name} 应为以元计的金额，例如 2000 或 99.50，现为 {text[:60]!r}")
        return Decimal(text)
    return text


def _clock(name: str, text: str) -> int:
    match = _CLOCK.fullmatch(text)
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    least, greatest = _BOUNDS[_CLOCKS[name]]
    if not least <= minutes <= greatest:
        raise PolicyError(f"设置 {name} 应为 00:{least:02} 至 24:00 的时刻，例如 17:30，现为 {text[:60]!r}")
    return minutes
