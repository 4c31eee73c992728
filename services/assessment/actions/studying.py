"""14: 专题研究. A person puts a topic before a unit, which says what causes it and what will end it; a person closes it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_

from chassis import journal
from chassis.errors import Denied, Invalid, Missing
from chassis.store import Tx
from chassis.store.paging import Page
from regulation.articles import NotAllowed
from regulation.instants import local_day
from services.assessment.actions import telling
from services.assessment.actions.overseeing import WIDE_ROLES
from services.assessment.rules.entered import demand_words
from services.assessment.rules.offering import Offered, of_study
from services.assessment.rules.studies import STUDYING, State, due_at, step
from services.assessment.store import copies, hiding
from services.assessment.store import topics as rows
from services.assessment.store.topical import studies, topic_tickets
from services.assessment.store.topics import Shown

Row = Mapping[Any, Any]
NO_TOPIC = "没有这个专题，或您无权查看：请核对编号"
NO_STUDY = "没有这件专题研究，或不由您办理：请核对编号"


@dataclass(frozen=True)
class Wanted:
    """Which studies; empty: any."""

    topic_id: str = ""
    unit_id: str = ""
    state: State | None = None
    overdue: bool = False


def list_topics(tx: Tx, page: Page, tenant_id: str) -> tuple[list[Shown], str]:
    """The one that grew last first, without what complains about the reader (17)."""
    return rows.page_of(tx, page, tenant_id or tx.by.tenant_id, hiding.reader_of(tx))


def get_topic(tx: Tx, topic_id: str) -> Shown:
    """One as the reader sees it. Raises Missing."""
    found = rows.one(tx, topic_id, _open(tx))
    if found is None:
        raise Missing(NO_TOPIC)
    return found


def list_topic_tickets(tx: Tx, page: Page, topic_id: str) -> tuple[Sequence[Row], str]:
    """What is behind it, in the order of time. Raises Missing."""
    get_topic(tx, topic_id)
    return rows.page_of_tickets(tx, page, topic_id, _open(tx))


def put_topic(tx: Tx, topic_id: str, unit_id: str, demand: str, due_day: str) -> Row:
    """The unit is told. Raises Missing, Invalid, NotAllowed where the unit studies it already."""
    topic = get_topic(tx, topic_id).row
    unit = copies.unit_of(tx, unit_id)
    if unit is None or not unit["open"] or topic["tenant_id"] != tx.by.tenant_id:
        raise Invalid("unit_id", "没有这个单位，或该单位已撤销，请从本级单位中选择", STUDYING.code)
    demand_words("demand", demand, "请填写研究要求", STUDYING.code)
    due = due_at(due_day, local_day(tx.now))
    if tx.one(tx.select(studies).where(studies.c.topic_id == topic_id, studies.c.unit_id == unit_id, studies.c.state != State.CLOSED)):
        raise NotAllowed(STUDYING, "该单位正在研究这个专题：请在专题研究中查看")
    study_id = tx.new_id()
    row = {
        "study_id": study_id, "handling_tenant_id": unit["handling_tenant_id"] or None, "topic_id": topic_id, "unit_id": unit_id,
        "state": State.ASKED.value, "demand": demand, "asked_at": tx.now, "asked_by": tx.by.id, "due_at": due, "causes": "",
        "mechanism": "", "answered_by": "", "remark": "", "ended_by": "",
    }  # fmt: skip
    tx.insert(studies, **row)
    _note(tx, study_id, "put_topic", {"topic": topic_id, "unit": unit_id})
    told = _one(tx, study_id)
    telling.tell_study(tx, told, topic["number"])
    return told


def answer_study(tx: Tx, study_id: str, causes: str, mechanism: str) -> Row:
    """By the unit's own people; for a district by those of its hub. Raises Missing, Denied, Invalid, NotAllowed unless it is awaited."""
    row = _one(tx, study_id)
    if copies.own_unit(tx, row["unit_id"]) is None:
        raise Denied("只能由研究该专题的单位反馈")
    demand_words("causes", causes, "请填写原因分析", STUDYING.code)
    demand_words("mechanism", mechanism, "请填写建立的长效机制", STUDYING.code)
    answered = {"causes": causes, "mechanism": mechanism, "answered_at": tx.now, "answered_by": tx.by.id}
    with tx.acting_for(row["tenant_id"]) as owner:
        return _step(owner, row, "answer_study", answered, {"late": tx.now > row["due_at"]})


def send_back_study(tx: Tx, study_id: str, reason: str, due_day: str) -> Row:
    """The answer was not enough. Raises Missing, Invalid, NotAllowed before there is one."""
    row = _own(tx, study_id)
    demand_words("reason", reason, "请填写退回的理由", STUDYING.code)
    return _step(tx, row, "send_back_study", {"remark": reason, "due_at": due_at(due_day, local_day(tx.now))})


