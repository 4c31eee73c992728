"""CalendarService."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date

from chassis.errors import Invalid, Missing
from chassis.stamps import stamp
from chassis.store import Tx
from hotline.directory.v1 import calendars_pb2 as pb
from hotline.directory.v1 import events_pb2
from services.directory.actions.calendars import current_revision, draft_notice, import_notice, set_day, unset_day
from services.directory.rules.calendars import Ruling
from services.directory.rules.notices import FIELD, Notice, read_notice, with_line
from services.directory.store.calendars import Revision, named_revision, revision_of
from services.directory.store.tables import calendar_revisions


class CalendarDoor:
    """Working days."""

    service = "hotline.directory.v1.CalendarService"

    def ImportNotice(self, request: pb.ImportNoticeRequest, tx: Tx) -> pb.ImportNoticeResponse:
        """A year's, for the city and its districts."""
        with _named_by_line(request.text):
            said = _notice(request)
            revision = import_notice(tx, request.version, year=said.year, notice=request.notice, days=said.days)
        return pb.ImportNoticeResponse(revision=revision_message(revision))

    def DraftNotice(self, request: pb.DraftNoticeRequest, tx: Tx) -> pb.DraftNoticeResponse:
        """What ImportNotice would make of it."""
        with _named_by_line(request.text):
            said = _notice(request)
            drafts = draft_notice(tx, year=said.year, notice=request.notice, days=said.days)
        return pb.DraftNoticeResponse(revisions=[revision_message(each) for each in drafts])

    def SetDay(self, request: pb.SetDayRequest, tx: Tx) -> pb.SetDayResponse:
        """One day of the caller's tenant."""
        ruling = Ruling(request.day.working, request.day.reason)
        return pb.SetDayResponse(revision=revision_message(set_day(tx, request.version, _day(request.day, "day.date"), ruling)))

    def UnsetDay(self, request: pb.UnsetDayRequest, tx: Tx) -> pb.UnsetDayResponse:
        """One day of the caller's tenant."""
        revision = unset_day(tx, request.version, date.fromisoformat(request.date), request.reason)
        return pb.UnsetDayResponse(revision=revision_message(revision))

    def GetCalendar(self, request: pb.GetCalendarRequest, tx: Tx) -> pb.GetCalendarResponse:
        """Newest or named."""
        own = tx.by.tenant_id
        revision = named_revision(tx, own, request.revision) if request.revision else current_revision(tx, own)
        if revision is None:
            raise Missing(f"没有名为 {request.revision} 的日历版本，请核对后重试")
        return pb.GetCalendarResponse(revision=revision_message(revision))

    def ListCalendarRevisions(self, request: pb.ListCalendarRevisionsRequest, tx: Tx) -> pb.ListCalendarRevisionsResponse:
        """Newest first."""
        chosen = tx.select(calendar_revisions).where(calendar_revisions.c.tenant_id == tx.by.tenant_id)
        rows, token = tx.page(chosen, (calendar_revisions.c.version.desc(),), request.page)
        revisions = [revision_message(revision_of(row), with_days=False) for row in rows]
        return pb.ListCalendarRevisionsResponse(revisions=revisions, next_page_token=token)


def revision_message(revision: Revision, *, with_days: bool = True) -> pb.CalendarRevision:
    """A revision as it is answered."""
    days = [
        events_pb2.CalendarDay(date=day.isoformat(), working=ruling.working, reason=ruling.reason)
        for day, ruling in revision.days.all.items()
    ]
    return pb.CalendarRevision(
        tenant_id=revision.tenant_id,
        revision=revision.revision,
        version=revision.version,
        verb=revision.verb,
        reason=revision.reason,
        by=revision.by_id,
        at=stamp(revision.at),
        days=days if with_days else (),
        noticed_years=revision.days.noticed_years,
    )


def _notice(request: pb.ImportNoticeRequest | pb.DraftNoticeRequest) -> Notice:
    """What a request says of a year, as a text or by its days. Raises Invalid."""
    if not request.text:
        return Notice(request.year, _rulings(request.days))
    if request.year or request.days:
        raise Invalid("text", "放假安排请只用一种方式提交：全文，或年份与日期")
    return read_notice(request.text)


@contextmanager
def _named_by_line(text: str) -> Iterator[None]:
    """What is refused of a text names its line."""
    try:
        yield
    except Invalid as refused:
        if not text or refused.field == FIELD:
            raise
        raise with_line(text, refused) from None


def _rulings(days: Iterable[events_pb2.CalendarDay]) -> dict[date, Ruling]:
    rulings: dict[date, Ruling] = {}
    for number, each in enumerate(days):
        day = _day(each, f"days[{number}].date")
        if day in rulings:
            raise Invalid(f"days[{number}].date", f"{day}出现了两次，请核对")
        rulings[day] = Ruling(each.working, each.reason)
    return rulings


def _day(each: events_pb2.CalendarDay, field: str) -> date:
    if not each.date:
        raise Invalid(field, "请填写日期")
    return date.fromisoformat(each.date)
