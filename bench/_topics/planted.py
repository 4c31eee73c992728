"""Events made up: what some people would say of each, in changing words; the first two in the same words, of two places."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

TEXTS = 20


@dataclass(frozen=True)
class _Event:
    place: str
    titles: Sequence[str]
    matters: Sequence[str]
    ends: Sequence[str]


def planted(name: str, chance: random.Random) -> list[tuple[str, str]]:
    """Twenty titles with their texts."""
    return list(islice(_said(EVENTS[name], chance), TEXTS))


def _said(event: _Event, chance: random.Random) -> Iterator[tuple[str, str]]:
    while True:
        yield chance.choice(event.titles), f"{chance.choice(event.matters)}，{chance.choice(event.matters)}。{chance.choice(event.ends)}"


EVENTS = {
    "柳泉路爆管": _Event(
        "张店区科苑街道",
        ("柳泉路自来水爆管", "柳泉路人民路口水管破裂", "反映柳泉路大量跑水", "柳泉路水管爆裂淹了路面", "柳泉路路口自来水漏水"),
        ("柳泉路的自来水管爆了", "人民路口往外喷水", "柳泉路路面全是水", "路口的水管断了两个小时", "水淹到了柳泉路的人行道"),
        ("请赶紧派人抢修", "浪费太严重了", "车都过不去", "到现在没人管"),
    ),
    "张桓路爆管": _Event(
        "张店区马尚街道",
        ("张桓路自来水爆管", "张桓路昌国路口水管破裂", "反映张桓路大量跑水", "张桓路水管爆裂淹了路面", "张桓路昌国路口漏水"),
        ("张桓路的自来水管爆了", "昌国路口往外喷水", "张桓路路面全是水", "昌国路口的水管断了", "水淹到了张桓路的商铺"),
        ("请赶紧派人抢修", "浪费太严重了", "车都过不去", "到现在没人管"),
    ),
    "金茵小区停电": _Event(
        "张店区科苑街道",
        ("金茵小区停电", "金茵小区整夜没电", "金茵小区大面积停电", "咨询金茵小区何时来电", "金茵小区又停电了"),
        ("金茵小区从昨晚八点停电到现在", "金茵小区十几栋楼都没有电", "整个晚上没有电", "供电所的电话没人接", "电梯停了老人下不了楼"),
        ("什么时候来电", "孩子热得受不了", "冰箱里的东西都坏了", "请尽快恢复供电"),
    ),
    "齐鲁化工区异味": _Event(
        "临淄区金岭镇",
        ("齐鲁化工区附近刺鼻气味", "夜间齐鲁化工区异味扰民", "投诉齐鲁化工区排放臭气", "齐鲁化工区臭味严重", "化工区周边有刺鼻异味"),
        ("晚上十点以后齐鲁化工区气味刺鼻", "住在化工区旁边不敢开窗", "齐鲁化工区半夜偷排", "周边几个村都能闻到臭味", "化工异味呛人"),
        ("请环保部门查处", "孩子一直咳嗽", "已经一个月了", "希望有人管"),
    ),
    "126路公交改线": _Event(
        "张店区体育场街道",
        ("126路公交车改线不合理", "建议恢复126路世纪花园站", "126路公交为什么甩站", "126路取消世纪花园站", "世纪花园没有126路了"),
        ("126路公交不停世纪花园了", "126路改线后要走一公里去坐车", "世纪花园站的牌子还在", "126路取消了世纪花园站", "老人坐126路不方便"),
        ("建议恢复", "请公交公司答复", "上班上学都耽误了", "希望考虑居民出行"),
    ),
    "创业园欠薪": _Event(
        "高新区四宝山街道",
        ("创业园二期拖欠农民工工资", "创业园二期农民工讨薪", "高新区创业园工地欠薪", "创业园二期包工头不给工资", "创业园工地讨要工资"),
        (
            "在创业园二期工地干了三个月",
            "高新区创业园工地的包工头不给钱",
            "工人的工资一直拖着",
            "创业园二期欠班组工资",
            "创业园项目部说没钱",
        ),
        ("请帮我们讨薪", "要回家过年", "家里等钱用", "请劳动监察处理"),
    ),
}
PLACES = {name: event.place for name, event in EVENTS.items()}
