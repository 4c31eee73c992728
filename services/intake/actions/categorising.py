"""The tree of categories: each change is a new version of it, and a code is never used again."""

from __future__ import annotations

from dataclasses import dataclass

from chassis import journal
from chassis.errors import Invalid, Missing, Stale
from chassis.store import Tx
from chassis.store.paging import Page
from services.intake.lifecycle import RECORD
from services.intake.rules.categories import LEVELS, Category, is_code, parent_of
from services.intake.store import categories

USUAL, MOST = 50, 200


@dataclass(frozen=True)
class Listed:
    """A page of a version of the tree."""

    categories: list[Category]
    version: int
    next_page_token: str


def list_categories(tx: Tx, parent: str, version: int, page: Page) -> Listed:
    """Categories by code, of the present version or an earlier one; a page's token is its last code. Raises Invalid."""
    now = categories.version(tx)
    if version > now:
        raise Invalid("version", f"诉求分类现为第 {now} 版，没有第 {version} 版")
    if page.token and not is_code(page.token):
        raise Invalid("page.token", "翻页标记无效：请从第一页重新查询")
    size = min(page.size or USUAL, MOST)
    prefix = f"{parent}." if parent else ""
    found = [each for each in categories.tree(tx, version or now) if each.code.startswith(prefix) and each.code > page.token]
    return Listed(found[:size], version or now, found[size - 1].code if len(found) > size else "")


def add_category(tx: Tx, seen: int, category: Category) -> int:
    """A new category; answers the tree's new version. Raises Invalid, Stale."""
    version = _locked(tx, seen)
    if not is_code(category.code):
        raise Invalid("code", "分类编号应为 01、01.02 或 01.02.03 的形式")
    if parent_of(category.code) and parent_of(category.code) not in categories.names_of(tx, parent_of(category.code)):
        raise Invalid("code", f"没有上级分类 {parent_of(category.code)}，请先添加上级，最多 {LEVELS} 级")
    if categories.ever_used(tx, category.code):
        raise Invalid("code", f"分类编号 {category.code} 已经用过，编号不重复使用，请换一个")
    categories.change(tx, version + 1, (), (category,))
    return _recorded(tx, "add_category", category, version + 1)


def rename_category(tx: Tx, seen: int, code: str, name: str) -> tuple[Category, int]:
    """Another name for a present category. Raises Missing, Stale."""
    version = _locked(tx, seen)
    renamed = Category(code, name, _present(tx, code, version).keywords)
    categories.change(tx, version + 1, (code,), (renamed,))
    return renamed, _recorded(tx, "rename_category", renamed, version + 1)


def retire_category(tx: Tx, seen: int, code: str) -> tuple[Category, int]:
    """No longer to be chosen. Raises Missing, Stale, and Invalid while something present is below it."""
    version = _locked(tx, seen)
    retired = _present(tx, code, version)
    if categories.has_below(tx, code):
        raise Invalid("code", f"分类 {code} 下还有在用的分类，请先停用它们")
    categories.change(tx, version + 1, (code,), ())
    return retired, _recorded(tx, "retire_category", retired, version + 1)


def _locked(tx: Tx, seen: int) -> int:
    categories.begin(tx)
    version = categories.version(tx, lock=True)
    if version != seen:
        raise Stale(f"诉求分类已有变化（您看到第 {seen} 版，现为第 {version} 版），请刷新后重试")
    return version


def _present(tx: Tx, code: str, version: int) -> Category:
    found = next((category for category in categories.tree(tx, version) if category.code == code), None)
    if found is None:
        raise Missing(f"没有编号为 {code} 的诉求分类，请核对后重试")
    return found


def _recorded(tx: Tx, verb: str, category: Category, version: int) -> int:
    detail = {"code": category.code, "name": category.name, "version": version}
    journal.append(tx, f"categories:{tx.by.tenant_id}"[:64], verb, RECORD.code, detail)
    return version
