"""Templates: a tenant's own as rows, and those that ship."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from chassis.errors import Invalid, Stale
from chassis.store import Tx
from chassis.store.paging import Page, size_of
from services.notify.lifecycle import Channel
from services.notify.rules.templates import LANGUAGE, in_order
from services.notify.store.tables import templates

SEED = Path(__file__).parents[1] / "seed"


@dataclass(frozen=True)
class Text:
    """What is told of a notice by a channel; version 0 ships with the program."""

    notice: str
    channel: Channel
    language: str
    version: int
    text: str
    published_at: datetime | None = None
    published_by: str = ""


@cache
def shipped() -> Mapping[tuple[str, Channel, str], Text]:
    """The texts that ship, by notice, channel and language."""
    found: dict[tuple[str, Channel, str], Text] = {}
    for file in SEED.glob("templates.*.toml"):
        language = file.name.split(".")[1]
        for notice, texts in tomllib.loads(file.read_text(encoding="utf-8")).items():
            for channel, text in texts.items():
                found[notice, Channel(channel), language] = Text(notice, Channel(channel), language, 0, text)
    return found


def current_in(tx: Tx, notice: str, channel: Channel, language: str) -> Text | None:
    """What the transaction's tenant tells whoever wants a language: in that, else in Chinese; None where nobody wrote any."""
    return next((text for each in in_order(language) if (text := current(tx, notice, channel, each))), None)


def current(tx: Tx, notice: str, channel: Channel, language: str = LANGUAGE) -> Text | None:
    """What the transaction's tenant tells in one language; None where nobody wrote any."""
    row = tx.row(templates, tenant_id=tx.by.tenant_id, notice=notice, channel=channel.value, language=language, current=True)
    return text_of(row) if row else shipped().get((notice, channel, language))


def page_of(tx: Tx, page: Page) -> tuple[list[Text], str]:
    """A page of what the transaction's tenant tells now, in the order of notices, channels and languages.

    Its length is bounded by the notices there are. Raises Invalid for a token that is none of ours.
    """
    own = tx.all(tx.select(templates).where(templates.c.tenant_id == tx.by.tenant_id, templates.c.current))
    texts = dict(shipped()) | {(row["notice"], Channel(row["channel"]), row["language"]): text_of(row) for row in own}
    names = sorted(texts)
    if page.token and not page.token.isdecimal():
        raise Invalid("page.token", "翻页标记无效：请从第一页重新查询")
    begin = int(page.token[:9] or 0)
    end = begin + size_of(page)
    return [texts[name] for name in names[begin:end]], str(end) if end < len(names) else ""


def publish(tx: Tx, text: Text, seen: int) -> Text:
    """The next version of a text. Raises Stale unless `seen` is the newest."""
    key = {"tenant_id": tx.by.tenant_id, "notice": text.notice, "channel": text.channel.value, "language": text.language}
    row = tx.row(templates, **key, current=True, lock=True)
    version = row["version"] if row else 0
    if seen != version:
        raise Stale(f"该通知的文字已有变化（您看到第 {seen} 版，现为第 {version} 版），请刷新后重试")
    tx.change(templates, {**key, "version": version}, {"current": False})
    fresh = {**key, "version": version + 1, "current": True, "text": text.text, "published_at": tx.now, "published_by": tx.by.id}
    if not tx.insert_new(templates, (*key, "version"), fresh):
        raise Stale("该通知的文字刚由他人更改，请刷新后重试")
    return text_of(fresh)


def text_of(row: Mapping[Any, Any]) -> Text:
    """A text from its row."""
    facts = {name: row[name] for name in ("notice", "language", "version", "text", "published_at", "published_by")}
    return Text(channel=Channel(row["channel"]), **facts)
