from datetime import UTC, datetime
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp
from hypothesis import given
from hypothesis import strategies as st

from chassis.checking import LAST_SECOND, LONGEST_SPAN, MOST_ITEMS, check
from chassis.errors import Invalid
from tests.chassis.probe import pb


def everything(**fields: Any) -> Any:
    return pb.Everything(**fields)


def refusal_of(message: Any) -> tuple[str, str]:
    with pytest.raises(Invalid) as refused:
        check(message)
    return refused.value.field, refused.value.message


GOOD = [
    {},
    {"id": "A-z0.9_:x"},
    {"id": "a" * 64},
    {"line": "路灯不亮，请修 👨‍👩‍👧"},
    {"line": "长" * 200},
    {"text": "第一行\n第二行\t完\r\n"},
    {"text": "长" * 20_000},
    {"token": "x" * 4096},
    {"secret": "pass word ¥"},
    {"blob": b"\0" * 16},
    {"day": "2024-02-29"},
    {"day": ""},
    {"short": "12345"},
    {"name": "王小明"},
    {"lines": ["a", "b"]},
    {"words": {"late_return": "是"}},
    {"colours": {"a": 1}},
    {"palette": [0, 1, 2]},
    {"at": Timestamp(seconds=LAST_SECOND, nanos=999_999_999)},
    {"at": Timestamp()},
    {"span": Duration(seconds=-LONGEST_SPAN, nanos=-1)},
    {"inner": {"inner": {"id": "x"}}},
    {"left": "x"},
]

BAD = [
    ({"id": "a" * 65}, "id", "最多 64 个字符"),
    ({"id": "编号"}, "id", "只能由字母"),
    ({"id": "a b"}, "id", "只能由字母"),
    ({"id": "a\n"}, "id", "只能由字母"),
    ({"id": "a'--"}, "id", "只能由字母"),
    ({"line": "长" * 201}, "line", "最多 200 个字符，现有 201"),
    ({"line": "两\n行"}, "line", "控制字符"),
    ({"line": "a\0b"}, "line", "控制字符"),
    ({"line": "\u202e倒着"}, "line", "控制字符"),
    ({"line": "零\u200b宽"}, "line", "控制字符"),
    ({"line": "\u2028"}, "line", "控制字符"),
    ({"text": "a\x1b[31m"}, "text", "控制字符"),
    ({"text": "a\x0b"}, "text", "控制字符"),
    ({"text": "a\x85"}, "text", "控制字符"),
    ({"text": "长" * 20_001}, "text", "最多 20000"),
    ({"raw": "长" * 20_001}, "raw", "最多 20000"),
    ({"token": "x" * 4097}, "token", "最多 4096"),
    ({"token": "a\nb"}, "token", "控制字符"),
    ({"secret": "x" * 1025}, "secret", "最多 1024"),
    ({"secret": "a\0"}, "secret", "控制字符"),
    ({"blob": b"x" * 17}, "blob", "最多 16 字节"),
    ({"day": "2025-02-29"}, "day", "日期"),
    ({"day": "2025-1-6"}, "day", "日期"),
    ({"day": "20250106"}, "day", "日期"),
    ({"day": "2025-W02"}, "day", "日期"),
    ({"day": "9999-12-31"}, "day", "日期"),
    ({"day": "0001-01-01"}, "day", "日期"),
    ({"short": "123456"}, "short", "最多 5 个字符"),
    ({"name": "王\n小明"}, "name", "控制字符"),
    ({"names": ["张三", "李\0"]}, "names[1]", "控制字符"),
    ({"lines": ["ok", "x\n"]}, "lines[1]", "控制字符"),
    ({"lines": ["ok", " "]}, "lines[1]", "不能为空"),
    ({"lines": ["x"] * (MOST_ITEMS + 1)}, "lines", "最多 1000 项"),
    ({"words": {"键": "x"}}, "words", "只能由字母"),
    ({"words": {"k": "x\n"}}, "words.k", "控制字符"),
    ({"words": {str(n): "x" for n in range(MOST_ITEMS + 1)}}, "words", "最多 1000 项"),
    ({"blobs": {"k": b"12345"}}, "blobs.k", "最多 4 字节"),
    ({"colours": {"k": 77}}, "colours.k", "没有编号为 77"),
    ({"named": {"k": {"id": "!"}}}, "named.k.id", "只能由字母"),
    ({"inner": {"inner": {"id": "!"}}}, "inner.inner.id", "只能由字母"),
    ({"list": [{}, {"line": "\0"}]}, "list[1].line", "控制字符"),
    ({"list": [{}] * (MOST_ITEMS + 1)}, "list", "最多 1000 项"),
    ({"colour": 77}, "colour", "没有编号为 77"),
    ({"palette": [1, -1]}, "palette", "没有编号为 -1"),
    ({"at": Timestamp(seconds=-1)}, "at", "时刻"),
    ({"at": Timestamp(seconds=LAST_SECOND + 1)}, "at", "时刻"),
    ({"at": Timestamp(nanos=-1)}, "at", "时刻"),
    ({"at": Timestamp(nanos=1_000_000_000)}, "at", "时刻"),
    ({"span": Duration(seconds=LONGEST_SPAN + 1)}, "span", "时长"),
    ({"span": Duration(seconds=2**62)}, "span", "时长"),
    ({"span": Duration(seconds=1, nanos=-1)}, "span", "时长"),
    ({"undeclared": "x"}, "undeclared", "最多 0"),
    ({"left": "\0"}, "left", "控制字符"),
    ({"right": {"id": "!"}}, "right.id", "只能由字母"),
]


