"""What a city's supervisor and a unit see of supervision (Art. 15)."""

from __future__ import annotations

from hotline.assessment.v1 import supervision_pb2 as pb
from hotline.notify.v1 import inbox_pb2 as inbox
from simulator.people import Person
from tests.journeys.cities import City
from tests.journeys.orders import WHOLE, Order

SERVICE = "assessment.v1.SupervisionService"


def proposed(city: City, unit_id: str, order: Order) -> list[tuple[str, str]]:
    """Supervisions of a unit that were proposed and rest on this order: their id and ground."""
    asked = pb.ListSupervisionsRequest(unit_id=unit_id, state=pb.SUPERVISION_STATE_PROPOSED, page=WHOLE)
    listed = city.hub.supervisor.ask(f"{SERVICE}/ListSupervisions", asked, pb.ListSupervisionsResponse).supervisions
    return [(each.supervision_id, each.ground) for each in listed if order.order_id in _evidence(city, each.supervision_id)]


def issue(city: City, supervision_id: str) -> pb.Supervision:
    """By the supervisor."""
    asked = pb.IssueSupervisionRequest(supervision_id=supervision_id)
    return city.hub.supervisor.ask(f"{SERVICE}/IssueSupervision", asked, pb.IssueSupervisionResponse).supervision


def told(by: Person, number: str) -> list[str]:
    """What a unit's inbox says of a supervision."""
    items = by.ask("notify.v1.InboxService/ListChanges", inbox.ListChangesRequest(page=WHOLE), inbox.ListChangesResponse).items
    return [item.text for item in items if item.notice == "supervised" and number in item.text]


def _evidence(city: City, supervision_id: str) -> set[str]:
    asked = pb.ListEvidenceRequest(supervision_id=supervision_id, page=WHOLE)
    found = city.hub.supervisor.ask(f"{SERVICE}/ListEvidence", asked, pb.ListEvidenceResponse).evidence
    return {each.subject_id for each in found}
