"""Logging in by 统一身份认证, where one is set up: there, back, and away (Art. 17)."""

from __future__ import annotations

import grpc
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from services.gateway.console import sessions
from services.gateway.console.pages.entering import back_of, show_entrance
from services.gateway.console.provider import ENTERING, ENTERING_SECONDS, HINT, LONGEST_HINT, RETURN, ProviderDoor, entering_of
from services.gateway.console.visiting import console_of
from services.gateway.problems import Problem, problem_of

router = APIRouter()
NEXT = "请按上述说明处理；也可以用本系统的登录名和密码登录。"


@router.get("/login/provider")
async def begin(request: Request) -> Response:
    """To the provider, which knows who somebody is."""
    console = console_of(request)
    try:
        address, entering = await _door(request).begin(back_of(request.query_params.get("back", "/")))
    except Problem as problem:
        return _refused(request, problem)
    response = RedirectResponse(address, 303)
    # Lax: the provider's page leads back here, and what is Strict would stay behind.
    secure = sessions.is_secure(console.settings)
    response.set_cookie(ENTERING, entering.cookie, ENTERING_SECONDS, path=RETURN, httponly=True, samesite="lax", secure=secure)
    return response


@router.get(RETURN)
async def returned(request: Request) -> Response:
    """From the provider; directory says whether that is somebody of ours. Who is refused reads why above the form."""
    try:
        entering = entering_of(request)
        token = await _door(request).finish(entering, dict(request.query_params))
        await sessions.log_in_by_provider(request, console_of(request).calls, token, entering.nonce)
    except Problem as problem:
        return _refused(request, problem)
    except grpc.RpcError as error:
        return _refused(request, problem_of(error))
    request.state.known |= {HINT: token if len(token) <= LONGEST_HINT else ""}
    # A page of ours leads on: cookies that are Strict do not go with what another site led to.
    response = console_of(request).showing.page("onward.html", path=entering.back, said="登录成功，正在进入工作台")
    response.delete_cookie(ENTERING, RETURN)
    return response


def _door(request: Request) -> ProviderDoor:
    door = console_of(request).provider
    if door is None:
        raise Problem("MISSING", "本系统没有接入统一身份认证：请用登录名和密码登录")
    return door


def _refused(request: Request, problem: Problem) -> Response:
    response = show_entrance(request, "login.html", problem, back="/", next_step=NEXT)
    response.delete_cookie(ENTERING, RETURN)
    return response
