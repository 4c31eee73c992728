"""ContactService."""

from __future__ import annotations

from chassis.errors import Invalid
from chassis.store import Tx
from hotline.directory.v1 import contacts_pb2 as pb
from services.directory.actions import contacts as actions
from services.directory.actions.contacts import Contact, Purpose, contact_of
from services.directory.actions.loading import seen_unit
from services.directory.store.tables import contacts

PURPOSES = {
    Purpose.HANDLING: pb.CONTACT_PURPOSE_HANDLING,
    Purpose.LEAD: pb.CONTACT_PURPOSE_LEAD,
    Purpose.URGENT: pb.CONTACT_PURPOSE_URGENT,
}
PURPOSE_OF: dict[int, Purpose] = {number: purpose for purpose, number in PURPOSES.items()}


class ContactDoor:
    """Whom to reach at a unit. Every answer but a reveal is masked by the server."""

    service = "hotline.directory.v1.ContactService"

    def AddContact(self, request: pb.AddContactRequest, tx: Tx) -> pb.AddContactResponse:
        """To an own unit."""
        purpose = _purpose(request.purpose)
        contact = actions.add_contact(tx, request.unit_id, purpose=purpose, name=request.name, phone=request.phone)
        return pb.AddContactResponse(contact=contact_message(contact))

    def ChangeContact(self, request: pb.ChangeContactRequest, tx: Tx) -> pb.ChangeContactResponse:
        """Of an own unit."""
        purpose = _purpose(request.purpose)
        contact = actions.change_contact(tx, request.contact_id, request.version, purpose=purpose, name=request.name, phone=request.phone)
        return pb.ChangeContactResponse(contact=contact_message(contact))

    def RemoveContact(self, request: pb.RemoveContactRequest, tx: Tx) -> pb.RemoveContactResponse:
        """For good."""
        actions.remove_contact(tx, request.contact_id, request.version)
        return pb.RemoveContactResponse()

    def ListContacts(self, request: pb.ListContactsRequest, tx: Tx) -> pb.ListContactsResponse:
        """Of one unit."""
        unit = seen_unit(tx, request.unit_id)
        chosen = tx.select(contacts).where(contacts.c.unit_id == unit.unit_id)
        rows, token = tx.page(chosen, (contacts.c.contact_id,), request.page)
        return pb.ListContactsResponse(contacts=[contact_message(contact_of(tx, row)) for row in rows], next_page_token=token)

    def RevealContact(self, request: pb.RevealContactRequest, tx: Tx) -> pb.RevealContactResponse:
        """Unmasked, with a reason."""
        return pb.RevealContactResponse(contact=contact_message(actions.reveal_contact(tx, request.contact_id, request.reason)))

    def ResolveUnitContact(self, request: pb.ResolveUnitContactRequest, tx: Tx) -> pb.ResolveUnitContactResponse:
        """For one message."""
        found = actions.resolve_unit_contact(
            tx, request.unit_id, urgent=request.urgent, purpose=request.purpose, message_id=request.message_id
        )
        return pb.ResolveUnitContactResponse(phone=found.phone if found else "")


def contact_message(contact: Contact) -> pb.Contact:
    """A contact as it is answered, before the server masks it."""
    return pb.Contact(
        contact_id=contact.contact_id,
        unit_id=contact.unit_id,
        purpose=PURPOSES[contact.purpose],
        name=contact.name,
        phone=contact.phone,
        version=contact.version,
    )


def _purpose(number: int) -> Purpose:
    if not number:
        raise Invalid("purpose", "请选择联系人的用途")
    return PURPOSE_OF[number]
