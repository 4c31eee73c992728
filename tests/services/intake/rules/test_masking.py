"""The masking of a text: what would give the caller away goes, the rest stays (Art. 17)."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.intake.rules.masking import Caller, displayed, masker_for
from services.intake.rules.ticket import Party, Place

ZHANG = Caller("张三丰", "13805331234", "微信 zsf_wudang", "柳泉路100号3号楼2单元501", "370303198001011234")
PLAIN = "昨晚七点张店区柳泉路路灯不亮，已报修两次，工单T250106-00042，共3盏。"


@pytest.mark.parametrize(
    ("said", "masked"),
    [
        ("我叫张三丰", "我叫〔诉求人姓名〕"),
        ("我叫张 三 丰，", "我叫〔诉求人姓名〕，"),
        ("打138 0533 1234", "打〔诉求人电话〕"),
        ("打138-0533-1234或13905330000", "打〔诉求人电话〕或〔手机号〕"),
        ("打+86 13805331234", "打〔诉求人电话〕"),
        ("打１３８０５３３１２３４", "打〔诉求人电话〕"),
        ("加微信zsf_wudang", "加〔诉求人联系方式〕"),
        ("我的号是ZSF_WUDANG", "我的号是〔诉求人联系方式〕"),
        ("住柳泉路100号3号楼2单元501室", "住〔诉求人地址〕室"),
        ("住柳泉路１００号 3号楼 2单元 501", "住〔诉求人地址〕"),
        ("证号370303198001011234", "证号〔诉求人证件号〕"),
        (PLAIN, PLAIN),
    ],
)
def test_the_callers_own_fields_go_wherever_they_occur(said: str, masked: str) -> None:
    assert masker_for(ZHANG).mask(said) == masked


def test_a_landline_goes_with_and_without_its_area() -> None:
    masker = masker_for(Caller(phone="0533-2770001"))
    assert masker.mask("打2770001，或(0533)2770001，或0533 277 0001") == "打〔诉求人电话〕，或〔诉求人电话〕，或〔诉求人电话〕"
    assert masker.mask("编号12770001") == "编号12770001"


@pytest.mark.parametrize("name", ["先生", "匿名", "市民", "李", ""])
def test_what_names_nobody_is_left(name: str) -> None:
    said = "李先生说，市民匿名反映"
    assert masker_for(Caller(name=name)).mask(said) == said


@pytest.mark.parametrize("address", ["张店区", "淄博市张店区", "山东省淄博市张店区科苑街道"])
def test_a_mere_district_is_no_address(address: str) -> None:
    said = "山东省淄博市张店区科苑街道的路灯不亮"
    assert masker_for(Caller(address=address)).mask(said) == said


def test_marked_words_go_too_the_longest_first() -> None:
    assert masker_for(Caller(), ("茶馆", "武当山茶馆")).mask("武当山茶馆，就是那家茶馆") == "〔隐去〕，就是那家〔隐去〕"


def test_words_are_no_patterns() -> None:
    assert masker_for(Caller(name="a.c(")).mask("abc( a.c(") == "abc( 〔诉求人姓名〕"


def test_places_and_parties_are_masked() -> None:
    masker = masker_for(ZHANG)
    assert masker.mask_place(Place("zhangdian", "张三丰家", ZHANG.address)) == Place("zhangdian", "〔诉求人姓名〕家", "〔诉求人地址〕")
    assert masker.mask_parties([Party("张三丰物业", "u-1")]) == (Party("〔诉求人姓名〕物业", "u-1"),)


def test_the_display_keeps_the_ends_and_a_star_is_no_mask() -> None:
    shown = displayed(ZHANG)
    assert (shown.name, shown.phone, shown.id_number) == ("张**", "138****1234", "370****1234")
    assert displayed(Caller(name="张三*丰", phone="138*05331234")) == Caller(name="张**", phone="138****1234")
    assert "zsf" not in shown.other_contact
    assert "100号" not in shown.address


NAMES = st.text("赵钱孙李周吴郑王冯陈", min_size=2, max_size=4)
MOBILES = st.from_regex(r"1[3-9][0-9]{9}", fullmatch=True)
TALK = st.text("停水了三天请来修一下，。0123456789 abc〔〕", max_size=60)


@given(NAMES, MOBILES, st.lists(TALK, min_size=1, max_size=4))
def test_neither_name_nor_number_survives_and_masking_twice_changes_nothing(name: str, phone: str, talk: list[str]) -> None:
    masker = masker_for(Caller(name=name, phone=phone))
    masked = masker.mask(f"，{name}，{phone}，".join(talk) + f"，{phone}，{name}")
    assert name not in masked
    assert phone not in re.sub(r"[ \-]", "", masked)
    assert masker.mask(masked) == masked
