"""18: each day, week and month that is over has its report, as page, DOCX, PDF and XLSX; what is told late makes a new version."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from chassis.clock import SetClock
from hotline.assessment.v1 import reports_pb2 as pb
from services.assessment.actions import rendering
from tests.harness import Served
from tests.services.asked import statements
from tests.services.assessment.calling import WECHAT, formed, hear, settled
from tests.services.assessment.overseers import HANDLER, SUPERVISOR, Desk
from tests.services.assessment.telling import BEGIN
from tests.services.refused import Refused

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WEEK = 7 * DAY
PATH = "城市管理/市政设施/路灯"


def day(count: int, begin: Any, name: str, **about: Any) -> list[Any]:
    return [formed(f"{name}-{at}", begin + at * HOUR / 2, category_path=PATH, **about) for at in range(count)]


@pytest.fixture
def desk(served: Callable[[str], Served], clock: SetClock) -> Desk:
    """Two days of calls: eight, then twelve of which one was answered directly."""
    found = Desk(served, clock)
    hear(found.store, [*day(8, BEGIN, "a"), *day(11, BEGIN + DAY, "b", channel=WECHAT), settled("s-0", BEGIN + DAY)])
    clock.set(BEGIN + 2 * DAY)
    return found


def listed(desk: Desk, **fields: Any) -> list[pb.Report]:
    return list(desk.ask("ReportService/ListReports", **fields).reports)


def file_of(desk: Desk, report: pb.Report, as_: int) -> pb.GetReportResponse:
    answer: pb.GetReportResponse = desk.ask("ReportService/GetReport", report_id=report.report_id, format=as_)
    return answer


def page_of(desk: Desk, report: pb.Report) -> str:
    return file_of(desk, report, pb.REPORT_FORMAT_PAGE).content.decode()


def test_days_that_are_over_have_their_reports_and_a_second_run_makes_none(desk: Desk) -> None:
    assert rendering.compose_reports(desk.store) == 2
    assert rendering.compose_reports(desk.store) == 0
    second, first = listed(desk, every=pb.REPORT_EVERY_DAY)
    assert [(each.first_day, each.calls, each.version) for each in (first, second)] == [("2025-03-03", 8, 1), ("2025-03-04", 12, 1)]
    assert first.title == "12345热线运行日报（2025年3月3日）"


def test_a_report_says_all_in_words_with_the_day_before(desk: Desk) -> None:
    rendering.compose_reports(desk.store)
    said = page_of(desk, listed(desk)[0])
    assert "热线共受理诉求12件，上期8件，增长50.0%" in said
    assert all(word in said for word in ("微信小程序", "12345电话", "城市管理", "单位zd", "10时"))
    assert "01" not in said.split("诉求分类情况")[1].split("</table>")[0].replace("2025", "")


def test_every_format_is_a_file_of_its_kind(desk: Desk) -> None:
    rendering.compose_reports(desk.store)
    report = listed(desk)[0]
    docx, pdf, xlsx = (file_of(desk, report, as_) for as_ in (pb.REPORT_FORMAT_DOCX, pb.REPORT_FORMAT_PDF, pb.REPORT_FORMAT_XLSX))
    assert pdf.content.startswith(b"%PDF")
    assert any("chart" in name for name in zipfile.ZipFile(io.BytesIO(docx.content)).namelist())
    assert any("charts/" in name for name in zipfile.ZipFile(io.BytesIO(xlsx.content)).namelist())
    assert len({docx.media_type, pdf.media_type, xlsx.media_type}) == 3


def test_weeks_and_months_follow_when_they_are_over(desk: Desk) -> None:
    desk.clock.set(BEGIN + WEEK)
    rendering.compose_reports(desk.store)
    (week,) = listed(desk, every=pb.REPORT_EVERY_WEEK)
    assert (week.first_day, week.last_day, week.calls) == ("2025-03-03", "2025-03-09", 20)
    desk.clock.set(BEGIN + 30 * DAY)
    rendering.compose_reports(desk.store)
    (month,) = listed(desk, every=pb.REPORT_EVERY_MONTH)
    assert (month.first_day, month.last_day, month.calls) == ("2025-03-01", "2025-03-31", 20)


def test_what_is_told_late_makes_a_new_version_that_says_so_and_leaves_the_old(desk: Desk) -> None:
    rendering.compose_reports(desk.store)
    before = page_of(desk, listed(desk)[0])
    hear(desk.store, day(3, BEGIN + DAY, "late"))
    assert rendering.compose_reports(desk.store) == 1
    assert rendering.compose_reports(desk.store) == 0
    new, old, _ = listed(desk)
    assert (new.version, new.calls, old.version, old.calls) == (2, 15, 1, 12)
    assert page_of(desk, old) == before
    assert "受理诉求由12件更正为15件" in page_of(desk, new)
    hear(desk.store, day(1, BEGIN + DAY, "later"))
    assert rendering.compose_reports(desk.store) == 1
    assert "第3版" in page_of(desk, listed(desk)[0])


def test_a_title_that_complains_of_somebody_is_not_published(desk: Desk) -> None:
    from services.assessment.actions import grouping  # noqa: PLC0415 - scipy, which other tests need not load

    said: dict[str, Any] = {"title": "物业公司乱收费", "text": "花园小区物业公司乱收停车费，每月多收一百元，请查处"}
    hear(desk.store, [formed(f"p-{at}", BEGIN + DAY + at * HOUR, party="u-0", **said) for at in range(6)])
    grouping.find_topics(desk.store)
    rendering.compose_reports(desk.store)
    said_of = page_of(desk, listed(desk)[0])
    assert "涉及投诉对象，不列标题" in said_of
    assert "乱收费" not in said_of


def test_a_tenant_that_was_never_called_has_no_reports(desk: Desk) -> None:
    desk.clock.set(BEGIN + 40 * DAY)
    rendering.compose_reports(desk.store)
    assert {each.tenant_id for each in listed(desk)} == {"zibo"}
    assert listed(desk, tenant_id="zhangdian") == []


def test_who_may_not_read_reports_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        desk.ask("ReportService/ListReports", HANDLER)
    assert refused.value.code == "PERMISSION_DENIED"
    with pytest.raises(Refused) as missing:
        desk.ask("ReportService/GetReport", SUPERVISOR, report_id="nowhere")
    assert missing.value.code == "NOT_FOUND"


def test_a_list_of_reports_is_one_statement_and_reads_no_file(desk: Desk) -> None:
    rendering.compose_reports(desk.store)
    with statements(desk.store) as seen:
        listed(desk)
    assert len(seen) == 1
    assert "xlsx" not in seen[0][0]
