import random
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chassis.redact import _ANY, _PLAIN, redact
from services.intake.rules.numbering import number_of

PERSONAL = [
    ("手机号", "13812345678"),
    ("手机号", "138 1234 5678"),
    ("手机号", "138-1234-5678"),
    ("手机号", "138.1234.5678"),
    ("手机号", "138－1234－5678"),
    ("手机号", "138—1234—5678"),
    ("手机号", "138\u200b1234\u200b5678"),
    ("手机号", "138\u30001234\u00a05678"),
    ("手机号", "１３８１２３４５６７８"),
    ("手机号", "１3８1２3４5６7８"),
    ("手机号", "+8613812345678"),
    ("手机号", "+86 138 1234 5678"),
    ("手机号", "＋86-13812345678"),
    ("手机号", "008613812345678"),
    ("手机号", "86-138-1234-5678"),
    ("手机号", "19912345678"),
    ("座机号", "0533-2345678"),
    ("座机号", "05332345678"),
    ("座机号", "0533 234 5678"),
    ("座机号", "(0533)2345678"),
    ("座机号", "（0533）2345678"),
    ("座机号", "０５３３－２３４５６７８"),
    ("座机号", "010-62345678"),
    ("座机号", "+86 533 2345678"),
    ("身份证号", "370303199001011234"),
    ("身份证号", "37030319900101123X"),
    ("身份证号", "37030319900101123ｘ"),
    ("身份证号", "370303 19900101 1234"),
    ("身份证号", "370303900101123"),
    ("身份证号", "３７０３０３１９９００１０１１２３４"),
    ("银行卡号", "6222021234567890123"),
    ("银行卡号", "6222 0212 3456 7890 123"),
    ("银行卡号", "6222-0212-3456-7890"),
    ("车牌号", "鲁C12345"),
    ("车牌号", "鲁C·1A2B3"),
    ("车牌号", "鲁C•12345"),
    ("车牌号", "鲁C-12345"),
    ("车牌号", "鲁c12345"),
    ("车牌号", "鲁Ｃ１２３４５"),
    ("车牌号", "鲁CD12345"),
    ("车牌号", "鲁C1234学"),
    ("邮箱", "li.ming+1@example.com.cn"),
    ("邮箱", "li_ming＠example．com"),
]
AROUND = ["{}", "我的号码是{}，请回电", "（{}）", "张三{}", "{}张三", "{}。", "1、{}", "：{}\n", "a {} b", "{}/{}", "{}、{}"]

INNOCENT = [
    "12345",
    "请拨打12345热线",
    "110、119、120、12369",
    "400-123-4567",
    "95598",
    "2025-01-06T08:00:00+08:00",
    "2025-01-06 08:00:00.123456",
    "20250106",
    "2025年1月6日8时30分",
    "1736150400",
    "1736150400000",
    "工单T250106-00042",
    "FZ16082600608",
    "工单号FZ16082600608，请查",
    "诉求编号07071300029",
    "编号：09042400228",
    "0194f5a3-7c1e-7a5b-8c3d-1234567890ab",
    "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
    "1234567.89元",
    "15000000000元",
    "100000000000元",
    "-12.50",
    "3.1415926535",
    "255000",
    "张店区共青团西路95号3号楼2单元501室",
    "第十一条第(六)项",
    "〔手机号〕",
    "新版本v2025",
    "新macbook",
    "云A座12层",
    "川A4纸",
    "鲁能领秀城",
    "京东E12楼",
    "@所有人",
    "a@b",
    "",
]


@pytest.mark.parametrize("around", AROUND)
def test_a_persons_number_is_masked_wherever_it_stands(around: str) -> None:
    for name, number in PERSONAL:
        text = around.replace("{}", number)
        assert redact(text) == around.replace("{}", f"〔{name}〕"), text


