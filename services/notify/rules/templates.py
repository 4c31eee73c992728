"""Templates: compiled with what their notice may say, then filled. Art. 17 is kept here, before a text is ever published."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from chassis.errors import Invalid
from regulation.articles import Article
from regulation.instants import closing_day, to_local
from services.notify.rules.notices import FIELDS, NOTICES, Audience, Field, Kind, Notice, Secrecy

SECRECY = Article(17)
LANGUAGE = "zh-CN"
CHINESE = "zh"
MOST_ANSWER = 300
_PART = re.compile(r"\{([^{}]*)\}")
_BRACE = re.compile(r"[{}]")
_TO_UNITS = frozenset({Audience.UNIT, Audience.DEPARTMENT})
_HIDDEN = {Secrecy.IDENTITY: "诉求人信息", Secrecy.CONTENT: "诉求内容"}


@dataclass(frozen=True)
class Template:
    """A compiled text: words and fields in turn, beginning and ending with words."""

    notice: Notice
    words: tuple[str, ...]
    fields: tuple[Field, ...]


def compile_template(name: str, text: str) -> Template:
    """The template of a notice. Raises Invalid for an unknown notice, a field that is not its own, and a lone brace.

    Art. 17: a unit may be the one complained about, so no message to one says who complained, or what; who holds the
    order reads that at intake, which knows who must not. No message at all says who called.
    """
    notice = notice_of(name)
    pieces = _PART.split(text)
    words, names = tuple(pieces[::2]), pieces[1::2]
    if any(_BRACE.search(each) for each in words):
        raise Invalid("text", "text：花括号须成对出现，只用于写字段，例如 {number}")
    return Template(notice, words, tuple(_allowed(notice, each) for each in names))


def notice_of(name: str) -> Notice:
    """A notice by its name. Raises Invalid."""
    notice = NOTICES.get(name)
    if notice is None:
        raise Invalid("notice", f"没有名为 {name} 的通知：可用 {'、'.join(NOTICES)}")
    return notice


def render(template: Template, values: Mapping[str, str], link: Callable[[], str] | None = None, language: str = LANGUAGE) -> str:
    """The text with its fields; `link` makes what is signed only when it is sent. A value that is missing is written as nothing."""
    parts = [template.words[0]]
    for field, words in zip(template.fields, template.words[1:], strict=True):
        value = (link() if link else "（链接）") if field.kind is Kind.LINK else _written(field, values.get(field.name, ""), language)
        parts += (value, words)
    return "".join(parts)


def examples(template: Template) -> dict[str, str]:
    """Made-up values of all its fields."""
    return {field.name: field.example for field in template.fields}


def moment(at: datetime, language: str = LANGUAGE) -> str:
    """An instant of the city's, in Chinese as its people write it, else as ISO 8601 does; the end of a day is its 24:00."""
    local = to_local(at)
    ends = (local.hour, local.minute, local.second) == (0, 0, 0)
    day, clock = (closing_day(at), "24:00") if ends else (local.date(), f"{local:%H:%M}")
    return f"{day.year}年{day.month}月{day.day}日{clock}" if primary(language) == CHINESE else f"{day.isoformat()} {clock}"


def primary(language: str) -> str:
    """The first part of a language's name: en of en-GB."""
    return language.partition("-")[0].lower()


def in_order(language: str) -> tuple[str, ...]:
    """By which names words are looked for that somebody wants in a language: its own, then its first part's, then Chinese."""
    wanted = (language, primary(language)) if language and primary(language) != CHINESE else ()
    return tuple(dict.fromkeys((*wanted, LANGUAGE)))


def _allowed(notice: Notice, name: str) -> Field:
    field = FIELDS.get(name)
    if field is not None and _is_hidden(notice, field):
        told = "通知" if notice.audience is Audience.CALLER else "给单位的通知"
        raise Invalid("text", f"{told}不得含有{_HIDDEN[field.secrecy]}：请删去 {{{name}}}（依据{SECRECY.cite()}）", SECRECY.code)
    if field is None or name not in notice.fields:
        named = "、".join(f"{{{each}}}" for each in notice.fields)
        raise Invalid("text", f"“{notice.term}”没有字段 {{{name[:40]}}}：可用 {named}")
    return field


def _is_hidden(notice: Notice, field: Field) -> bool:
    return field.secrecy is Secrecy.IDENTITY or (field.secrecy is Secrecy.CONTENT and notice.audience in _TO_UNITS)


def _written(field: Field, value: str, language: str) -> str:
    if field.kind is Kind.INSTANT and value:
        return moment(datetime.fromisoformat(value), language)
    return value if len(value) <= MOST_ANSWER else f"{value[: MOST_ANSWER - 1]}…"
