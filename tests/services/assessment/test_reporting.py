"""What a periodical report says."""

from datetime import date

from services.assessment.documents.content import Chart, Drawn, Heading, Paragraph, Table
from services.assessment.reporting import MOST_DRAWN, MOST_ROWS, HotTopic, Seen, compose
from services.assessment.rules.counts import By, Count
from services.assessment.rules.periods import Every, period_of
from services.assessment.rules.topics import Growth

WEEK = period_of(Every.WEEK, date(2025, 3, 2))
SEEN = Seen(
    {
        By.CHANNEL: [Count("12345电话", 9, 8), Count("微信小程序", 3, 0)],
        By.CATEGORY: [Count(f"分类{at}", 50 - at, 1) for at in range(30)],
        By.HOUR: [Count(f"{hour}时", hour, 0) for hour in range(24)],
    },
    [HotTopic("丽发新城搅拌站噪声扰民", Growth(20, 5))],
    2,
)


def test_a_report_begins_with_all_and_numbers_its_sections() -> None:
    report = compose(WEEK, SEEN, "热线中心", date(2025, 3, 3))
    assert report.title == "12345热线运行周报（2025年2月24日至2025年3月2日）"
    heads = [part.text for part in report.parts if isinstance(part, Heading)]
    assert heads == ["一、总体情况", "二、诉求分类情况", "三、诉求渠道情况", "四、时段情况", "五、热点专题"]
    assert report.parts[1] == Paragraph(
        "2025年2月24日至2025年3月2日，热线共受理诉求12件，上期8件，增长50.0%。发现热点专题1个，突发集中诉求预警2次。"
    )


def test_a_course_of_time_is_a_whole_line_and_of_the_rest_the_most_are_shown() -> None:
    parts = compose(WEEK, SEEN, "热线中心", date(2025, 3, 3)).parts
    charts = [part for part in parts if isinstance(part, Chart)]
    assert [(chart.drawn, len(chart.labels)) for chart in charts] == [(Drawn.COLUMNS, MOST_DRAWN), (Drawn.COLUMNS, 2), (Drawn.LINE, 24)]
    assert [len(part.rows) for part in parts if isinstance(part, Table)] == [MOST_ROWS, 2, 24, 1]


def test_a_period_without_calls_is_reported_without_a_trend() -> None:
    report = compose(period_of(Every.DAY, date(2025, 3, 2)), Seen({}, [], 0), "热线中心", date(2025, 3, 3))
    assert report.parts[1] == Paragraph("2025年3月2日，热线共受理诉求0件，上期0件。发现热点专题0个，突发集中诉求预警0次。")
    assert report.parts[-1] == Paragraph("本期未发现热点专题。")