def close_study(tx: Tx, study_id: str, conclusion: str) -> Row:
    """It is over. Raises Missing, Invalid without a conclusion, NotAllowed where it is."""
    row = _own(tx, study_id)
    demand_words("conclusion", conclusion, "请填写研究结论", STUDYING.code)
    return _step(tx, row, "close_study", {"remark": conclusion, "ended_at": tx.now, "ended_by": tx.by.id})


def list_studies(tx: Tx, page: Page, asked: Wanted) -> tuple[list[tuple[Row, Shown | None]], str]:
    """The newest first, each with its topic as the reader sees it; a unit's own people see what was put before it."""
    wanted = tx.select(studies).where(*_of(tx, asked))
    found, token = tx.page(wanted, (studies.c.asked_at.desc(), studies.c.study_id.desc()), page)
    topics = _topics_of(tx, found)
    return [(row, topics.get(row["topic_id"])) for row in found], token


def list_study_tickets(tx: Tx, page: Page, study_id: str) -> tuple[Sequence[Row], str]:
    """Of the calls behind its topic those that whoever asks may see: a unit's people those that it leads. Raises Missing."""
    row = _one(tx, study_id, lock=False)
    return rows.page_of_tickets(tx, page, row["topic_id"], _seen(tx, [row]))


def offered(tx: Tx, found: Sequence[Row]) -> list[list[Offered]]:
    """What whoever asks may do about each."""
    spoken = copies.spoken_among(tx, {row["unit_id"] for row in found})
    return [of_study(State(row["state"]), ours=_is_hubs(tx, row), answers=row["unit_id"] in spoken) for row in found]


def is_overdue(tx: Tx, row: Row) -> bool:
    """Whether the unit's answer is awaited and its term went by."""
    return bool(row["state"] == State.ASKED and row["due_at"] < tx.now)


def _of(tx: Tx, asked: Wanted) -> list[ColumnElement[bool]]:
    own = studies.c
    where: list[ColumnElement[bool]] = [or_(own.tenant_id == tx.by.tenant_id, own.handling_tenant_id == tx.by.tenant_id)]
    if not _is_wide(tx):
        where.append(own.unit_id == tx.by.unit_id)
    where += [getattr(own, name) == value for name in ("topic_id", "unit_id") if (value := getattr(asked, name))]
    if asked.state:
        where.append(own.state == asked.state.value)
    if asked.overdue:
        where += [own.state == State.ASKED.value, own.due_at < tx.now]
    return where


def _topics_of(tx: Tx, found: Sequence[Row]) -> dict[str, Shown]:
    """As the reader sees them, those put by its own hub apart from those put before its units."""
    own = [row for row in found if _is_hubs(tx, row)]
    seen = rows.among(tx, [row["topic_id"] for row in own], _open(tx)) if own else []
    if others := [row for row in found if not _is_hubs(tx, row)]:
        seen += rows.among(tx, [row["topic_id"] for row in others], _seen(tx, others))
    return {shown.row["topic_id"]: shown for shown in seen}


def _seen(tx: Tx, found: Sequence[Row]) -> ColumnElement[bool]:
    """17: a unit's people see the calls that it leads, and of those none about itself."""
    if all(_is_hubs(tx, row) for row in found):
        return _open(tx)
    return rows.led_by({row["unit_id"] for row in found}) & _open(tx)


def _is_hubs(tx: Tx, row: Row) -> bool:
    return _is_wide(tx) and row["tenant_id"] == tx.by.tenant_id


def _open(tx: Tx) -> ColumnElement[bool]:
    return hiding.is_open_to(hiding.reader_of(tx), topic_tickets.c.ticket_id)


def _is_wide(tx: Tx) -> bool:
    return bool(WIDE_ROLES & tx.by.roles)


def _one(tx: Tx, study_id: str, *, lock: bool = True) -> Row:
    row = tx.row(studies, study_id=study_id, lock=lock)
    if row is None or not (_is_wide(tx) or copies.own_unit(tx, row["unit_id"])):
        raise Missing(NO_STUDY)
    return row


def _own(tx: Tx, study_id: str) -> Row:
    row = _one(tx, study_id)
    if row["tenant_id"] != tx.by.tenant_id:
        raise Missing(NO_STUDY)
    return row


def _step(tx: Tx, row: Row, verb: str, values: dict[str, Any], detail: dict[str, Any] | None = None) -> Row:
    after = {"state": step(verb, State(row["state"])).value, **values}
    tx.change(studies, {"study_id": row["study_id"]}, after)
    _note(tx, row["study_id"], verb, {"unit": row["unit_id"], **(detail or {})})
    return {**row, **after}


def _note(tx: Tx, study_id: str, verb: str, detail: dict[str, Any]) -> None:
    journal.append(tx, study_id, verb, STUDYING.code, detail)
