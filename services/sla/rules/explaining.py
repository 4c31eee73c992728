"""Why a date shows the light it shows: its instants and articles, in sentences for a person."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from regulation.articles import Article
from regulation.instants import closing_day, to_local
from regulation.terms import Light, Unit
from services.sla.rules.clocks import Clock, State, article_of, schedule


@dataclass(frozen=True, slots=True)
class Urged:
    """What is known of the urging that came with a red light."""

    at: dt.datetime
    voided_at: dt.datetime | None
    void_reason: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """Sentences, and the clauses they rest on."""

    lines: tuple[str, ...]
    articles: tuple[Article, ...]


def explain(clock: Clock, urged: Urged | None, now: dt.datetime) -> Explanation:
    """Art. 12, 13: why this light, now."""
    lines = [_term(clock), *_lights(clock, now), *_pauses(clock), *_urging(urged), _verdict(clock, now)]
    articles = [clock.deadline.article]
    for at, light in ((clock.deadline.yellow_at, Light.YELLOW), (clock.deadline.red_at, Light.RED)):
        if at is not None:
            articles.append(article_of(clock, light))
    return Explanation(tuple(lines), tuple(dict.fromkeys(articles)))


def moment(at: dt.datetime) -> str:
    """An instant as people of the city write it; the end of a day is its 24:00."""
    local = to_local(at)
    if (local.hour, local.minute, local.second, local.microsecond) == (0, 0, 0, 0):
        return f"{closing_day(at)} 24:00"
    return f"{local:%Y-%m-%d %H:%M}" + (f":{local:%S}" if local.second else "")


def _term(clock: Clock) -> str:
    deadline = clock.deadline
    counted = f"{deadline.n}{deadline.unit.term}" if deadline.unit is not Unit.WORKING_DAY or deadline.n else "当日"
    provisional = "；其中有日期所在年份尚未公布放假安排，为暂定" if deadline.provisional else ""
    return (
        f"依据{deadline.article.cite()}，{clock.key.kind.term}自{moment(deadline.trigger_at)}起算，{counted}，"
        f"至{moment(deadline.by_rule_at)}届满（第{clock.key.round}轮，日历{deadline.calendar_revision}{provisional}）。"
        f"{_provincial(clock)}"
    )


def _provincial(clock: Clock) -> str:
    """11(3): both dates, where the province's rules."""
    if clock.deadline.own_at is None:
        return ""
    return f"省级平台要求的期限为{moment(clock.deadline.deadline_at)}，早于本市期限，以其为准。"


def _lights(clock: Clock, now: dt.datetime) -> list[str]:
    if not clock.is_lit:
        return ["该期限不设黄灯和红灯。"]
    lines = []
    if (yellow_at := clock.deadline.yellow_at) is not None:
        clause = f"依据{article_of(clock, Light.YELLOW).cite()}，距离办结时限还有1个工作日未回复的"
        lines.append(f"{clause}，自{moment(yellow_at)}起显示黄灯：{_came(clock, Light.YELLOW, yellow_at, now)}。")
    if (red_at := clock.deadline.red_at) is not None:
        why = "超过办结时限1个工作日未回复" if red_at > clock.deadline.deadline_at else "期限届满未反馈"
        clause = f"依据{article_of(clock, Light.RED).cite()}，{why}的"
        lines.append(f"{clause}，自{moment(red_at)}起显示红灯并发送催办单：{_came(clock, Light.RED, red_at, now)}。")
    return lines


def _came(clock: Clock, light: Light, at: dt.datetime, now: dt.datetime) -> str:
    if light not in {turn.light for turn in schedule(clock)}:
        return "暂缓" if clock.is_open else "未亮，也不再亮起"
    return "已到时" if at <= now else "尚未到时"


def _pauses(clock: Clock) -> list[str]:
    lines = []
    if clock.state is State.HELD and clock.held_at is not None:
        lines.append(f"承办单位于{moment(clock.held_at)}提出的申请尚未决定，依据第十一条，决定之前红灯和催办暂缓，黄灯照常。")
    if clock.answered_at is not None:
        late = "已超过期限" if clock.answered_at > clock.deadline.deadline_at else "在期限之内"
        lines.append(f"承办单位于{moment(clock.answered_at)}答复，{late}；此后不再亮灯，此前已亮的灯保留。")
    if clock.replaced_at is not None:
        lines.append(f"{moment(clock.replaced_at)}起由新的期限代替；此前已亮的灯保留。")
    if clock.is_void and clock.void_at is not None:
        lines.append(f"该期限于{moment(clock.void_at)}作废，灯和催办均不计。")
    return lines


def _urging(urged: Urged | None) -> list[str]:
    if urged is None:
        return []
    if urged.voided_at is not None:
        return [f"随红灯发出的催办单（{moment(urged.at)}）已于{moment(urged.voided_at)}作废：{urged.void_reason}。"]
    return [f"催办单已随红灯发出（{moment(urged.at)}）。"]


def _verdict(clock: Clock, now: dt.datetime) -> str:
    if not clock.is_open:
        return f"该期限已不再计时，最后显示{clock.light.term}。"
    left = clock.deadline.deadline_at - now
    if left < dt.timedelta():
        return f"现显示{clock.light.term}：已超过期限{_span(-left)}。"
    return f"现显示{clock.light.term}：距期限还有{_span(left)}。"


def _span(span: dt.timedelta) -> str:
    hours, minutes = divmod(int(span.total_seconds()) // 60, 60)
    days, hours = divmod(hours, 24)
    parts = [(days, "天"), (hours, "小时"), (minutes, "分钟")]
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "不到1分钟"