@pytest.mark.parametrize("text", INNOCENT)
def test_what_names_nobody_is_left(text: str) -> None:
    assert redact(text) == text


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("电话13812345678VX同号", "电话〔手机号〕VX同号"),
        ("tel13812345678", "tel〔手机号〕"),
        ("TEL:13812345678", "TEL:〔手机号〕"),
        ("qq13812345678", "qq〔手机号〕"),
        ("13812345678元旦期间都在", "〔手机号〕元旦期间都在"),
        ("座机2345678", "座机〔座机号〕"),
        ("联系电话是：2345678。", "联系电话是：〔座机号〕。"),
        ("电话：83434944", "电话：〔座机号〕"),
        ("张三13812345678李四13912345678", "张三〔手机号〕李四〔手机号〕"),
        ("13812345678 13912345678", "〔手机号〕 〔手机号〕"),
        ("身份证370303199001011234，卡6222021234567890123", "身份证〔身份证号〕，卡〔银行卡号〕"),
        ("鲁C12345撞了鲁C·54321", "〔车牌号〕撞了〔车牌号〕"),
        ("1.13812345678", "1.〔手机号〕"),
        ("13812345678@163.com", "〔邮箱〕"),
        ("13812345678(0533)2345678", "〔手机号〕〔座机号〕"),
        ("13812345678+86 533 2345678", "〔手机号〕〔座机号〕"),
        ("138 1234 5678.li@example.com", "〔手机号〕〔邮箱〕"),
        ("０１２ 路，13812345678，第３排", "０１２ 路，〔手机号〕，第３排"),
    ],
)
def test_what_stands_around_a_number_is_left_as_it_was_written(text: str, masked: str) -> None:
    assert redact(text) == masked


def _uuid7(at: datetime, chance: random.Random) -> str:
    """RFC 9562: 48 bits of milliseconds, the version, chance."""
    milliseconds = int(at.timestamp() * 1000)
    return str(uuid.UUID(int=milliseconds << 80 | 7 << 76 | chance.getrandbits(12) << 64 | 2 << 62 | chance.getrandbits(62)))


def test_our_own_ids_instants_and_ticket_numbers_are_left() -> None:
    chance = random.Random(12345)
    for _ in range(4_000):
        at = datetime(2021, 1, 1, tzinfo=UTC) + timedelta(seconds=chance.random() * 1e9)
        number = number_of(at.date(), chance.randrange(200), chance.randrange(50))
        for text in (_uuid7(at, chance), at.isoformat(), number, f"{chance.getrandbits(128):032x}"):
            assert redact(text) == text
            assert redact(f"工单{text}。") == f"工单{text}。"


def test_others_ids_are_left_nearly_always() -> None:
    chance = random.Random(12345)
    ids = [str(uuid.UUID(int=chance.getrandbits(128), version=4)) for _ in range(10_000)]
    assert sum(redact(text) != text for text in ids) <= 5


PIECES = st.one_of(st.text(max_size=8), st.sampled_from([number for _, number in PERSONAL]), st.text("0123456789-+ @.鲁C", max_size=20))
TEXTS = st.lists(PIECES, max_size=12).map("".join)


@given(TEXTS)
def test_masking_twice_changes_nothing(text: str) -> None:
    assert redact(redact(text)) == redact(text)


@given(TEXTS)
def test_the_quick_look_misses_nothing(text: str) -> None:
    assert (redact(text) == text) == (_ANY.search(text.translate(_PLAIN)) is None)


@given(st.text(max_size=30), st.sampled_from(PERSONAL), st.text(max_size=30))
def test_no_surroundings_but_letters_and_digits_protect_a_number(before: str, personal: tuple[str, str], after: str) -> None:
    _, number = personal
    assert number not in redact(f"{before}，{number}，{after}")


@pytest.mark.parametrize(
    "unit",
    [
        "1",
        "a",
        "1 ",
        "a@",
        "a.",
        "138-",
        "0533-",
        "(0533",
        "+86-",
        "6222 ",
        "鲁A",
        "鲁Aa",
        "a.b-c_d+",
        "1a",
        "电话",
        "１",
        "13812345678 ",
        "x@a.",
        "19",
    ],
)
def test_the_longest_text_is_masked_in_a_blink(unit: str) -> None:
    text = (unit * 20_000)[:20_000]
    started = time.perf_counter()
    redact(text)
    redact("@" + text)
    assert time.perf_counter() - started < 1.0
