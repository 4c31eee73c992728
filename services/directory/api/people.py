"""PersonService."""

from __future__ import annotations

from chassis.errors import Missing
from chassis.store import Tx
from hotline.directory.v1 import people_pb2 as pb
from services.directory.actions import people as actions
from services.directory.actions.loading import seen_unit
from services.directory.actions.second_factors import remove_second_factor
from services.directory.actions.telling import role_numbers
from services.directory.api.reading import readable_tenant, role_names
from services.directory.rules.people import Person
from services.directory.store.people import load_person, person_of
from services.directory.store.tables import people


class PersonDoor:
    """The people of a tenant."""

    service = "hotline.directory.v1.PersonService"

    def AddPerson(self, request: pb.AddPersonRequest, tx: Tx) -> pb.AddPersonResponse:
        """Into an own unit."""
        person = actions.add_person(
            tx,
            request.unit_id,
            login=request.login,
            name=request.name,
            roles=role_names(request.roles),
            password=request.password,
        )
        return pb.AddPersonResponse(person=person_message(person))

    def RenamePerson(self, request: pb.RenamePersonRequest, tx: Tx) -> pb.RenamePersonResponse:
        """The log-in name stays."""
        return pb.RenamePersonResponse(person=person_message(actions.rename_person(tx, request.person_id, request.version, request.name)))

    def MovePerson(self, request: pb.MovePersonRequest, tx: Tx) -> pb.MovePersonResponse:
        """To another own unit."""
        return pb.MovePersonResponse(person=person_message(actions.move_person(tx, request.person_id, request.version, request.unit_id)))

    def SetRoles(self, request: pb.SetRolesRequest, tx: Tx) -> pb.SetRolesResponse:
        """All at once."""
        person = actions.set_roles(tx, request.person_id, request.version, role_names(request.roles))
        return pb.SetRolesResponse(person=person_message(person))

    def DeactivatePerson(self, request: pb.DeactivatePersonRequest, tx: Tx) -> pb.DeactivatePersonResponse:
        """Without access from now on."""
        person = actions.deactivate_person(tx, request.person_id, request.version, request.reason)
        return pb.DeactivatePersonResponse(person=person_message(person))

    def ReactivatePerson(self, request: pb.ReactivatePersonRequest, tx: Tx) -> pb.ReactivatePersonResponse:
        """With access again."""
        person = actions.reactivate_person(tx, request.person_id, request.version, request.reason)
        return pb.ReactivatePersonResponse(person=person_message(person))

    def ResetPassword(self, request: pb.ResetPasswordRequest, tx: Tx) -> pb.ResetPasswordResponse:
        """A new first password."""
        actions.reset_password(tx, request.person_id, request.password, request.reason)
        return pb.ResetPasswordResponse()

    def RemoveSecondFactor(self, request: pb.RemoveSecondFactorRequest, tx: Tx) -> pb.RemoveSecondFactorResponse:
        """Of whoever lost it."""
        remove_second_factor(tx, request.person_id, request.reason)
        return pb.RemoveSecondFactorResponse()

    def GetPerson(self, request: pb.GetPersonRequest, tx: Tx) -> pb.GetPersonResponse:
        """One that the caller may see."""
        person = load_person(tx, request.person_id)
        if person is None:
            raise Missing(f"没有编号为 {request.person_id} 的人员，请核对后重试")
        return pb.GetPersonResponse(person=person_message(person))

    def ListPeople(self, request: pb.ListPeopleRequest, tx: Tx) -> pb.ListPeopleResponse:
        """Of one tenant."""
        chosen = tx.select(people).where(people.c.tenant_id == readable_tenant(tx, request.tenant_id))
        if request.unit_id:
            seen_unit(tx, request.unit_id)
            chosen = chosen.where(people.c.unit_id == request.unit_id)
        if not request.with_inactive:
            chosen = chosen.where(people.c.active)
        rows, token = tx.page(chosen, (people.c.person_id,), request.page)
        return pb.ListPeopleResponse(people=[person_message(person_of(row)) for row in rows], next_page_token=token)


def person_message(person: Person) -> pb.Person:
    """A person as it is answered."""
    return pb.Person(
        person_id=person.person_id,
        tenant_id=person.tenant_id,
        unit_id=person.unit_id,
        login=person.login,
        name=person.name,
        roles=role_numbers(person.roles),
        active=person.active,
        version=person.version,
    )
