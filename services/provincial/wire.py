"""The province's format, and the only place that knows its names: JSON over HTTPS, each request signed.

Signed are method, path with query, instant and body (`rules.signing`). A request and its answer are one JSON object each. No field
name or code is taken from a published standard: a province with another format gets another module like this one.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NoReturn

from services.provincial.lifecycle import FeedbackKind, MessageKind

PROVINCE, INSTANT, SIGNATURE, ALGORITHM = "X-App-Id", "X-Timestamp", "X-Sign", "X-Sign-Type"
PUSH_PATH, TELL_PATH, POLL_PATH, BOOK_PATH = "/messages", "/feedback", "/messages", "/ledger"
TAKEN, LATER, TROUBLE = "0000", "1001", "9999"
REFUSALS = {
    "signature": "2001", "stale": "2002", "unknown_tenant": "2003", "too_large": "2004", "malformed": "2005", "reused": "2006",
    "not_taken": "2007",
}  # fmt: skip
_KINDS = {
    "ORDER": MessageKind.ORDER, "SUPPLEMENT": MessageKind.SUPPLEMENT, "URGE": MessageKind.URGING, "DECIDE": MessageKind.DECISION,
    "WITHDRAW": MessageKind.WITHDRAWAL,
}  # fmt: skip
_TOLD = {
    FeedbackKind.RECEIPT: "RECEIPT", FeedbackKind.ACCEPTANCE: "ACCEPT", FeedbackKind.SETTLEMENT: "SETTLE",
    FeedbackKind.TRANSFER: "TRANSFER", FeedbackKind.EXTENSION_REQUEST: "EXTEND_APPLY", FeedbackKind.RETURN_REQUEST: "RETURN_APPLY",
    FeedbackKind.PROGRESS_REPORT: "PROGRESS_REPORT", FeedbackKind.REPLY: "REPLY", FeedbackKind.CALL_BACK: "VISIT",
    FeedbackKind.CLOSING: "FINISH",
}  # fmt: skip
_TOLD_NAMES = {
    "ticket_number": "cityOrderNo", "unit": "deptName", "due_at": "limitTime", "days": "days", "reason": "reason", "basis": "basis",
    "suggested_unit": "suggestDept", "result": "result", "process_rating": "processScore", "result_rating": "resultScore",
    "closing": "finishType", "outcome": "settleType", "code": "reasonCode", "progress": "progress", "measures": "measures",
    "promised_on": "promiseDate",
}  # fmt: skip
_ASKED = {"EXTEND_APPLY": "extension", "RETURN_APPLY": "return", "PROGRESS_REPORT": "progress_report"}
YEARS = range(2000, 2101)
LONGEST_NUMBER, LONGEST_CODE, LONGEST_LINE, LONGEST_TEXT = 64, 64, 200, 20_000
_NUMBER = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:-")


class Malformed(Exception):
    """A message that cannot be read; its text says in Chinese where, and quotes nothing of it."""


@dataclass(frozen=True)
class File:
    """A file of a message."""

    name: str = field(repr=False)
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class Caller:
    """Who complained, as the province knows them."""

    name: str = ""
    phone: str = ""
    other_contact: str = ""
    address: str = ""
    id_number: str = ""


@dataclass(frozen=True)
class Inbound:
    """A message of the province's in our words; codes are its own. `content` is what it says, as it was sent."""

    number: str
    version: int
    kind: MessageKind
    city: str
    sent_at: datetime
    content: Mapping[str, Any] = field(repr=False)
    title: str = field(default="", repr=False)
    text: str = field(default="", repr=False)
    nature: str = ""
    category: str = ""
    place: str = ""
    address: str = field(default="", repr=False)
    urgent: bool = False
    due_at: datetime | None = None
    caller: Caller = field(default_factory=Caller, repr=False)
    files: tuple[File, ...] = field(default=(), repr=False)
    asked: str = ""
    granted: bool = False
    days: int = 0


