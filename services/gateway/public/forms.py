"""What a caller typed into a form, and what of it is told back where it was refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import parse_qsl
from uuid import uuid4

from services.gateway.console.words import choices
from services.gateway.problems import Problem

# A text of 20,000 characters, percent-encoded.
MOST_BYTES = 256 * 1024
MOST_FIELDS = 20
_FORM_ID = re.compile(r"[0-9a-f-]{36}")
_VERSION = re.compile(r"[0-9]{1,18}")
NAMES = {
    "content.text": "诉求内容",
    "content.title": "标题",
    "content.caller.phone": "联系电话",
    "content.caller.name": "姓名",
    "content.place.address": "事发地点",
    "content.place.district": "所在区县",
    "phone_suffix": "电话后四位",
    "number": "工单编号",
    "text": "补充内容",
    "reason": "撤回原因",
}
# A person does other things than a program.
NEXT = {
    "INVALID": "请修改后重新提交，已填写的内容仍在。",
    "MISSING": "请核对后重试，或拨打12345查询。",
    "STALE": "工单刚刚有了变化，请重新查询后再操作。",
    "NOT_ALLOWED": "如有新的情况，请另行提交或拨打12345。",
    "TOO_OFTEN": "急事请直接拨打12345；紧急警情请拨打110、119、120。",
}
LATER = "请稍后再次提交，重复提交不会登记两次；急事请拨打12345。"


def new_form() -> str:
    """What tells one form from another: sent twice it is one submission."""
    return str(uuid4())


def typed_in(body: bytes) -> dict[str, str]:
    """The fields of a form; form ids and versions only as they were given. Raises Problem."""
    try:
        typed = dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS, errors="strict"))
    except ValueError:
        raise Problem("MALFORMED", "表单内容无法解析，请返回上一页重新填写") from None
    # Browsers end lines as mail does.
    typed = {name: value.replace("\r\n", "\n") for name, value in typed.items()}
    if not _FORM_ID.fullmatch(typed.get("form_id", "")) or not _VERSION.fullmatch(typed.get("version", "0")):
        raise Problem("MALFORMED", "表单已失效，请重新打开页面填写")
    if typed.get("nature", "") not in ("", *(name for name, _ in choices("ticket.v1.Nature"))):
        raise Problem("INVALID", "请从列出的诉求性质中选择", article="3")
    return typed


def told(problem: Problem) -> Mapping[str, str]:
    """A refusal in a caller's words: which field, why, and what to do."""
    name = NAMES.get(problem.field, "")
    detail = problem.detail
    if problem.field and name:
        detail = f"{name}：{detail.removeprefix(f'{problem.field}：')}"
    return {"detail": detail, "next": NEXT.get(problem.reason, LATER), "field": problem.field}
