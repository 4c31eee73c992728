"""SessionService: the one door that is open to whoever is not yet known."""

from __future__ import annotations

from collections.abc import Callable

from chassis.errors import Refusal
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.directory.v1 import sessions_pb2 as pb
from services.directory.actions import sessions as actions
from services.directory.actions.identities import log_in_by_proof, proof_of, provider_of
from services.directory.actions.second_factors import confirm_second_factor
from services.directory.actions.sessions import Granted
from services.directory.actions.signing import key_set
from services.directory.actions.systems import log_in_by_key
from services.directory.api.identities import identity_in
from services.directory.api.people import person_message


class SessionDoor:
    """Logging in and out."""

    service = "hotline.directory.v1.SessionService"

    def LogIn(self, request: pb.LogInRequest, tx: Tx) -> pb.LogInResponse | Refusal:
        """By name and password."""
        granted = actions.log_in(tx, request.tenant_id, request.login, request.password, request.code)
        if isinstance(granted, Refusal):
            return granted
        person = person_message(granted.person) if granted.person else None
        return pb.LogInResponse(tokens=tokens_message(granted), person=person)

    def LogInByKey(self, request: pb.LogInByKeyRequest, tx: Tx) -> pb.LogInByKeyResponse:
        """By a system's key."""
        return pb.LogInByKeyResponse(tokens=tokens_message(log_in_by_key(tx, request.key)))

    def ProveIdentity(self, request: pb.ProveIdentityRequest, tx: Tx) -> Callable[[], pb.ProveIdentityResponse]:
        """By the provider's keys; it is asked for them once the transaction is over."""
        settings, provider = tx.settings, provider_of(tx.settings)

        def asked() -> pb.ProveIdentityResponse:
            return pb.ProveIdentityResponse(proof=proof_of(settings, identity_in(provider, request.id_token, request.nonce)))

        return asked

    def LogInByProof(self, request: pb.LogInByProofRequest, tx: Tx) -> pb.LogInByProofResponse:
        """By what the provider said, once."""
        granted = log_in_by_proof(tx, request.proof)
        person = person_message(granted.person) if granted.person else None
        return pb.LogInByProofResponse(tokens=tokens_message(granted), person=person)

    def RenewToken(self, request: pb.RenewTokenRequest, tx: Tx) -> pb.RenewTokenResponse | Refusal:
        """By a refresh token, once."""
        granted = actions.renew_token(tx, request.refresh_token)
        return granted if isinstance(granted, Refusal) else pb.RenewTokenResponse(tokens=tokens_message(granted))

    def LogOut(self, request: pb.LogOutRequest, tx: Tx) -> pb.LogOutResponse:
        """Here, or everywhere."""
        actions.log_out(tx, request.refresh_token, everywhere=request.everywhere)
        return pb.LogOutResponse()

    def ChangePassword(self, request: pb.ChangePasswordRequest, tx: Tx) -> pb.ChangePasswordResponse | Refusal:
        """Knowing the one in force."""
        known = {"password": request.password, "new_password": request.new_password, "code": request.code}
        return actions.change_password(tx, request.tenant_id, request.login, **known) or pb.ChangePasswordResponse()

    def BeginSecondFactor(self, request: pb.BeginSecondFactorRequest, tx: Tx) -> pb.BeginSecondFactorResponse | Refusal:
        """Knowing the password."""
        begun = actions.begin_factor(tx, request.tenant_id, request.login, request.password)
        return begun if isinstance(begun, Refusal) else pb.BeginSecondFactorResponse(**vars(begun))

    def ConfirmSecondFactor(self, request: pb.ConfirmSecondFactorRequest, tx: Tx) -> pb.ConfirmSecondFactorResponse:
        """By the app's first code."""
        confirm_second_factor(tx, request.enrolment, request.code)
        return pb.ConfirmSecondFactorResponse()

    def GetSigningKeys(self, _request: pb.GetSigningKeysRequest, tx: Tx) -> pb.GetSigningKeysResponse:
        """As a JSON Web Key Set."""
        return pb.GetSigningKeysResponse(jwks=key_set(tx))


def tokens_message(granted: Granted) -> pb.Tokens:
    """What a log-in gives, as it is answered."""
    return pb.Tokens(
        access_token=granted.access_token,
        access_expires_at=stamp(granted.access_expires_at),
        refresh_token=granted.refresh_token,
        refresh_expires_at=stamp(granted.refresh_expires_at),
    )
