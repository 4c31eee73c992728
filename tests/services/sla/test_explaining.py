"""The explanation of a date, sentence by sentence."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from regulation.terms import Kind, Light
from services.sla.rules.clocks import State
from services.sla.rules.explaining import Urged, explain, moment
from tests.services.sla.stories import BEGIN, DAY, HOUR, clock

HANDLE = clock(Kind.HANDLE, BEGIN)


def test_the_end_of_a_day_is_its_24_00() -> None:
    midnight = BEGIN.replace(hour=16)
    assert moment(midnight) == "2025-01-06 24:00"
    assert moment(midnight + timedelta(minutes=1)) == "2025-01-07 00:01"
    assert moment(midnight + timedelta(seconds=1)) == "2025-01-07 00:00:01"


def test_what_is_to_come_and_how_long_is_left() -> None:
    lines = explain(HANDLE, None, BEGIN + HOUR).lines
    assert lines == (
        "依据第十一条第(三)项，办理期限自2025-01-06 10:00起算，5个工作日，至2025-01-11 10:00届满（第1轮，日历cn-1）。",
        "依据第十二条，距离办结时限还有1个工作日未回复的，自2025-01-10 10:00起显示黄灯：尚未到时。",
        "依据第十二条，超过办结时限1个工作日未回复的，自2025-01-12 10:00起显示红灯并发送催办单：尚未到时。",
        "现显示无灯：距期限还有4天23小时。",
    )


def test_the_first_report_cites_article_13() -> None:
    explanation = explain(replace(clock(Kind.FIRST_REPORT, BEGIN), light=Light.RED), None, BEGIN + 3 * HOUR)
    assert explanation.lines[0].startswith("依据第十三条，初步处置情况反馈期限自2025-01-06 10:00起算，2小时，至2025-01-06 12:00届满")
    assert explanation.lines[1] == "依据第十三条，期限届满未反馈的，自2025-01-06 12:00起显示红灯并发送催办单：已到时。"
    assert [article.code for article in explanation.articles] == ["13"]


def test_a_held_date_says_what_waits() -> None:
    held = replace(HANDLE, state=State.HELD, held_at=BEGIN + DAY)
    lines = explain(held, None, BEGIN + 7 * DAY).lines
    assert lines[2].endswith("：暂缓。")
    assert lines[3] == "承办单位于2025-01-07 10:00提出的申请尚未决定，依据第十一条，决定之前红灯和催办暂缓，黄灯照常。"


def test_an_answered_a_replaced_and_a_void_date_say_so() -> None:
    answered = replace(HANDLE, state=State.STOPPED, stopped_at=BEGIN + 2 * DAY)
    assert "承办单位于2025-01-08 10:00答复，在期限之内；此后不再亮灯，此前已亮的灯保留。" in explain(answered, None, BEGIN + 9 * DAY).lines
    assert explain(answered, None, BEGIN + 9 * DAY).lines[-1] == "该期限已不再计时，最后显示无灯。"
    late = replace(HANDLE, state=State.STOPPED, stopped_at=BEGIN + 6 * DAY)
    assert any("已超过期限" in line for line in explain(late, None, BEGIN + 9 * DAY).lines)
    replaced = replace(HANDLE, void_at=BEGIN + DAY, replaced_at=BEGIN + DAY)
    assert "2025-01-07 10:00起由新的期限代替；此前已亮的灯保留。" in explain(replaced, None, BEGIN + 9 * DAY).lines
    void = replace(HANDLE, void_at=BEGIN + DAY)
    assert "该期限于2025-01-07 10:00作废，灯和催办均不计。" in explain(void, None, BEGIN + 9 * DAY).lines


def test_a_void_urging_says_why() -> None:
    urged = Urged(BEGIN + 6 * DAY, BEGIN + 7 * DAY, "该期限已作废，催办失去依据")
    assert (
        "随红灯发出的催办单（2025-01-12 10:00）已于2025-01-13 10:00作废：该期限已作废，催办失去依据。"
        in explain(replace(HANDLE, void_at=BEGIN), urged, BEGIN + 9 * DAY).lines
    )


def test_a_date_without_lights_and_a_provisional_one() -> None:
    plain = clock(Kind.RETURN, BEGIN)
    assert explain(plain, None, BEGIN).lines[1] == "该期限不设黄灯和红灯。"
    provisional = replace(HANDLE, deadline=replace(HANDLE.deadline, provisional=True))
    assert "其中有日期所在年份尚未公布放假安排，为暂定" in explain(provisional, None, BEGIN).lines[0]
