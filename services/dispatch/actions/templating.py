"""11(5): a unit keeps, changes and retires the texts that its replies begin with."""

from __future__ import annotations

from chassis import journal
from chassis.errors import Invalid, Stale
from chassis.store import Tx
from services.dispatch.rules import templating as rules
from services.dispatch.rules.templating import Template, TemplateVerb, Words
from services.dispatch.store import reply_templates

HANDED_OVER = "hand_over_reply_template"


def add_reply_template(tx: Tx, words: Words) -> Template:
    """For the caller's unit. Raises NotAllowed, Invalid."""
    fresh = Template(tx.new_id(), tx.by.unit_id, words, tx.now, tx.by.id)
    added = rules.add_reply_template(fresh, reply_templates.names_in_use(tx))
    reply_templates.add(tx, added)
    return _noted(tx, TemplateVerb.ADD_REPLY_TEMPLATE, added)


def change_reply_template(tx: Tx, template_id: str, version: int, words: Words) -> Template:
    """One of the caller's unit. Raises Missing, Stale, NotAllowed, Invalid."""
    before = _claimed(tx, template_id, version)
    in_use = reply_templates.names_in_use(tx, but=template_id)
    changed = rules.change_reply_template(before, words, in_use, at=tx.now, by=tx.by.id)
    reply_templates.save(tx, changed)
    return _noted(tx, TemplateVerb.CHANGE_REPLY_TEMPLATE, changed)


def retire_reply_template(tx: Tx, template_id: str, version: int) -> Template:
    """One of the caller's unit. Raises Missing, Stale, Invalid, NotAllowed."""
    retired = rules.retire_reply_template(_claimed(tx, template_id, version), at=tx.now, by=tx.by.id)
    reply_templates.save(tx, retired)
    return _noted(tx, TemplateVerb.RETIRE_REPLY_TEMPLATE, retired)


def hand_over_reply_templates(tx: Tx, tenant_id: str, unit_id: str, unit_name: str, successor_id: str) -> None:
    """A unit that is no more was merged into another, which has its templates from now on. Told again nothing is left to move."""
    with tx.acting_for(tenant_id) as owner:
        names = reply_templates.names_of(owner, successor_id)
        for template in reply_templates.of_unit(owner, unit_id):
            moved = rules.hand_over_reply_template(template, successor_id, unit_name, names, at=owner.now, by=owner.by.id)
            reply_templates.save(owner, moved)
            _noted(owner, HANDED_OVER, moved, from_unit_id=unit_id, to_unit_id=successor_id)


def _claimed(tx: Tx, template_id: str, version: int) -> Template:
    if not version:
        raise Invalid("version", "请带上您看到的模板版本号，以免覆盖他人的修改")
    template = reply_templates.find(tx, template_id, lock=True)
    if template.version != version:
        raise Stale(f"该答复模板已由第{version}版变为第{template.version}版，请刷新后按最新内容再改")
    return template


def _noted(tx: Tx, verb: str, template: Template, **more: str) -> Template:
    """Its past is kept beside it; what it says stands in its row."""
    journal.append(tx, template.template_id, verb, rules.REPLY.code, {"version": template.version, "name": template.words.name, **more})
    return template
