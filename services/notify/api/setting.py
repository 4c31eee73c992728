"""Templates and webhooks."""

from __future__ import annotations

from chassis.store import Tx
from hotline.notify.v1 import templates_pb2 as templates_pb
from hotline.notify.v1 import webhooks_pb2 as webhooks_pb
from services.notify import messages as to
from services.notify.actions import setting
from services.notify.rules.costs import parts_of
from services.notify.rules.templates import compile_template, examples, render
from services.notify.store import templates, webhooks


class TemplateDoor:
    """The words of messages."""

    service = "hotline.notify.v1.TemplateService"

    def ListTemplates(self, request: templates_pb.ListTemplatesRequest, tx: Tx) -> templates_pb.ListTemplatesResponse:
        """What is told now."""
        texts, token = templates.page_of(tx, request.page)
        return templates_pb.ListTemplatesResponse(templates=map(to.template_message, texts), next_page_token=token)

    def PublishTemplate(self, request: templates_pb.PublishTemplateRequest, tx: Tx) -> templates_pb.PublishTemplateResponse:
        """Art. 17: refused where it would tell a unit who complained, or what."""
        channel = to.channel_of(request.channel)
        published = setting.publish_template(tx, request.notice, channel, request.language, request.text, request.version)
        return templates_pb.PublishTemplateResponse(template=to.template_message(published))

    def PreviewTemplate(self, request: templates_pb.PreviewTemplateRequest, _tx: Tx) -> templates_pb.PreviewTemplateResponse:
        """With made-up values."""
        template = compile_template(request.notice, request.text)
        setting.channel_of(request.notice, to.channel_of(request.channel))
        values = examples(template)
        text = render(template, values, lambda: values["link"])
        return templates_pb.PreviewTemplateResponse(text=text, parts=parts_of(text))


class WebhookDoor:
    """Tenants' own systems."""

    service = "hotline.notify.v1.WebhookService"

    def ListWebhooks(self, request: webhooks_pb.ListWebhooksRequest, tx: Tx) -> webhooks_pb.ListWebhooksResponse:
        """Without their keys."""
        rows, token = webhooks.page_of(tx, request.page)
        return webhooks_pb.ListWebhooksResponse(webhooks=map(to.webhook_message, rows), next_page_token=token)

    def SetWebhook(self, request: webhooks_pb.SetWebhookRequest, tx: Tx) -> webhooks_pb.SetWebhookResponse:
        """An address, a key, a choice."""
        row = setting.set_webhook(tx, request.webhook_id, request.version, request.url, request.key, request.notices)
        return webhooks_pb.SetWebhookResponse(webhook=to.webhook_message(row))

    def RemoveWebhook(self, request: webhooks_pb.RemoveWebhookRequest, tx: Tx) -> webhooks_pb.RemoveWebhookResponse:
        """It is told nothing more."""
        setting.remove_webhook(tx, request.webhook_id)
        return webhooks_pb.RemoveWebhookResponse()
