"""Wrong ids and spent request ids at every RPC of notify; malformed fields are tests/contracts' matter."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.descriptor import FieldDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass

from chassis.caller import Caller
from chassis.declared import access_of
from chassis.grpc.server import service_descriptor
from hotline.notify.v1 import message_pb2
from services.notify.api import DOORS
from services.notify.sealed import Rating, sign_rating
from tests.services.notify.office import ADMIN, CITY, DISTRICT_ADMIN, GATEWAY, HANDLER, ORDER, SUPERVISOR, Office, changed
from tests.services.refused import Refused

METHODS = {
    f"{door.service.rpartition('.')[2]}/{method.name}": method for door in DOORS for method in service_descriptor(door.service).methods
}
INAPP = message_pb2.MESSAGE_CHANNEL_INAPP
WORDS: dict[str, Any] = {"notice": "yellow_lit", "channel": INAPP, "text": "{number}"}
GOOD: dict[str, tuple[Caller, dict[str, Any]]] = {
    "InboxService/ListItems": (HANDLER, {}),
    "InboxService/ListChanges": (HANDLER, {}),
    "InboxService/MarkRead": (HANDLER, {"item_ids": ["item"]}),
    "MessageService/ListMessages": (SUPERVISOR, {}),
    "MessageService/GetMessage": (SUPERVISOR, {"message_id": "item"}),
    "MessageService/SendMessageAgain": (ADMIN, {"message_id": "failed"}),
    "RatingLinkService/OpenRatingLink": (GATEWAY, {"token": "token"}),
    "TemplateService/ListTemplates": (ADMIN, {}),
    "TemplateService/PublishTemplate": (ADMIN, WORDS),
    "TemplateService/PreviewTemplate": (ADMIN, WORDS),
    "WebhookService/ListWebhooks": (ADMIN, {}),
    "WebhookService/SetWebhook": (ADMIN, {"url": "https://a.example/n", "key": "a-key-of-our-own-0123"}),
    "WebhookService/RemoveWebhook": (ADMIN, {"webhook_id": "webhook"}),
}


def stock(office: Office, version: int = 1) -> dict[str, str]:
    """One of each; the ids by the names they have above."""
    office.tell(changed(office.clock.now(), "dispatch", version=version))
    webhook = office.ask("WebhookService/SetWebhook", ADMIN, url="https://a.example/n", key="a-key-of-our-own-0123").webhook
    rating = Rating(CITY, ORDER, 1, office.clock.now())
    return {
        "item": office.rows("inbox_items")[-1]["item_id"],
        "webhook": webhook.webhook_id,
        "failed": office.fail(f"failed-{version}"),
        "token": sign_rating(office.store.settings, rating),
    }


def made(method: str, ids: dict[str, str], **changes: Any) -> Any:
    """A good request, with changes."""
    fields = {name: _known(value, ids) for name, value in GOOD[method][1].items()}
    return GetMessageClass(METHODS[method].input_type)(**{**fields, **changes})


def _known(value: Any, ids: dict[str, str]) -> Any:
    return [ids[each] for each in value] if isinstance(value, list) else ids.get(value, value) if isinstance(value, str) else value


def refused(office: Office, method: str, request: Message, by: Caller | None = None) -> Refused:
    with pytest.raises(Refused) as refusal:
        office.ask(method, by or GOOD[method][0], request)
    return refusal.value


def test_every_rpc_is_here_and_every_good_request_is_answered(served_office: Office) -> None:
    assert set(GOOD) == set(METHODS)
    ids = stock(served_office)
    for method in METHODS:
        served_office.ask(method, GOOD[method][0], made(method, ids))


def test_ids_of_nothing_and_of_another_tenant_are_unknown_and_nothing_is_changed(served_office: Office) -> None:
    office, ids = served_office, stock(served_office)
    before = office.everything()
    for wrong in ("nowhere", ids["webhook"]):
        assert refused(office, "MessageService/GetMessage", made("MessageService/GetMessage", ids, message_id=wrong)).code == "NOT_FOUND"
        assert (
            refused(office, "InboxService/MarkRead", made("InboxService/MarkRead", ids, item_ids=[ids["item"], wrong])).field == "item_ids"
        )
        again = made("MessageService/SendMessageAgain", ids, message_id=wrong)
        assert refused(office, "MessageService/SendMessageAgain", again).code == "NOT_FOUND"
    for by, wrong in ((ADMIN, "nowhere"), (DISTRICT_ADMIN, ids["webhook"])):
        for method in ("WebhookService/SetWebhook", "WebhookService/RemoveWebhook"):
            assert refused(office, method, made(method, ids, webhook_id=wrong), by).code == "NOT_FOUND"
    for method, changes in (
        ("TemplateService/PublishTemplate", {"notice": "nothing"}),
        ("TemplateService/PublishTemplate", {"language": "en"}),
        ("TemplateService/PublishTemplate", {"channel": 0}),
        ("TemplateService/PreviewTemplate", {"channel": message_pb2.MESSAGE_CHANNEL_WEBHOOK}),
        ("InboxService/ListItems", {"page": {"token": "!"}}),
        ("TemplateService/ListTemplates", {"page": {"token": "!"}}),
    ):
        assert refused(office, method, made(method, ids, **changes)).code == "INVALID_ARGUMENT", (method, changes)
    assert office.everything() == before


def test_a_request_id_is_spent_once_and_its_answer_given_again(served_office: Office) -> None:
    office = served_office
    for number, (method, described) in enumerate(METHODS.items()):
        if not access_of(described).writes:
            continue
        ids = stock(office, version=number + 1)
        first = office.ask(method, GOOD[method][0], made(method, ids, request_id="spent"))
        before = office.everything()
        assert office.ask(method, GOOD[method][0], made(method, ids, request_id="spent")) == first, method
        other = made(method, ids, request_id="spent")
        other.MergeFrom(_otherwise(other))
        assert refused(office, method, other).code == "ALREADY_EXISTS", method
        assert office.everything() == before


def _otherwise(request: Message) -> Message:
    """The same kind of request with another payload."""
    field = next(each for each in request.DESCRIPTOR.fields if each.type == FieldDescriptor.TYPE_STRING and each.name != "request_id")
    return type(request)(**{field.name: ["other"] if field.is_repeated else "other"})
