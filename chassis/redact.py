"""Masks what looks like a person's number in free text: mobile, landline, identity card, bank card, plate, e-mail.

A pattern begins where no letter or digit stands before it, or it would eat into ticket numbers and ids. Whoever reads a
masked text loses little by a number too many; a number too few is a person's.
"""

from __future__ import annotations

import re

# Read as the plain ones, character by character.
_PLAIN = {
    **{ord(wide): ord(wide) - 0xFEE0 for wide in "０１２３４５６７８９＋－＠．"},
    **{wide: wide - 0xFEE0 for wide in (*range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))},
    **dict.fromkeys(map(ord, "—–‐‑−"), ord("-")),
    **dict.fromkeys(map(ord, "\u3000\u00a0\u2009\u200b\u200c\u200d\u2060\t"), ord(" ")),
    **dict.fromkeys(map(ord, "•‧・"), ord("·")),
}
_ODD = re.compile(f"[{''.join(map(chr, _PLAIN))}]")
_GAP = r"[ \-·.]{0,2}"
_SOME_GAP = r"[ \-·.]{1,2}"
# Words that people write against a number, as one.
_STUCK = "tel|phone|vx|wx|qq"
_BEGIN = r"(?:(?<![0-9A-Za-z_])|(?<=(?i:tel))|(?<=(?i:phone))|(?<=(?i:vx))|(?<=(?i:wx))|(?<=(?i:qq)))"
_END = rf"(?:(?![0-9A-Za-z_])|(?=(?i:{_STUCK})))"
_MONTH_DAY = r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
# As assigned; what else begins with a nought is the number of something.
_AREA = r"(?:10|2[0-9]|[3-9][1-9][0-9]|701)"
# Not amid the groups of one.
_NO_UUID = "(?<![0-9A-Fa-f]{4}-)"
_COUNTRY = rf"(?:\+|{_BEGIN}00)86{_GAP}"
_CALL = "(?:电话|座机|号码|联系|致电|拨打)"
_PROVINCE = "[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]"
_THREE_DIGITS = "(?=(?:[A-Za-z]{0,3}[0-9]){3})"

_PATTERNS = (
    ("邮箱", r"[A-Za-z0-9._%+\-]{1,64}@[A-Za-z0-9\-]{1,63}(?:\.[A-Za-z0-9\-]{1,63})+(?:[_%+][A-Za-z0-9._%+\-]*)?"),
    ("身份证号", rf"{_BEGIN}[1-9][0-9]{{5}}{_GAP}(?:19|20)[0-9]{{2}}{_MONTH_DAY}{_GAP}[0-9]{{3}}[0-9Xx]{_END}"),
    ("身份证号", rf"{_BEGIN}[1-6][0-9]{{7}}{_MONTH_DAY}[0-9]{{3}}{_END}"),
    ("银行卡号", rf"{_BEGIN}[3-6][0-9]{{3}}(?:[ \-]?[0-9]{{4}}){{3}}(?:[ \-]?[0-9]{{1,3}})?{_END}(?!-)"),
    # 13812345678元 is money; 元旦 is New Year.
    ("手机号", rf"(?:{_COUNTRY}|{_BEGIN}86{_GAP}|{_BEGIN})1[3-9][0-9]{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}}{_END}(?! ?元(?!旦))"),
    ("座机号", rf"{_COUNTRY}{_AREA}{_GAP}[2-8][0-9]{{6,7}}{_END}"),
    ("座机号", rf"(?:[(（] ?0{_AREA} ?[)）]{_GAP}|{_BEGIN}{_NO_UUID}0{_AREA}{_SOME_GAP})[2-8][0-9]{{2,3}}{_GAP}[0-9]{{4}}{_END}"),
    ("座机号", rf"{_BEGIN}{_NO_UUID}0{_AREA}[2-8][0-9]{{6,7}}{_END}"),
    ("座机号", rf"(?:(?<={_CALL})|(?<={_CALL}[是为:： ])|(?<={_CALL}[是为:： ]{{2}}))[2-8][0-9]{{2,3}}[ \-]?[0-9]{{4}}{_END}"),
    ("车牌号", rf"{_PROVINCE}[A-HJ-NP-Za-hj-np-z][ \-·]?{_THREE_DIGITS}(?:[A-Za-z0-9]{{5,6}}{_END}|[A-Za-z0-9]{{4}}[学警挂领港澳])"),
)
# Looked at first, so that a text without any costs little.
_HINT = re.compile(rf"[0-9]{{3}}|@|{_PROVINCE}[A-Za-z]")
_STARTS = rf"(?=[0-9A-Za-z(（+._%\-]|{_PROVINCE}[A-Za-z])"
_ANY = re.compile(_STARTS + "(?:" + "|".join(f"(?P<k{number}>{pattern})" for number, (_, pattern) in enumerate(_PATTERNS)) + ")")


def redact(text: str) -> str:
    """The text with every such number replaced by what it was: 〔手机号〕. Redacting twice changes nothing."""
    plain = text.translate(_PLAIN) if _ODD.search(text) else text
    if not _HINT.search(plain):
        return text
    parts: list[str] = []
    done = 0
    for match in _ANY.finditer(plain):
        parts += text[done : match.start()], f"〔{_name_of(match)}〕"
        done = match.end()
    return "".join([*parts, text[done:]])


def _name_of(match: re.Match[str]) -> str:
    return _PATTERNS[int((match.lastgroup or "k0")[1:])][0]
