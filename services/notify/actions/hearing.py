"""What other services told, as notices: which fact is told to whom."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from google.protobuf.timestamp_pb2 import Timestamp

from chassis.stamps import instant
from chassis.store import Tx
from hotline.assessment.v1 import events_pb2 as assessment
from hotline.dispatch.v1 import events_pb2 as dispatch
from hotline.intake.v1 import events_pb2 as intake
from hotline.notify.v1.commands_pb2 import CALL_PURPOSE_SAMPLE, PlaceCall
from hotline.provincial.v1 import events_pb2 as provincial
from hotline.sla.v1 import events_pb2 as sla
from hotline.ticket.v1 import ticket_pb2 as ticket
from regulation.grounds import Ground
from regulation.terms import Kind
from regulation.urgency import UrgentKind
from services.notify.actions.notifying import Said, notify_caller, notify_unit
from services.notify.store import copies

TO_UNIT = {
    "dispatch": "order_dispatched",
    "hand_on": "order_dispatched",
    "upgrade": "urgent_dispatched",
    "rework": "order_reworked",
    "refuse_return": "return_refused",
    "grant_extension": "extension_granted",
    "refuse_extension": "extension_refused",
}
"""The verbs of dispatch that the order's unit is told of; a decision of a coordination is carried out by these."""
TO_ASSISTING = {"dispatch", "add_assisting", "rework"}
NO_ANSWER = (ticket.DEADLINE_KIND_FIRST_REPORT, ticket.DEADLINE_KIND_RETURN)


def order_changed(tx: Tx, event: dispatch.OrderChanged) -> None:
    """11(2), 11(4), 11(6), 11(9): the unit is told what concerns it, the caller what they wait for."""
    order = event.order
    if event.verb in TO_UNIT and not _handed_out(event):
        notify_unit(tx, order.unit_id, _of_order(event, _notice_of(event), _due(order)))
    if event.verb == "grant_return":
        notify_unit(tx, _left(event), _of_order(event, "return_granted", None))
    if event.verb in TO_ASSISTING:
        for clock in _begun(event):
            notify_unit(tx, clock.unit_id, _of_order(event, _notice_of(event), clock))
    if _has_caller(order):
        _tell_caller(tx, event)


def answer_passed(tx: Tx, event: dispatch.AnswerPassed) -> None:
    """11(8): what came of it; of a provincial order the province tells its own."""
    if event.source == ticket.SOURCE_PROVINCIAL:
        return
    said = Said(
        "answer_passed", f"{event.order_id}:{event.version}", instant(event.at), {"number": event.number, "answer": event.result},
        event.ticket_id, event.order_id, event.round,
    )  # fmt: skip
    notify_caller(tx, said)


def urgent_raised(tx: Tx, event: dispatch.UrgentRaised) -> None:
    """13: the departments that the city names."""
    values = {"number": event.number, "urgent_kind": _urgent_term(event.urgent_kind)}
    said = Said("urgent_raised", f"{event.order_id}:{event.version}", instant(event.at), values, event.ticket_id, event.order_id)
    for unit_id in event.told_unit_ids:
        notify_unit(tx, unit_id, said)


def light_turned(tx: Tx, event: sla.LightTurned) -> None:
    """12, 13: yellow; red comes with its urging."""
    if event.lit and event.light == ticket.LIGHT_YELLOW:
        values = {"number": event.number, "due_at": _text(event.deadline_at), "date": _date_term(event.kind)}
        key = f"{event.order_id}:{event.round}:{event.kind}:{event.deadline_version}"
        notify_unit(tx, event.unit_id, Said("yellow_lit", key, instant(event.at), values, event.ticket_id, event.order_id, event.round))


def urging_issued(tx: Tx, event: sla.UrgingIssued) -> None:
    """12, 13: red, with the urging (催办单)."""
    values = {"number": event.number, "due_at": _text(event.deadline_at), "date": _date_term(event.kind)}
    said = Said("red_urged", f"{event.urging_id}:{event.version}", instant(event.at), values, event.ticket_id, event.order_id, event.round)
    notify_unit(tx, event.unit_id, said)


def urging_voided(tx: Tx, event: sla.UrgingVoided) -> None:
    """Its ground fell away."""
    values = {"number": event.number, "reason": event.reason}
    said = Said("urging_voided", f"{event.urging_id}:{event.version}", instant(event.at), values, event.ticket_id, event.order_id)
    notify_unit(tx, event.unit_id, said)


def supervision_issued(tx: Tx, event: assessment.SupervisionIssued) -> None:
    """15: its number, its clause and its term (17: no person's words)."""
    values = {"number": event.number, "due_at": _text(event.due_at), "ground": Ground(event.ground).clause}
    notify_unit(tx, event.unit_id, Said("supervised", event.supervision_id, instant(event.at), values))


def ticket_formed(tx: Tx, event: intake.TicketFormed) -> None:
    """11(1): the caller is told the number; the province tells its own."""
    if event.source != ticket.SOURCE_PROVINCIAL:
        notify_caller(tx, Said("ticket_formed", event.ticket_id, instant(event.formed_at), {"number": event.number}, event.ticket_id))


def place_call(tx: Tx, command: PlaceCall) -> None:
    """11(8), 20: one call for each id, ended in any case; one that comes too late is not made."""
    notice = "sample_call" if command.purpose == CALL_PURPOSE_SAMPLE else "call_back"
    said = Said(
        notice, command.call_id, tx.now, {"number": command.number}, command.ticket_id, command.order_id, command.round,
        expires_at=instant(command.expires_at), call_id=command.call_id,
    )  # fmt: skip
    notify_caller(tx, said, though_over=True)