def read_message(body: bytes) -> Inbound:
    """A message that was pushed. Raises Malformed."""
    return read_envelope(_object(body))


def read_envelope(told: Any) -> Inbound:
    """The same, parsed. Raises Malformed."""
    envelope = told if isinstance(told, dict) else _fail("报文不是 JSON 对象")
    kind = _KINDS.get(_text(envelope, "msgType", LONGEST_CODE))
    if kind is None:
        _fail("msgType 不是约定的报文类型")
    content = envelope.get("content")
    if not isinstance(content, dict):
        _fail("content 不是 JSON 对象")
    shared: dict[str, Any] = {
        "number": _number(envelope),
        "version": _count(envelope, "version", least=1),
        "kind": kind,
        "city": _text(envelope, "cityCode", LONGEST_CODE),
        "sent_at": _instant(envelope, "sendTime") or _fail("缺少 sendTime"),
        "content": {"msgType": envelope["msgType"], **content},
        "text": _text(content, "content", LONGEST_TEXT),
        "files": _files(content),
    }
    if kind in (MessageKind.ORDER, MessageKind.SUPPLEMENT, MessageKind.WITHDRAWAL) and not shared["text"].strip():
        _fail("content.content 诉求内容或撤回理由为空")
    if kind is MessageKind.ORDER:
        return Inbound(**shared, **_order(content))
    return Inbound(**shared, **(_decision(content) if kind is MessageKind.DECISION else {}))


def read_page(body: bytes) -> tuple[list[Any], str]:
    """The envelopes of a poll, each to be read by itself, and where the next begins. Raises Malformed."""
    told = _object(body)
    found = told.get("messages")
    return (found if isinstance(found, list) else _fail("messages 不是数组")), _text(told, "cursor", LONGEST_LINE)


def read_book(body: bytes) -> tuple[dict[tuple[str, str], str], dict[tuple[str, str], str], str]:
    """The province's book of a day: what it sent, what it was told, and where the next page begins. Raises Malformed."""
    told = _object(body)
    sent = {(_number(each), str(_count(each, "version", least=1))): _kind_of(each) for each in _listed(told, "sent")}
    heard = {
        (_number(each), _text(each, "msgId", LONGEST_CODE)): _text(each, "msgType", LONGEST_CODE) for each in _listed(told, "received")
    }
    return sent, heard, _text(told, "cursor", LONGEST_LINE)


def read_answer(body: bytes) -> tuple[str, str]:
    """The code of an answer, and its words. Raises Malformed for one that was cut off."""
    told = _object(body)
    return _text(told, "code", LONGEST_CODE), _text(told, "message", LONGEST_LINE)


def answer(code: str, message: str, number: str = "", version: int = 0, ticket_number: str = "") -> bytes:
    """What a push is answered."""
    told = {"code": code, "message": message, "orderNo": number, "version": version, "cityOrderNo": ticket_number}
    return json.dumps(told, ensure_ascii=False).encode()


def feedback(
    city: str, message_id: str, number: str, kind: FeedbackKind, at: datetime, content: Mapping[str, Any], files: Iterable[File] = ()
) -> bytes:
    """Something that the province is told."""
    attached = [{"fileName": each.name, "data": base64.b64encode(each.content).decode()} for each in files]
    told = {
        "msgId": message_id, "orderNo": number, "msgType": _TOLD[kind], "cityCode": city, "occurTime": at.isoformat(),
        "content": {**{_TOLD_NAMES[name]: value for name, value in content.items()}, "attachments": attached},
    }  # fmt: skip
    return json.dumps(told, ensure_ascii=False).encode()


def kind_told(kind: FeedbackKind) -> str:
    """What the province calls something that it is told."""
    return _TOLD[kind]


