"""Which course a message takes: by what it says, and by turns, so that a few hundred messages walk every path."""

from __future__ import annotations

import enum
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, cycle, zip_longest

from simulator.case import Case
from simulator.courses import answering, calling_back, ending, extending, handing_on, promising, provincial, returning, reviewing, urgent
from simulator.messages import Message
from simulator.timeline import Course

Path = Callable[[Case], Course]


class Intake(enum.Enum):
    """What becomes of a message at intake."""

    ANSWER = enum.auto()
    DECLINE = enum.auto()
    PASS = enum.auto()
    FORM = enum.auto()
    LINGER = enum.auto()
    """Formed after the hour or day of 11(1)."""
    KEEP = enum.auto()
    """Formed, and kept from the party complained about (17)."""
    REPEAT = enum.auto()
    RECUR = enum.auto()
    WITHDRAW = enum.auto()


@dataclass(frozen=True)
class Plan:
    """A message's course. `code`: why declined, or the emergency number; `earlier`: whose caller calls again."""

    message: Message
    intake: Intake
    path: Path
    code: str = ""
    earlier: int | None = None
    urgent: bool = False


EMERGENCIES = (
    ("119", re.compile("着火了|起火了|正在燃烧|浓的燃气味|困人现在|被困在电梯")),
    ("120", re.compile("急救电话|晕倒在|昏迷不醒")),
    ("110", re.compile("持刀|正在打人|被绑架")),
)
DECLINES = (
    ("IN_PROGRESS", re.compile("官司正在打|已经起诉|已起诉|法院已.{0,4}立案|仲裁已经受理|正在诉讼")),
    ("LITIGATION", re.compile("法院.{0,6}(?:判决|执行)|拒不执行判决")),
    ("ARBITRATION", re.compile("申请仲裁的?事")),
    ("PETITION", re.compile("信访已经受理|已.{0,3}信访|信访局.{0,6}受理|进入信访")),
    ("RECONSIDERATION", re.compile("行政复议|已经复议")),
    ("DISCLOSURE", re.compile("申请公开|信息公开申请|政府信息公开")),
    ("DISCIPLINE", re.compile("纪委|监委|贪污|受贿|吃拿卡要")),
    ("TRADE_SECRET", re.compile("客户名单|商业秘密")),
    ("OUTSIDE_TERRITORY", re.compile("济南的|青岛的|外省的商家")),
)
URGENT = re.compile("停水|停电|没电|停气|停暖|爆管|爆了|塌方|塌了|滑坡|滚下来|漂着死鱼|刺鼻气味|洪水|断供")
REPEATED = re.compile("再次反映|再反映|第二次反映|又一次|再次投诉|反映过多次|已多次反映")
CONSULTATION = "NATURE_CONSULTATION"
PARTIAL = frozenset({"NATURE_COMPLAINT", "NATURE_REPORT"})
# Of consultations one in so many needs a unit's answer; of complaints one in so many is about the unit itself.
NEEDS_UNIT = 5
ABOUT_UNIT = 12
LATE = 25
TAKEN_BACK = 40
# The plain way between so many others.
PLAIN_AFTER = 3
A_DAY = timedelta(days=1)


def _by_turns(kinds: Sequence[Sequence[Path]]) -> Iterator[Path]:
    """The first path of each kind, then the second of each; the plain way in between, again and again."""
    special = [path for path in chain.from_iterable(zip_longest(*kinds)) if path]
    mixed = chain.from_iterable(
        (*special[at : at + PLAIN_AFTER], answering.on_time) for at in range(0, len(special), PLAIN_AFTER)
    )  # fmt: skip
    return cycle(list(mixed))


KINDS = (
    answering.PATHS, extending.PATHS, returning.PATHS, calling_back.PATHS, handing_on.PATHS, promising.PATHS, reviewing.PATHS,
    ending.PATHS,
)  # fmt: skip


def plan(messages: Sequence[Message]) -> list[Plan]:
    """Every message's course, the same for the same messages."""
    planner = _Planner()
    return [planner.plan(message) for message in messages]


class _Planner:
    """Hands out paths by turns, and remembers whose matter was concluded."""

    def __init__(self) -> None:
        self._ordinary, self._at_once, self._from_above = _by_turns(KINDS), cycle(urgent.PATHS), cycle(provincial.PATHS)
        self._answered: list[Message] = []

    def plan(self, message: Message) -> Plan:
        """One message's course."""
        intake, code = _intake(message)
        if intake is Intake.ANSWER:
            self._answered.append(message)
        if intake is not Intake.FORM:
            return Plan(message, intake, answering.on_time, code)
        if message.channel == "CHANNEL_PROVINCIAL":
            return Plan(message, intake, next(self._from_above))
        if URGENT.search(message.words):
            return Plan(message, intake, next(self._at_once), urgent=True)
        if (earlier := self._earlier(message)) is not None:
            return self._again(message, earlier)
        intake = _otherwise(message)
        goes_on = intake in {Intake.FORM, Intake.LINGER}
        return Plan(message, intake, next(self._ordinary) if goes_on else answering.on_time)

    def _earlier(self, message: Message) -> Message | None:
        """Of whoever says so, an earlier message that was answered."""
        if not REPEATED.search(message.words):
            return None
        return next((each for each in self._answered if each.at + A_DAY < message.at), None)

    def _again(self, message: Message, earlier: Message) -> Plan:
        self._answered.remove(earlier)
        if message.number % 2 == 0:
            return Plan(message, Intake.REPEAT, answering.on_time, earlier=earlier.number)
        return Plan(message, Intake.RECUR, next(self._ordinary), earlier=earlier.number)


def _intake(message: Message) -> tuple[Intake, str]:
    for number, words in EMERGENCIES:
        if words.search(message.words):
            return Intake.PASS, number
    if message.nature == CONSULTATION:
        return (Intake.FORM if message.number % NEEDS_UNIT == 0 else Intake.ANSWER), ""
    for code, words in DECLINES:
        if words.search(message.words):
            return Intake.DECLINE, code
    return Intake.FORM, ""


def _otherwise(message: Message) -> Intake:
    """What may befall a ticket that would be formed."""
    if message.nature in PARTIAL and message.number % ABOUT_UNIT == ABOUT_UNIT - 1:
        return Intake.KEEP
    if message.number % TAKEN_BACK == 1:
        return Intake.WITHDRAW
    return Intake.LINGER if message.number % LATE == LATE - 1 else Intake.FORM
