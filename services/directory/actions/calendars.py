"""Verbs on calendars: a notice settles a year for the city and its districts, a day is a tenant's own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from chassis import journal
from chassis.errors import Denied, Stale
from chassis.store import Tx
from regulation.articles import Article
from regulation.calendar import national
from services.directory.actions.loading import own_tenant
from services.directory.actions.telling import tell_calendar
from services.directory.rules import calendars as rules
from services.directory.rules.calendars import Days, Notices, Ruling
from services.directory.store.calendars import Revision, newest_revision, save_revision
from services.directory.store.tenants import districts_of
from services.directory.store.units import lock_tenant

ARTICLE = Article(11, 3).code
IMPORT = "import_notice"


def import_notice(tx: Tx, version: int, *, year: int, notice: str, days: Mapping[date, Ruling]) -> Revision:
    """A year's notice, for the city and every district; answers the city's revision."""
    _, *districts = _settled(tx)
    with_notice = _with_notice(year, days)
    revision = _revise(tx, version, IMPORT, notice, with_notice)
    for district in districts:
        with tx.acting_for(district) as own:
            _revise(own, None, IMPORT, notice, with_notice)
    return revision


def draft_notice(tx: Tx, *, year: int, notice: str, days: Mapping[date, Ruling]) -> list[Revision]:
    """The revisions that `import_notice` would make, the city's first; nothing is kept or told."""
    with_notice, drafts = _with_notice(year, days), []
    for tenant_id in _settled(tx):
        with tx.acting_for(tenant_id) as own:
            current = current_revision(own, tenant_id)
            drafts.append(_next(own, current.version, IMPORT, notice, with_notice(current.days)))
    return drafts


def set_day(tx: Tx, version: int, day: date, ruling: Ruling) -> Revision:
    """One day of the caller's tenant."""
    return _revise(tx, version, "set_day", ruling.reason, lambda before: rules.set_day(national(), before, day, ruling))


def unset_day(tx: Tx, version: int, day: date, reason: str) -> Revision:
    """One day of the caller's tenant is no longer its own."""
    return _revise(tx, version, "unset_day", reason, lambda before: rules.unset_day(before, day))


def renew_base(tx: Tx, notices: Notices | None = None) -> Revision:
    """The first revision, with the notices known by then, or one more when the national calendar underneath has changed with a release."""
    lock_tenant(tx)
    current = newest_revision(tx, tx.by.tenant_id)
    if current and current.base == national().revision:
        return current
    before = current.days if current else Days(notices or {})
    settled = {year for year, known in national().years.items() if not known.provisional}
    days = Days({year: notice for year, notice in before.notices.items() if year not in settled}, before.own)
    return _add(tx, current.version if current else 0, "renew_base", "全国日历（随系统发布）", days)


def current_revision(tx: Tx, tenant_id: str) -> Revision:
    """The calendar a tenant lives by; before any revision, the national one alone."""
    base = national().revision
    return newest_revision(tx, tenant_id) or Revision(tenant_id, 0, base, base, "", "", "", tx.now, Days())


def _revise(tx: Tx, version: int | None, verb: str, reason: str, change: Callable[[Days], Days]) -> Revision:
    lock_tenant(tx)
    current = current_revision(tx, tx.by.tenant_id)
    if version is not None and version != current.version:
        raise Stale(f"日历在您查看之后已有变动（现为第{current.version}版：{current.reason}），请刷新后重试")
    return _add(tx, current.version, verb, reason, change(current.days))


def _settled(tx: Tx) -> list[str]:
    """The tenants that a notice settles: the caller's city, and its districts. Raises Denied for a district."""
    tenant = own_tenant(tx)
    if not tenant.is_city:
        raise Denied("放假安排由市级统一导入；本区县个别日期请用“设置日期”调整")
    return [tenant.tenant_id, *districts_of(tx, tenant.tenant_id)]


def _with_notice(year: int, days: Mapping[date, Ruling]) -> Callable[[Days], Days]:
    return lambda before: rules.import_notice(national(), before, year, days)


def _next(tx: Tx, version: int, verb: str, reason: str, days: Days) -> Revision:
    base, tenant_id = national().revision, tx.by.tenant_id
    return Revision(tenant_id, version + 1, f"{base}:{tenant_id}-{version + 1}", base, verb, reason, tx.by.id, tx.now, days)


def _add(tx: Tx, version: int, verb: str, reason: str, days: Days) -> Revision:
    revision = _next(tx, version, verb, reason, days)
    save_revision(tx, revision)
    journal.append(tx, f"calendar:{revision.tenant_id}", verb, ARTICLE, {"revision": revision.revision, "reason": reason})
    tell_calendar(tx, revision)
    return revision