def _order(content: Mapping[str, Any]) -> dict[str, Any]:
    caller = content.get("caller") or {}
    if not isinstance(caller, dict):
        _fail("content.caller 不是 JSON 对象")
    names = {"name": "name", "phone": "phone", "other_contact": "otherContact", "address": "address", "id_number": "idCard"}
    return {
        "title": _text(content, "title", LONGEST_LINE),
        "nature": _text(content, "appealType", LONGEST_CODE),
        "category": _text(content, "classCode", LONGEST_CODE),
        "place": _text(content, "areaCode", LONGEST_CODE),
        "address": _text(content, "address", LONGEST_LINE),
        "urgent": _flag(content, "urgent"),
        "due_at": _instant(content, "limitTime"),
        "caller": Caller(**{ours: _text(caller, theirs, LONGEST_LINE) for ours, theirs in names.items()}),
    }


def _decision(content: Mapping[str, Any]) -> dict[str, Any]:
    asked = _ASKED.get(_text(content, "applyType", LONGEST_CODE))
    if asked is None:
        _fail("content.applyType 不是约定的申请类型")
    return {"asked": asked, "granted": _flag(content, "agree"), "days": _count(content, "days"), "due_at": _instant(content, "limitTime")}


def _object(body: bytes) -> dict[str, Any]:
    try:
        told = json.loads(body)
    except (ValueError, RecursionError):
        _fail("报文不是完整的 JSON")
    return told if isinstance(told, dict) else _fail("报文不是 JSON 对象")


def _listed(told: Mapping[str, Any], name: str) -> list[dict[str, Any]]:
    found = told.get(name)
    if not isinstance(found, list) or not all(isinstance(each, dict) for each in found):
        _fail(f"{name} 不是对象的数组")
    return found


def _number(told: Mapping[str, Any]) -> str:
    number = _text(told, "orderNo", LONGEST_NUMBER)
    return number if number and _NUMBER.issuperset(number) else _fail("orderNo 应为 1 至 64 位字母、数字和 . _ : -")


def _kind_of(told: Mapping[str, Any]) -> str:
    return _KINDS.get(_text(told, "msgType", LONGEST_CODE)) or _fail("msgType 不是约定的报文类型")


def _text(told: Mapping[str, Any], name: str, longest: int) -> str:
    """Without control characters, which say nothing and which no service of ours takes."""
    value = told.get(name)
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > longest or not _is_unicode(value):
        _fail(f"{name} 应为不超过 {longest} 字的文本")
    lines = longest == LONGEST_TEXT
    return "".join(each for each in value if each.isprintable() or each in "\u3000\u00a0" or (lines and each == "\n"))


def _is_unicode(value: str) -> bool:
    return not any("\ud800" <= each <= "\udfff" for each in value)


def _count(told: Mapping[str, Any], name: str, least: int = 0) -> int:
    value = told.get(name, 0)
    fits = isinstance(value, int) and not isinstance(value, bool) and least <= value < 2**31
    return int(value) if fits else _fail(f"{name} 应为不小于 {least} 的整数")


def _flag(told: Mapping[str, Any], name: str) -> bool:
    value = told.get(name, False)
    return value if isinstance(value, bool) else _fail(f"{name} 应为 true 或 false")


def _instant(told: Mapping[str, Any], name: str) -> datetime | None:
    if not (value := _text(told, name, LONGEST_CODE)):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        at = None
    if at is None or at.tzinfo is None:
        _fail(f"{name} 应为带时区的时刻，例如 2025-01-06T08:00:00+08:00")
    return at if at.year in YEARS else _fail(f"{name} 的年份应在 {YEARS.start} 至 {YEARS.stop - 1} 之间")


def _files(content: Mapping[str, Any]) -> tuple[File, ...]:
    if "attachments" not in content:
        return ()
    return tuple(File(_text(each, "fileName", LONGEST_LINE) or "附件", _bytes(each)) for each in _listed(content, "attachments"))


def _bytes(told: Mapping[str, Any]) -> bytes:
    try:
        return base64.b64decode(str(told.get("data", "")), validate=True)
    except (binascii.Error, ValueError):
        _fail("attachments.data 不是 Base64")


def _fail(why: str) -> NoReturn:
    raise Malformed(why)
