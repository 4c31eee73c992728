"""ReplyTemplateService."""

from __future__ import annotations

from dataclasses import asdict

from chassis.stamps import stamp
from chassis.store import Tx
from hotline.dispatch.v1 import reply_templates_pb2 as pb
from services.dispatch.actions import templating
from services.dispatch.rules.templating import Template, Words
from services.dispatch.store import reply_templates


class ReplyTemplateDoor:
    """答复模板."""

    service = "hotline.dispatch.v1.ReplyTemplateService"

    def ListReplyTemplates(self, request: pb.ListReplyTemplatesRequest, tx: Tx) -> pb.ListReplyTemplatesResponse:
        """By their names."""
        found, token = reply_templates.listed(tx, request.page, with_retired=request.with_retired)
        return pb.ListReplyTemplatesResponse(templates=map(_message, found), next_page_token=token)

    def GetReplyTemplate(self, request: pb.GetReplyTemplateRequest, tx: Tx) -> pb.GetReplyTemplateResponse:
        """One of the caller's unit."""
        return pb.GetReplyTemplateResponse(template=_message(reply_templates.find(tx, request.template_id)))

    def AddReplyTemplate(self, request: pb.AddReplyTemplateRequest, tx: Tx) -> pb.AddReplyTemplateResponse:
        """新增答复模板."""
        return pb.AddReplyTemplateResponse(template=_message(templating.add_reply_template(tx, _words(request))))

    def ChangeReplyTemplate(self, request: pb.ChangeReplyTemplateRequest, tx: Tx) -> pb.ChangeReplyTemplateResponse:
        """修改答复模板."""
        changed = templating.change_reply_template(tx, request.template_id, request.version, _words(request))
        return pb.ChangeReplyTemplateResponse(template=_message(changed))

    def RetireReplyTemplate(self, request: pb.RetireReplyTemplateRequest, tx: Tx) -> pb.RetireReplyTemplateResponse:
        """停用答复模板."""
        retired = templating.retire_reply_template(tx, request.template_id, request.version)
        return pb.RetireReplyTemplateResponse(template=_message(retired))


def _words(request: pb.AddReplyTemplateRequest | pb.ChangeReplyTemplateRequest) -> Words:
    return Words(request.name, request.measures, request.result, request.basis)


def _message(template: Template) -> pb.ReplyTemplate:
    return pb.ReplyTemplate(
        template_id=template.template_id,
        unit_id=template.unit_id,
        version=template.version,
        changed_at=stamp(template.changed_at),
        changed_by=template.changed_by,
        retired_at=stamp(template.retired_at),
        **asdict(template.words),
    )
