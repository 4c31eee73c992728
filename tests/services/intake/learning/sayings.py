"""Texts of a few categories, for a model to learn."""

from collections.abc import Iterator
from itertools import cycle, islice

SAYINGS = {
    "01.01.01": ("小区停水", "自来水爆管没有水", "水管破裂停水抢修"),
    "01.03.01": ("整栋楼停电", "变压器跳闸没有电", "线路故障停电抢修"),
    "02.01.02": ("物业费太高", "物业乱收费不开票", "公摊电费物业收费不合理"),
    "12.01.01": ("孩子小学入学报名", "学区划分入学问题", "招生报名材料"),
}
ENDINGS = ("请尽快处理", "望有关部门解决", "多次反映没有结果", "谢谢", "请回复")


def sayings(count: int) -> Iterator[tuple[str, str]]:
    """(category, text), the categories in turn."""
    turns = cycle((category, text) for texts in zip(*SAYINGS.values(), strict=True) for category, text in zip(SAYINGS, texts, strict=True))
    return ((category, f"{text}，{ENDINGS[number % len(ENDINGS)]}") for number, (category, text) in enumerate(islice(turns, count)))
