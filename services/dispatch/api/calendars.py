"""CalendarService."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from chassis.errors import Invalid
from chassis.store import Tx
from hotline.directory.v1.events_pb2 import CalendarDay
from hotline.dispatch.v1 import calendars_pb2 as pb
from regulation.calendar import Calendar, DayOverride, NoCalendar, tenant_calendar
from services.dispatch.actions.previewing import Preview, Redated, preview_revision
from services.dispatch.rules.previewing import RedatedDate
from services.dispatch.words import deadline_message, number_of

DRAFT = "draft"
MOST_DAYS = 1000
MOST_YEARS = 20
MOST_TENANTS = 50
LAST_YEAR = 2100


class CalendarDoor:
    """Revisions of calendars."""

    service = "hotline.dispatch.v1.CalendarService"

    def PreviewRevision(self, request: pb.PreviewRevisionRequest, tx: Tx) -> pb.PreviewRevisionResponse:
        """What it would move."""
        tenant_id = request.tenant_id or tx.by.tenant_id
        found = preview_revision(tx, tenant_id, _calendars(request, tenant_id), request.page)
        answer = pb.PreviewRevisionResponse(next_page_token=found.next_page_token, open_orders=found.open_orders)
        answer.orders.extend(_order_message(each) for each in found.redated)
        answer.totals.CopyFrom(_totals(found))
        return answer


def _calendars(request: pb.PreviewRevisionRequest, tenant_id: str) -> dict[str, Calendar]:
    """The calendars that are tried, by tenant. Raises Invalid."""
    if not request.drafts:
        return {tenant_id: _calendar(request.days, request.noticed_years)}
    if request.days or request.noticed_years:
        raise Invalid("drafts", "请只用一种方式提交日历草案：各机构的草案，或日期与年份")
    if len(request.drafts) > MOST_TENANTS:
        raise Invalid("drafts", f"一次最多预览{MOST_TENANTS}个机构的日历草案")
    drafts = {each.tenant_id: _calendar(each.days, each.noticed_years, f"drafts[{n}].") for n, each in enumerate(request.drafts)}
    if tenant_id not in drafts:
        raise Invalid("drafts", f"日历草案中没有 {tenant_id} 的，请核对要预览的机构")
    return drafts


def _calendar(told: Sequence[CalendarDay], noticed_years: Sequence[int], where: str = "") -> Calendar:
    """A calendar that is tried; `where` its fields stand. Raises Invalid."""
    if len(told) > MOST_DAYS or len(noticed_years) > MOST_YEARS:
        raise Invalid(f"{where}days", f"一次最多预览{MOST_DAYS}天、{MOST_YEARS}个年份的调整，请核对日历草案")
    if beyond := [year for year in noticed_years if year > LAST_YEAR]:
        raise Invalid(f"{where}noticed_years", f"年份{beyond[0]}超出范围，应不晚于{LAST_YEAR}年")
    days: dict[dt.date, DayOverride] = {}
    for number, each in enumerate(told):
        field = f"{where}days[{number}].date"
        if not each.date:
            raise Invalid(field, "请填写日期")
        day = dt.date.fromisoformat(each.date)
        if day in days:
            raise Invalid(field, f"{day}出现了两次，请核对")
        days[day] = DayOverride(day, each.working, each.reason)
    try:
        return tenant_calendar(DRAFT, days.values(), set(noticed_years))
    except NoCalendar as error:
        raise Invalid(f"{where}noticed_years", str(error)) from None


def _order_message(redated: Redated) -> pb.RedatedOrder:
    order = redated.order
    return pb.RedatedOrder(
        order_id=order.order_id,
        number=order.number,
        tenant_id=order.tenant_id,
        unit_id=order.unit_id,
        dates=[_date_message(redated, each) for each in redated.dates],
    )


def _date_message(redated: Redated, date: RedatedDate) -> pb.RedatedDate:
    return pb.RedatedDate(
        round=date.after.round,
        before=deadline_message(date.before.deadline),
        after=deadline_message(date.after.deadline),
        light_before=number_of(date.light_before),
        light_after=number_of(date.light_after),
        void_urging_id=redated.urging_of(date),
    )


def _totals(found: Preview) -> pb.RevisionTotals:
    dates = [(redated, each) for redated in found.redated for each in redated.dates]
    return pb.RevisionTotals(
        looked_at=found.looked_at,
        redated_orders=len(found.redated),
        lights_back=sum(each.goes_back for _, each in dates),
        void_urgings=sum(bool(redated.urging_of(each)) for redated, each in dates),
        uncounted=found.uncounted,
    )