@pytest.mark.parametrize("fields", GOOD)
def test_what_is_well_formed_passes_as_it_is(fields: dict[str, Any]) -> None:
    message = everything(**fields)
    check(message)
    assert message == everything(**fields)


@pytest.mark.parametrize(("fields", "where", "says"), BAD)
def test_what_is_not_is_refused_with_its_place_and_what_to_do(fields: dict[str, Any], where: str, says: str) -> None:
    field, message = refusal_of(everything(**fields))
    assert field == where
    assert message.startswith(f"{where}：")
    assert says in message


def test_a_refusal_never_repeats_what_was_sent() -> None:
    for fields in ({"line": "王小明\0"}, {"id": "王小明"}, {"day": "13812345678"}, {"words": {"王小明": "x"}}):
        assert not any(secret in refusal_of(everything(**fields))[1] for secret in ("王小明", "13812345678"))


def demands(**fields: Any) -> Any:
    whole = {"line": "x", "lines": ["x"], "words": {"a": "x"}, "at": Timestamp(), "colour": 1, "perhaps": "x"}
    return pb.Demands(**{**whole, **fields})


def test_what_is_required_is_there() -> None:
    check(demands())


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"line": ""}, "line"),
        ({"line": " \u3000\u00a0"}, "line"),
        ({"line": "\u200d\u200d"}, "line"),
        ({"lines": []}, "lines"),
        ({"lines": [""]}, "lines[0]"),
        ({"words": {}}, "words"),
        ({"at": None}, "at"),
        ({"colour": 0}, "colour"),
        ({"perhaps": None}, "perhaps"),
        ({"perhaps": ""}, "perhaps"),
    ],
)
def test_what_is_required_and_absent_or_blank_is_refused(fields: dict[str, Any], where: str) -> None:
    field, message = refusal_of(demands(**fields))
    assert (field, message) == (where, f"{where}：不能为空，请填写后重试")


def test_numbers_are_masked_on_arrival_but_in_raw_texts_and_identities() -> None:
    number, masked = "电话13812345678", "电话〔手机号〕"
    fields = {"line": number, "text": number, "lines": ["x", number], "words": {"a": number}, "left": number}
    message = everything(
        **fields, raw=number, name=number, secret=number, token=number, inner={"text": number}, named={"a": {"line": number}}
    )
    check(message)
    assert (message.line, message.text, list(message.lines), dict(message.words), message.left) == (
        masked,
        masked,
        ["x", masked],
        {"a": masked},
        masked,
    )
    assert (message.inner.text, message.named["a"].line) == (masked, masked)
    assert (message.raw, message.name, message.secret, message.token) == (number, number, number, number)


def test_every_instant_of_the_years_there_are_passes() -> None:
    for year in (1970, 2025, 2199):
        stamp = Timestamp()
        stamp.FromDatetime(datetime(year, 12, 31, 23, 59, 59, tzinfo=UTC))
        check(everything(at=stamp))


@given(st.binary(max_size=200))
def test_whatever_bytes_parse_are_checked_without_breaking(data: bytes) -> None:
    message = everything()
    try:
        message.ParseFromString(data)
        check(message)
    except Exception as error:  # noqa: BLE001 - any other is the failure
        assert type(error).__name__ in {"Invalid", "DecodeError"}, error  # noqa: PT017 - both are right


@given(st.text(max_size=60))
def test_a_text_that_passed_passes_again_unchanged(text: str) -> None:
    message = everything(text=text)
    try:
        check(message)
    except Invalid:
        return
    once = everything()
    once.CopyFrom(message)
    check(message)
    assert message == once
