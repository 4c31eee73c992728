"""Masks what looks like a person's number in free text: mobile, landline, identity card, bank card, plate, e-mail.

A pattern begins where no letter or digit stands before it, or it would eat into ticket numbers and ids.
"""

from __future__ import annotations

import re

_D = "[0-9０-９]"
_FREE = r"(?<![0-9０-９A-Za-z_])"
_END = r"(?![0-9０-９A-Za-z_])"
_GAP = r"[ \-－—·]?"

_PATTERNS = (
    ("身份证号", rf"{_FREE}{_D}{{6}}(?:19|20|１９|２０){_D}{{2}}[01０１]{_D}[0-3０-３]{_D}{{4}}[0-9０-９Xx]{_END}"),
    ("身份证号", rf"{_FREE}[1-6]{_D}{{7}}[01]{_D}[0-3]{_D}{{4}}{_END}"),
    ("银行卡号", rf"{_FREE}[3-6３-６]{_D}{{3}}(?:[ \-]?{_D}{{4}}){{3}}(?:[ \-]?{_D}{{1,3}})?{_END}"),
    ("手机号", rf"{_FREE}(?:(?:\+|00)?86{_GAP})?[1１][3-9３-９]{_D}{_GAP}{_D}{{4}}{_GAP}{_D}{{4}}{_END}"),
    ("座机号", rf"{_FREE}[(（]?[0０]{_D}{{2,3}}[)）]?{_GAP}[2-8２-８]{_D}{{6,7}}{_END}"),
    ("座机号", rf"(?<=电话|座机|号码|联系|致电|拨打)[是为:： ]{{0,3}}[2-8]{_D}{{6,7}}{_END}"),
    ("车牌号", r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-HJ-NP-Za-hj-np-z][·• ]?[A-Z0-9a-z]{5,6}" + _END),
    ("邮箱", r"(?<![A-Za-z0-9._%+-])[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+"),
)
_ANY = re.compile("|".join(f"(?P<k{number}>{pattern})" for number, (_, pattern) in enumerate(_PATTERNS)))
_HINT = re.compile(r"[0-9０-９]{5}|[0-9０-９]{3}[ \-－—·)）]|@|[A-Za-z][·• ]?[A-Z0-9a-z]{5}")


def redact(text: str) -> str:
    """The text with every such number replaced by what it was: 〔手机号〕. Redacting twice changes nothing."""
    if not _HINT.search(text):
        return text
    return _ANY.sub(_named, text)


def _named(match: re.Match[str]) -> str:
    name, _ = _PATTERNS[int((match.lastgroup or "k0")[1:])]
    return f"〔{name}〕"
