"""What people are told when something is refused: the sentence, the article it rests on, and what to do next. Nothing typed is lost."""

from __future__ import annotations

from urllib.parse import quote

import grpc
from fastapi import FastAPI, Request, Response
from fastapi.responses import RedirectResponse

from services.gateway.console.sessions import NotLoggedIn
from services.gateway.console.verbs import label_of
from services.gateway.console.visiting import asked_by, console_of, is_in_part
from services.gateway.problems import Problem, problem_of

LOG_IN = "/login"
# What a person at a desk does next; a program is told otherwise.
NEXT = {
    "INVALID": "请修改后重新提交，已填写的内容仍在。",
    "UNKNOWN": "请在新窗口重新登录，再回到本页重新提交，已填写的内容仍在。",
    "DENIED": "请联系本单位的租户管理员核对您的岗位。",
    "MISSING": "请核对编号；按规定不对您公开的内容与不存在的内容答复相同。",
    "STALE": "请打开最新内容，对照后再办理。",
    "REFUSAL": "请按上述说明处理后再提交。",
    "NOT_ALLOWED": "请按所依据的条款处理。",
    "TOO_LONG": "请缩短或分次提交。",
    "REUSED": "这一步已经提交过：请刷新页面查看结果。",
}
# What a field is called that has no label.
A_FIELD = "有一项内容"
AGAIN = "请稍后再次提交，重复提交不会办理两次。"


def add_problems(app: FastAPI) -> None:
    """Tell what services refuse, and what pages do."""
    app.add_exception_handler(NotLoggedIn, _not_logged_in)
    app.add_exception_handler(grpc.RpcError, _refused)
    app.add_exception_handler(Problem, _told)


async def _not_logged_in(request: Request, _error: Exception) -> Response:
    if is_in_part(request):
        return show_problem(request, Problem("UNKNOWN", "登录已过期"))
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(LOG_IN if back == "/" else f"{LOG_IN}?back={quote(back)}", 303)


async def _refused(request: Request, error: Exception) -> Response:
    assert isinstance(error, grpc.RpcError)  # noqa: S101 - what it is registered for
    problem = problem_of(error)
    if problem.reason == "UNKNOWN":
        request.state.leaving = True
        return await _not_logged_in(request, error)
    return show_problem(request, problem)


async def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, Problem)  # noqa: S101 - what it is registered for
    return show_problem(request, error)


def worded(request: Request, problem: Problem) -> Problem:
    """A refusal with its field called as the form calls it that was sent."""
    prefix = f"{problem.field}："
    if not (problem.field and problem.detail.startswith(prefix)):
        return problem
    label = label_of(asked_by(request), problem.field) or A_FIELD
    return problem.saying(f"{label}：{problem.detail.removeprefix(prefix)}")


def show_problem(request: Request, problem: Problem) -> Response:
    """A part for the place that a page keeps for it, else a page."""
    problem = worded(request, problem)
    template = "problem.html" if is_in_part(request) else "problem_page.html"
    next_step = NEXT.get(problem.reason, AGAIN)
    return console_of(request).showing.page(template, problem.kind.code, problem=problem, next_step=next_step, log_in=LOG_IN)
