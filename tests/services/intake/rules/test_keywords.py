"""Categories by the keywords of the tree."""

from services.intake.rules.categories import Category, seed
from services.intake.rules.keywords import hits

TREE = (
    Category("01", "公用事业"),
    Category("01.01", "供水", ("自来水", "水费")),
    Category("01.01.01", "停水抢修", ("停水",)),
    Category("01.01.02", "水费争议", ("水费",)),
    Category("01.02", "供电", ("电费",)),
    Category("01.02.01", "停电抢修", ("停电",)),
)


def test_a_categorys_own_word_weighs_more_than_its_parents() -> None:
    found = hits("自来水停水三天", TREE)
    assert [(hit.category.code, hit.words) for hit in found] == [("01.01.01", ("自来水", "停水")), ("01.01.02", ("自来水",))]
    assert found[0].weight > found[1].weight > 0


def test_a_word_of_two_categories_speaks_for_each_by_half() -> None:
    (fee, *_) = hits("水费太高", TREE)
    assert fee.category.code == "01.01.02"
    assert hits("停电", TREE)[0].weight > fee.weight / 2


def test_a_name_is_a_word_and_a_text_without_any_says_nothing() -> None:
    assert hits("请处理停电抢修", TREE)[0].category.code == "01.02.01"
    assert hits("你好", TREE) == []


def test_only_third_levels_are_suggested_from_the_citys_own_tree() -> None:
    found = hits("小区物业收停车费，还停水停电", seed())
    assert found
    assert all(hit.category.level == 3 for hit in found)
    assert [hit.weight for hit in found] == sorted((hit.weight for hit in found), reverse=True)
