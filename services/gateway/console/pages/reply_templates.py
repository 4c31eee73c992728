"""At an order's reply form the unit's templates: one is chosen, seen and filled in; what is replied is judged as any reply (11(5))."""

from __future__ import annotations

from fastapi import APIRouter, Response

from services.gateway.console.verbs import Field, form_of, method_of
from services.gateway.console.visiting import Signed, Visit
from services.gateway.problems import Problem

router = APIRouter()
TEMPLATES = "dispatch.v1.ReplyTemplateService"
REPLIES = frozenset({"reply", "reply_with_explanation"})
SAYS = frozenset({"measures", "result", "basis"})
# A unit has no more in use.
ALL = 100


@router.get("/unit/templates/for/{verb}")
async def choice(visit: Signed, verb: str) -> Response:
    """Their names. Raises Problem for no reply, grpc.RpcError."""
    _demand_reply(verb)
    answer = await visit.ask(f"{TEMPLATES}/ListReplyTemplates", page={"size": ALL})
    return visit.page("orders/templates.html", templates=answer.templates, verb=verb)


@router.get("/unit/templates/for/{verb}/chosen")
async def chosen(visit: Signed, verb: str) -> Response:
    """What one says of what this reply is made of. Raises Problem for no reply, grpc.RpcError."""
    _demand_reply(verb)
    asked = bool(visit.field("template_id"))
    texts = await _texts(visit, verb) if asked else []
    return visit.page("orders/template.html", texts=texts, asked=asked, verb=verb)


async def _texts(visit: Visit, verb: str) -> list[tuple[Field, str]]:
    """Each field of the form of which it says something."""
    template = (await visit.send(f"{TEMPLATES}/GetReplyTemplate")).template
    fields = [field for field in form_of(method_of("dispatch.v1", verb)) if field.name in SAYS]
    return [(field, text) for field in fields if (text := getattr(template, field.name))]


def _demand_reply(verb: str) -> None:
    if verb not in REPLIES:
        raise Problem("MISSING", "没有这种答复：请从工单页面的答复表单选用模板")
