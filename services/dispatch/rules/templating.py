"""11(5): texts that a unit keeps to begin its replies with (答复模板). None is judged here: what is replied is."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Collection
from dataclasses import dataclass, replace

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from services.dispatch.lifecycle import Verb
from services.dispatch.rules.demands import said

REPLY = Verb.REPLY.article
MOST_IN_USE = 100
"""So that all of a unit's are chosen from at once."""


class TemplateVerb(enum.StrEnum):
    """What is done to a template."""

    ADD_REPLY_TEMPLATE = "add_reply_template"
    CHANGE_REPLY_TEMPLATE = "change_reply_template"
    RETIRE_REPLY_TEMPLATE = "retire_reply_template"


@dataclass(frozen=True, slots=True)
class Words:
    """What the unit calls a template, and what it says. Texts are masked; what is empty is left to whoever replies."""

    name: str
    measures: str
    result: str
    basis: str


@dataclass(frozen=True, slots=True)
class Template:
    """A unit's template, with who changed it last."""

    template_id: str
    unit_id: str
    words: Words
    changed_at: dt.datetime
    changed_by: str
    version: int = 1
    retired_at: dt.datetime | None = None


def add_reply_template(fresh: Template, in_use: Collection[str]) -> Template:
    """`in_use`: what the unit calls those it has.

    Raises NotAllowed for one too many, Invalid for words that are missing and for a name in use.
    """
    if len(in_use) >= MOST_IN_USE:
        raise NotAllowed(REPLY, f"本单位已有{MOST_IN_USE}份答复模板，请先停用不再使用的")
    return replace(fresh, words=_checked(fresh.words, in_use))


def change_reply_template(before: Template, words: Words, in_use: Collection[str], *, at: dt.datetime, by: str) -> Template:
    """`in_use`: what the unit calls its others. Raises NotAllowed for one that is retired, Invalid as adding does."""
    _is_in_use(before)
    return replace(before, words=_checked(words, in_use), changed_at=at, changed_by=by, version=before.version + 1)


def retire_reply_template(before: Template, *, at: dt.datetime, by: str) -> Template:
    """Raises NotAllowed for one that is retired."""
    _is_in_use(before)
    return replace(before, changed_at=at, changed_by=by, version=before.version + 1, retired_at=at)


def hand_over_reply_template(
    before: Template, successor_id: str, unit_name: str, in_use: Collection[str], *, at: dt.datetime, by: str
) -> Template:
    """What a unit kept is its successor's, which may have its name in use: then it bears the unit's too. However many there are."""
    taken = before.retired_at is None and before.words.name in in_use
    words = replace(before.words, name=f"{before.words.name}（{unit_name}）") if taken else before.words
    return replace(before, unit_id=successor_id, words=words, changed_at=at, changed_by=by, version=before.version + 1)


def _is_in_use(template: Template) -> None:
    if template.retired_at is not None:
        raise NotAllowed(REPLY, "该答复模板已停用，不能再改；需要时请新增一份")


def _checked(words: Words, in_use: Collection[str]) -> Words:
    name = said("name", words.name, "模板名称", REPLY)
    if name in in_use:
        raise Invalid("name", f"本单位已有名为“{name}”的答复模板，请换一个名称，或修改原有的一份", REPLY.code)
    if not (words.measures.strip() or words.result.strip() or words.basis.strip()):
        raise Invalid("measures", "请至少填写办理措施、办理结果、依据中的一项", REPLY.code)
    return replace(words, name=name)
