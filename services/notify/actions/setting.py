"""What a tenant's administrator sets: the words of its messages, and where its own systems are told."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from chassis import journal
from chassis.errors import Invalid
from chassis.store import Tx
from services.notify.lifecycle import Channel
from services.notify.rules.notices import NOTICES, Audience
from services.notify.rules.templates import CHINESE, LANGUAGE, compile_template, notice_of, primary
from services.notify.store import templates, webhooks
from services.notify.store.templates import Text

RECORD = "10"
SHORTEST_KEY = 16
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def publish_template(tx: Tx, notice: str, channel: Channel | None, language: str, text: str, seen: int) -> Text:
    """The next version of a text. Raises Invalid for one that its notice may not have (Art. 17), and Stale."""
    compile_template(notice, text)
    chosen = channel_of(notice, channel)
    written = language_of(notice, chosen, language)
    published = templates.publish(tx, Text(notice, chosen, written, 0, text), seen)
    detail = {"notice": notice, "channel": chosen.value, "language": written, "version": published.version}
    journal.append(tx, f"template:{notice}:{chosen.value}"[:64], "publish_template", RECORD, detail)
    return published


def channel_of(notice: str, channel: Channel | None) -> Channel:
    """The channel whose text is meant; a webhook carries the inbox's. Raises Invalid for one that the notice does not go by."""
    written = [each for each in notice_of(notice).channels if each is not Channel.WEBHOOK]
    if channel not in written:
        raise Invalid("channel", f"channel：“{NOTICES[notice].term}”只有{'、'.join(each.term for each in written)}的文字")
    return channel


def language_of(notice: str, channel: Channel, language: str) -> str:
    """The language of a text; empty is Chinese. Raises Invalid for another than Chinese where no caller reads it by SMS."""
    if language in ("", LANGUAGE):
        return LANGUAGE
    if notice_of(notice).audience is not Audience.CALLER or channel is not Channel.SMS:
        raise Invalid("language", f"language：其他语言只用于发给诉求人的短信，此处请用 {LANGUAGE} 或留空")
    if not _LANGUAGE.fullmatch(language) or primary(language) == CHINESE:
        raise Invalid("language", f"language：请按 BCP 47 填写，例如 en；中文请用 {LANGUAGE}")
    return language


def set_webhook(tx: Tx, webhook_id: str, seen: int, url: str, key: str, notices: Sequence[str]) -> Mapping[Any, Any]:
    """Where a tenant's system is told. Raises Invalid, Missing, Stale."""
    _check_url(tx, url)
    if (key or not webhook_id) and len(key) < SHORTEST_KEY:
        raise Invalid("key", f"key：签名密钥至少 {SHORTEST_KEY} 个字符")
    for notice in notices:
        if notice_of(notice).audience is Audience.CALLER:
            raise Invalid("notices", f"notices：{notice} 只告知诉求人，不推送给系统")
    row = webhooks.put(tx, webhook_id, seen, url, key, sorted(set(notices)))
    detail = {"host": urlsplit(url).hostname or "", "version": row["version"], "new_key": bool(key)}
    journal.append(tx, row["webhook_id"], "set_webhook", RECORD, detail)
    return row


def remove_webhook(tx: Tx, webhook_id: str) -> None:
    """It is told nothing more. Raises Missing."""
    webhooks.remove(tx, webhook_id)
    journal.append(tx, webhook_id, "remove_webhook", RECORD, {})


def _check_url(tx: Tx, url: str) -> None:
    """A plain https address; http only outside production."""
    try:
        parts = urlsplit(url)
        wrong = not parts.hostname or parts.username is not None or parts.port == 0 or bool(parts.fragment)
    except ValueError:
        raise Invalid("url", "url：不是可用的网址") from None
    schemes = ("https",) if tx.settings.profile == "production" else ("https", "http")
    if wrong or parts.scheme not in schemes or not url.isascii() or " " in url:
        raise Invalid("url", f"url：应形如 {schemes[0]}://主机/路径，不含用户名、密码和 #")
