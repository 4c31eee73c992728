"""Tickets that are brought to each stage of their lives through its doors."""

from __future__ import annotations

import time
from typing import Any

from bench.lifecycles import CATEGORY, HUB, TEXT, UNIT
from hotline.dispatch.v1 import desks_pb2 as desks
from hotline.intake.v1 import content_pb2 as content
from hotline.intake.v1 import tickets_pb2 as tickets
from hotline.ticket.v1 import ticket_pb2 as shared
from simulator.people import House, Person
from tests.journeys.verbs import ask, request_of

PHONE = "19900000001"
RETURN = {"reason": "不属于本单位职责", "basis": "三定方案", "suggested_unit_id": "water-supply"}
REPLY = {"measures": "已安排抢修人员更换灯具并检查线路", "result": "路灯已于当日恢复照明", "answered_by": "PHONE"}


class Lives:
    """Brings one ticket to each stage, through the doors."""

    def __init__(self, house: House) -> None:
        self._house = house

    def template(self, stage: str) -> tuple[str, str]:
        """The ids of a ticket and its order at a stage."""
        order = self._formed()
        return order.ticket_id, (order if stage == "pending" else getattr(self, f"_{stage}")(order)).order_id

    def _formed(self) -> Any:
        operator = self._of_hub("ROLE_OPERATOR")
        said = content.TicketContent(
            channel=shared.CHANNEL_PHONE, nature=shared.NATURE_COMPLAINT, category=CATEGORY, text=TEXT,
            caller=content.Caller(name="演示赵一", phone=PHONE), place=shared.Place(district="zhangdian", address="演示路1号"),
        )  # fmt: skip
        ticket = ask(operator, "register_ticket", tickets.RegisterTicketRequest(content=said, masking_confirmed=True)).ticket
        ask(operator, "form_ticket", tickets.FormTicketRequest(ticket_id=ticket.ticket_id, version=ticket.version))
        while True:
            found = ask(self._of_hub("ROLE_DISPATCHER"), "list_dispatch_queue", desks.ListDispatchQueueRequest()).orders
            if order := next((each for each in found if each.ticket_id == ticket.ticket_id), None):
                return order
            time.sleep(0.1)

    def _handling(self, order: Any) -> Any:
        order = self._do(self._of_hub("ROLE_DISPATCHER"), "dispatch", order, unit_id=UNIT)
        return self._do(self._handler, "sign_in", order)

    def _returned(self, order: Any) -> Any:
        return self._do(self._handler, "request_return", self._handling(order), **RETURN)

    def _replied(self, order: Any) -> Any:
        order = self._handling(order)
        return self._do(self._handler, "reply", order, **REPLY, answered_at=order.since.ToDatetime())

    def _calling(self, order: Any) -> Any:
        return self._do(self._of_hub("ROLE_REVIEWER"), "pass_review", self._replied(order))

    def _closed(self, order: Any) -> Any:
        by, order = self._of_hub("ROLE_CALL_BACK"), self._calling(order)
        order = self._do(by, "record_ratings", order, process="SATISFIED", result="SATISFIED", via="PHONE")
        return self._do(by, "close_satisfied", order)

    @property
    def _handler(self) -> Person:
        return self._house.of_unit(UNIT, "ROLE_HANDLER")

    def _of_hub(self, role: str) -> Person:
        return self._house.of_unit(HUB, role)

    def _do(self, by: Person, verb: str, order: Any, **said: Any) -> Any:
        return ask(by, verb, request_of(verb, {"order_id": order.order_id, "version": order.version, **said})).order
