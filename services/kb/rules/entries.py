"""The facts of an entry and its texts, and what each verb makes of them (Art. 6(4), 8(3))."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, fields, replace
from datetime import datetime

from chassis.errors import Invalid
from regulation.articles import NotAllowed
from services.kb import lifecycle
from services.kb.lifecycle import State

MOST_CATEGORIES, MOST_KEYWORDS, MOST_ATTACHMENTS = 5, 20, 20

FIELD_TERMS = {
    "title": "标题",
    "public_words": "对外口径",
    "internal_words": "内部口径",
    "source.name": "依据文件名称",
    "source.number": "依据文号",
    "source.issuer": "发文机关",
    "source.issued_on": "发文日期",
    "source.expires_on": "依据失效日期",
    "source.replaced_by": "替代文件",
    "valid_from": "生效日期",
    "valid_until": "有效期至",
    "review_on": "复审日期",
    "categories": "诉求分类",
    "keywords": "别名",
    "attachment_ids": "附件",
    "unit_id": "维护单位",
    "citywide": "全市通用",
}


@dataclass(frozen=True)
class Source:
    """The document an entry rests on. Days are ISO texts, empty where there is none."""

    name: str = ""
    number: str = ""
    issuer: str = ""
    issued_on: str = ""
    expires_on: str = ""
    replaced_by: str = ""


@dataclass(frozen=True)
class Content:
    """What an editor writes. Days are ISO texts, empty where there is none."""

    title: str
    unit_id: str
    review_on: str
    public_words: str = ""
    internal_words: str = ""
    source: Source = field(default_factory=Source)
    valid_from: str = ""
    valid_until: str = ""
    categories: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    attachment_ids: tuple[str, ...] = ()
    citywide: bool = False


@dataclass(frozen=True)
class Version:
    """A text of an entry, kept whole for ever; `version` counts from 1."""

    version: int
    content: Content
    edited_by: str
    edited_at: datetime
    reviewed_by: str = ""
    reviewed_at: datetime | None = None
    published: bool = False
    refusal: str = ""


@dataclass(frozen=True)
class Entry:
    """An entry: `version` is its newest text, `published_version` the one that is found, 0 for none."""

    entry_id: str
    tenant_id: str
    unit_id: str
    state: State
    version: int = 1
    published_version: int = 0
    citywide: bool = False
    events: int = 0


def check_content(content: Content, *, in_city: bool) -> None:
    """What every text must have, and what contradicts itself. Raises Invalid."""
    if not content.title.strip():
        raise Invalid("content.title", "请填写条目标题", "8-3")
    if not (content.public_words.strip() or content.internal_words.strip()):
        raise Invalid("content.public_words", "请填写对外口径或内部口径", "8-3")
    if not content.review_on:
        raise Invalid("content.review_on", "请填写复审日期", "8-3")
    if not content.unit_id:
        raise Invalid("content.unit_id", "请填写维护单位", "8-3")
    if "" < content.valid_until < content.valid_from:
        raise Invalid("content.valid_until", "有效期至早于生效日期，请核对")
    if "" < content.source.expires_on < content.source.issued_on:
        raise Invalid("content.source.expires_on", "依据失效日期早于发文日期，请核对")
    if content.citywide and not in_city:
        raise Invalid("content.citywide", "全市通用条目只能由市级设置")
    _check_lists(content)


def _check_lists(content: Content) -> None:
    for name, most in (("categories", MOST_CATEGORIES), ("keywords", MOST_KEYWORDS), ("attachment_ids", MOST_ATTACHMENTS)):
        given = getattr(content, name)
        if len(given) > most:
            raise Invalid(f"content.{name}", f"{FIELD_TERMS[name]}最多 {most} 个，现有 {len(given)} 个")
        if len(set(given)) != len(given):
            raise Invalid(f"content.{name}", f"{FIELD_TERMS[name]}有重复，请删除后重试")


def revise(entry: Entry, content: Content) -> Entry:
    """A new text, which is a draft. Raises NotAllowed."""
    state = lifecycle.step(entry.state, lifecycle.REVISE)
    return replace(entry, state=state, version=entry.version + 1, unit_id=content.unit_id, citywide=content.citywide)


def submit(entry: Entry) -> Entry:
    """The newest text waits for a reviewer. Raises NotAllowed."""
    return replace(entry, state=lifecycle.step(entry.state, lifecycle.SUBMIT))


def publish(entry: Entry, content: Content, by: str, editors: Collection[str], today: str) -> Entry:
    """The newest text is the one that is found (6(4)).

    `editors`: who edited it since it was last published. Raises NotAllowed for one of them, Invalid for a review that is due already.
    """
    state = lifecycle.step(entry.state, lifecycle.PUBLISH)
    if by in editors:
        raise NotAllowed(lifecycle.ORGANISING, "编辑人不能审核自己编辑的条目，请由其他审核员审核")
    if content.review_on <= today:
        raise Invalid("content.review_on", "复审日期须晚于今天，请先修订条目", "8-3")
    return replace(entry, state=state, published_version=entry.version, events=entry.events + 1)


def refuse(entry: Entry) -> Entry:
    """The newest text goes back to its editor. Raises NotAllowed."""
    return replace(entry, state=lifecycle.step(entry.state, lifecycle.REFUSE), events=entry.events + 1)


def retire(entry: Entry) -> Entry:
    """It is no longer found. Raises NotAllowed."""
    return replace(entry, state=lifecycle.step(entry.state, lifecycle.RETIRE), published_version=0, events=entry.events + 1)


def flat(content: Content) -> dict[str, str]:
    """Every field as text, by the names of FIELD_TERMS."""
    texts = {f"source.{each.name}": str(getattr(content.source, each.name)) for each in fields(Source)}
    for name in FIELD_TERMS:
        if not name.startswith("source."):
            value = getattr(content, name)
            texts[name] = "、".join(value) if isinstance(value, tuple) else _yes_no(value) if isinstance(value, bool) else value
    return {name: texts[name] for name in FIELD_TERMS}


def changed_fields(before: Content, after: Content) -> list[str]:
    """The names of the fields that differ."""
    old, new = flat(before), flat(after)
    return [name for name in FIELD_TERMS if old[name] != new[name]]


def _yes_no(value: bool) -> str:  # noqa: FBT001 - the value itself
    return "是" if value else "否"
