"""Beginning to log in with a second factor (动态口令): directory's are the secret, the codes and the words (Art. 17)."""

from __future__ import annotations

import grpc
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hotline.directory.v1 import sessions_pb2 as pb
from services.gateway.console import forms, sessions
from services.gateway.console.pages.entering import show_entrance
from services.gateway.console.picturing import picture_of
from services.gateway.console.visiting import console_of
from services.gateway.problems import Problem, problem_of

router = APIRouter()
# What the address of a secret, which comes back with a wrong code, begins with.
ADDRESS = "otpauth://totp/"
MOST_ADDRESS = 300


@router.get("/second-factor")
async def show(request: Request) -> Response:
    """By name and password."""
    return show_entrance(request, "second_factor.html")


@router.post("/second-factor")
async def begin(request: Request) -> Response:
    """The secret, to be read by a telephone."""
    asked = pb.BeginSecondFactorRequest()
    forms.fill(asked, await forms.fields_of(request))
    try:
        begun = await console_of(request).calls.ask("", f"{sessions.SERVICE}/BeginSecondFactor", asked, pb.BeginSecondFactorResponse)
    except grpc.RpcError as error:
        return show_entrance(request, "second_factor.html", problem_of(error), tenant=asked.tenant_id, login=asked.login)
    return _begun(request, begun)


@router.post("/second-factor/confirm")
async def confirm(request: Request) -> Response:
    """Who types a wrong code sees the same secret again."""
    fields = await forms.fields_of(request)
    asked, begun = pb.ConfirmSecondFactorRequest(), pb.BeginSecondFactorResponse()
    forms.fill(asked, fields)
    forms.fill(begun, fields)
    try:
        await console_of(request).calls.ask("", f"{sessions.SERVICE}/ConfirmSecondFactor", asked, pb.ConfirmSecondFactorResponse)
    except grpc.RpcError as error:
        problem = problem_of(error)
        if problem.reason != "INVALID" or not begun.address.startswith(ADDRESS) or len(begun.address) > MOST_ADDRESS:
            return show_entrance(request, "second_factor.html", problem)
        return _begun(request, begun, problem)
    return RedirectResponse("/login", 303)


def _begun(request: Request, begun: pb.BeginSecondFactorResponse, problem: Problem | None = None) -> Response:
    shown = {"enrolment": begun.enrolment, "secret": begun.secret, "address": begun.address, "picture": picture_of(begun.address)}
    return show_entrance(request, "second_factor_begun.html", problem, **shown)
