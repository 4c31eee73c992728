"""Logging in and out, and changing a password: directory's are the rules, the lock-out and the words (Art. 17)."""

from __future__ import annotations

from typing import Any
from urllib.parse import unquote

import grpc
from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from hotline.directory.v1 import sessions_pb2 as pb
from services.gateway.console import forms, sessions
from services.gateway.console.menu import menu_of
from services.gateway.console.problems import worded
from services.gateway.console.provider import HINT
from services.gateway.console.visiting import Signed, console_of
from services.gateway.problems import Problem, problem_of

router = APIRouter()
HOME = "/"
CHECK = "请核对后重新填写；连续多次有误的账号会被暂时锁定，可请租户管理员解除。"
NOWHERE = "您的岗位没有可用的工作台：请联系租户管理员核对岗位。"


@router.get("/")
async def home(visit: Signed) -> Response:
    """The first desk of whoever is logged in."""
    desks = menu_of(visit.session.roles)
    return visit.go(desks[0].path) if desks else visit.page("nowhere.html", said=NOWHERE)


@router.get("/login")
async def show_log_in(request: Request) -> Response:
    """By name and password."""
    return show_entrance(request, "login.html", back=back_of(request.query_params.get("back", HOME)))


@router.post("/login")
async def log_in(request: Request) -> Response:
    """Who logged in goes on where they wanted to be; who is refused reads why above the form."""
    fields = await forms.fields_of(request)
    asked, back = pb.LogInRequest(), back_of(dict(fields).get("back", HOME))
    forms.fill(asked, fields)
    try:
        await sessions.log_in(request, console_of(request).calls, asked)
    except grpc.RpcError as error:
        return show_entrance(request, "login.html", problem_of(error), back=back, tenant=asked.tenant_id, login=asked.login)
    return _elsewhere(back)


@router.get("/login/key")
async def show_log_in_by_key(request: Request) -> Response:
    """For a third party, by the key that it was given (20)."""
    return show_entrance(request, "key.html")


@router.post("/login/key")
async def log_in_by_key(request: Request) -> Response:
    """Who is refused reads why above the form."""
    asked = pb.LogInByKeyRequest()
    forms.fill(asked, await forms.fields_of(request))
    try:
        await sessions.log_in_by_key(request, console_of(request).calls, asked)
    except grpc.RpcError as error:
        return show_entrance(request, "key.html", problem_of(error))
    except Problem as problem:
        return show_entrance(request, "key.html", problem)
    return _elsewhere(HOME)


@router.post("/logout")
async def log_out(request: Request) -> Response:
    """Here, or everywhere. Raises grpc.RpcError."""
    fields = dict(await forms.fields_of(request))
    everywhere = fields.get("everywhere", "") in forms.YES
    await sessions.log_out(request, console_of(request).calls, fields.get("request_id", ""), everywhere=everywhere)
    return await _away(request)


@router.get("/password")
async def show_password(request: Request) -> Response:
    """A first password is replaced before the first log-in."""
    return show_entrance(request, "password.html")


@router.post("/password")
async def change_password(request: Request) -> Response:
    """Needs the one in force; who is refused reads why above the form."""
    fields = await forms.fields_of(request)
    asked = pb.ChangePasswordRequest()
    forms.fill(asked, fields)
    known = {"tenant": asked.tenant_id, "login": asked.login}
    if asked.new_password != dict(fields).get("new_password_again", ""):
        return show_entrance(request, "password.html", Problem("INVALID", "两次填写的新密码不一致：请重新填写"), **known)
    try:
        await console_of(request).calls.ask("", f"{sessions.SERVICE}/ChangePassword", asked, pb.ChangePasswordResponse)
    except grpc.RpcError as error:
        return show_entrance(request, "password.html", problem_of(error), **known)
    return _elsewhere("/login")


def show_entrance(request: Request, template: str, problem: Problem | None = None, **shown: Any) -> Response:
    """A page for whoever is not known yet, with what was refused above its form."""
    console = console_of(request)
    known = {
        "tenant": unquote(request.cookies.get(sessions.TENANT, "")),
        "login": "",
        "next_step": CHECK,
        "provider": console.provider is not None,
        **shown,
    }
    problem = worded(request, problem) if problem else None
    code = problem.kind.code if problem else 200
    return console.showing.page(template, code, settings=console.settings, problem=problem, **known)


def back_of(path: str) -> str:
    """A path of ours: never another site's."""
    return path if path.startswith("/") and not path.startswith(("//", "/\\")) else HOME


async def _away(request: Request) -> Response:
    """To the provider, so that it knows too, where it was the one who said who that is."""
    console, hint = console_of(request), unquote(request.cookies.get(HINT, ""))
    try:
        path = await console.provider.leaving(hint) if console.provider and hint else ""
    except Problem:
        # Who is out here is out, also while the provider is away.
        path = ""
    # A form of ours is led nowhere else (form-action): a page leads on.
    return console.showing.page("onward.html", path=path, said="已退出，正在退出统一身份认证") if path else _elsewhere("/login")


def _elsewhere(path: str) -> Response:
    # A form of these pages is sent by the browser itself: no script has the password.
    return RedirectResponse(path, 303)