def province_urged(tx: Tx, event: provincial.UrgingReceived) -> None:
    """12: the province urges: its hub and whoever holds the order are told."""
    _tell_hub_and_holder(tx, "province_urged", event, {"number": event.provincial_number})


def province_decided(tx: Tx, event: provincial.DecisionReceived) -> None:
    """11(4), 11(6): the hub is told to carry it out, whoever holds the order what to expect."""
    asked = {"extension": "延期", "return": "回退", "progress_report": "续报"}.get(event.asked, "")
    days = f"{event.days}个工作日" if event.granted and event.days else ""
    verdict = f"{'同意' if event.granted else '不同意'}{asked}{days}"
    _tell_hub_and_holder(tx, "province_decided", event, {"number": event.provincial_number, "verdict": verdict})


def study_asked(tx: Tx, event: assessment.StudyAsked) -> None:
    """14: its number and its term; what it is about is read there (17)."""
    values = {"number": event.number, "due_at": _text(event.due_at)}
    notify_unit(tx, event.unit_id, Said("study_asked", event.study_id, instant(event.at), values))


def burst_found(tx: Tx, event: assessment.BurstFound) -> None:
    """18: the hub is told to look; of what and where it reads there."""
    values = {"number": event.number, "count": str(event.calls)}
    notify_unit(tx, copies.hub_of(tx), Said("burst_found", event.burst_id, instant(event.at), values))


def _tell_caller(tx: Tx, event: dispatch.OrderChanged) -> None:
    if event.verb == "grant_extension":
        notify_caller(tx, _of_order(event, "extension_told", _due(event.order)))
    elif event.verb == "send_rating_link" and event.HasField("link_until"):
        notify_caller(tx, _of_order(event, "rating_link", None, until=event.link_until))


def _tell_hub_and_holder(tx: Tx, notice: str, event: Any, values: dict[str, str]) -> None:
    key = f"{event.ticket_id}:{event.version}"
    said = Said(notice, key, instant(event.at), values, event.ticket_id, event.order_id)
    for unit_id in dict.fromkeys(filter(None, (copies.hub_of(tx), event.unit_id))):
        notify_unit(tx, unit_id, said)


def _handed_out(event: dispatch.OrderChanged) -> bool:
    """7(2): whoever handed an order on did so by itself; the inner order's unit is told."""
    return event.verb == "hand_on" and not event.order.outer_order_id


def _has_caller(order: dispatch.OrderSnapshot) -> bool:
    """An inner order's caller is told of the outer one; the province tells its own."""
    return not order.outer_order_id and order.source != ticket.SOURCE_PROVINCIAL


def _notice_of(event: dispatch.OrderChanged) -> str:
    """An urgent order is told as one, whichever verb brings it to the unit."""
    notice = TO_UNIT.get(event.verb, "order_dispatched")
    return "urgent_dispatched" if notice == "order_dispatched" and event.order.urgency == ticket.URGENCY_URGENT else notice


def _of_order(event: dispatch.OrderChanged, notice: str, clock: dispatch.Clock | None, until: Timestamp | None = None) -> Said:
    order = event.order
    values = {"number": order.number}
    if clock is not None:
        values["due_at"] = _text(clock.deadline.deadline_at)
    if notice == "urgent_dispatched":
        values["urgent_kind"] = _urgent_term(order.urgent_kind)
    if until is not None:
        values["until"] = _text(until)
    return Said(
        notice, f"{order.order_id}:{order.version}", instant(event.at), values, order.ticket_id, order.order_id, order.round,
        expires_at=instant(until) if until is not None else None,
    )  # fmt: skip


def _due(order: dispatch.OrderSnapshot) -> dispatch.Clock | None:
    """The lead's date in force: the newest of the present round, but for the first report's."""
    own = (each for each in order.clocks if each.round == order.round and not each.assisting and each.state != dispatch.CLOCK_STATE_VOID)
    return max((each for each in own if each.kind not in NO_ANSWER), key=lambda each: each.deadline_version, default=None)


def _left(event: dispatch.OrderChanged) -> str:
    """The unit that an order left: whose dates became void with this verb."""
    void = (each for each in event.order.clocks if each.state == dispatch.CLOCK_STATE_VOID and not each.assisting)
    newest = max(void, key=lambda each: (each.round, each.deadline_version), default=None)
    return newest.unit_id if newest else ""


def _begun(event: dispatch.OrderChanged) -> Iterable[dispatch.Clock]:
    """Dates of assisting units that began with this verb (16)."""
    order = event.order
    mine = (each for each in order.clocks if each.assisting and each.round == order.round and each.state != dispatch.CLOCK_STATE_VOID)
    return [each for each in mine if each.deadline.trigger_at == event.at and each.kind != ticket.DEADLINE_KIND_FIRST_REPORT]


def _text(stamp: Timestamp) -> str:
    return instant(stamp).isoformat()


def _date_term(number: Any) -> str:
    return Kind[ticket.DeadlineKind.Name(number).removeprefix("DEADLINE_KIND_")].term if number else ""


def _urgent_term(number: Any) -> str:
    return UrgentKind[ticket.UrgentKind.Name(number).removeprefix("URGENT_KIND_")].term if number else "危及人身、财产安全的其他紧急情况"
