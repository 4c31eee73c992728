"""The law: a row for each article that the figures of the hotline can show to be breached; for the others, why not."""

from __future__ import annotations

from dataclasses import dataclass

from grafana_foundation_sdk.builders.dashboard import Dashboard
from grafana_foundation_sdk.builders.dashboard import Row as Heading

from charts.dashboards.panels import COUNT, board, choice, panel

HERE = 'tenant="$tenant"'


@dataclass(frozen=True)
class Clause:
    """An article, what it demands in a few words, and where things stand with it now."""

    code: str
    term: str
    now: str
    shows: str


def _dates(kind: str, role: str = "lead") -> str:
    return f'sum(hotline:dates_overdue{{{HERE}, kind=~"{kind}", role="{role}"}})'


CLAUSES = (
    Clause("11-1", "即时受理", f'sum(hotline:tickets_unsettled{{{HERE}, late="yes"}})', "超时未受理"),
    Clause("11-2", "1个工作日内转办", f"sum(hotline:orders_undispatched_overdue{{{HERE}}})", "超期未转办"),
    Clause("11-3", "5个工作日内办结", _dates("11-3"), "逾期未回复"),
    Clause("11-4", "延期", f'sum(hotline:requests_undecided{{{HERE}, kind="extension"}})', "待决定的延期申请"),
    Clause("11-5", "反馈办理情况", f'sum(hotline:orders_open{{{HERE}, state="replied"}})', "待审核的答复"),
    Clause("11-6", "2个工作日内回退", f'sum(hotline:requests_undecided{{{HERE}, kind="return"}})', "待决定的回退申请"),
    Clause("11-7", "承诺期限内续报", _dates("11-7"), "超过承诺期限"),
    Clause("11-8", "审核与回访", _dates("11-8"), "补充答复逾期"),
    Clause("11-9", "退回重办", _dates("11-9"), "重办逾期"),
    Clause("11-10", "办结；无法接通", f'sum(hotline:orders_open{{{HERE}, state="calling_back"}})', "待回访"),
    Clause("12", "亮灯与催办", f'sum by (light) (hotline:dates_running{{{HERE}, light!="none"}})', "{{light}}"),
    Clause("13", "紧急事项：首报与结果", _dates("13-.*"), "逾期未反馈"),
    Clause("15-5", "知识库维护", f'sum(hotline:upkeep_open{{{HERE}, late="yes"}})', "逾期未维护"),
    Clause("16", "协办与协调", f"sum(hotline:coordinations_open{{{HERE}}})", "未决的协调事项"),
)

RATES = {
    "15-1": ("逾期办理：按时办结率", "on_time"),
    "15-2": ("重办", "rework"),
    "15-3": ("签收、首报、答复质量", "sign_in"),
    "15-4": ("办结率", "completion"),
    "20": ("满意率与考核", "result_satisfaction"),
}
"""Articles whose breach is a share of thirty days, as assessment counts it."""

NOT_SHOWN = {
    "1": "the purpose",
    "2": "what the hotline takes: nobody breaches it",
    "3": "what is declined, by rule",
    "4": "who handles",
    "5": "duties of the centre, kept by people",
    "6": "duties of the hotline, shown by the articles below",
    "7": "handing on restarts nothing: 11(3)",
    "8": "upkeep: 15(5)",
    "9": "staffed day and night: the hours of 13",
    "10": "the journal is proved by `verify`, not counted",
    "11": "its clauses",
    "14": "topics are for study",
    "15": "its items",
    "15-6": "entered by people",
    "17": "secrecy is held by tests and row security: a leak has no counter",
    "18": "analysis",
    "19": "for a person to find",
    "21": "governments",
    "22": "interpretation",
    "23": "validity",
}
"""Articles that no figure shows to be breached, and why."""


def dashboard() -> Dashboard:
    """办法逐条执行情况."""
    made = board("hotline-law", "12345 办法逐条执行情况")
    made = made.with_variable(choice("tenant", "租户", "label_values(hotline_tickets_unsettled, tenant)"))
    for clause in CLAUSES:
        breaches = (f'hotline:breaches:1d{{{HERE}, article="{clause.code}"}}', "24小时")
        made = made.with_row(Heading(f"{clause.code} {clause.term}"))
        made = made.with_panel(panel(f"{clause.code} 违反次数（24小时）", COUNT, breaches))
        made = made.with_panel(panel(f"{clause.code} 现状", COUNT, (clause.now, clause.shows)))
    for code, (term, rate) in RATES.items():
        counted = (f'max(hotline_rate_counted{{{HERE}, rate="{rate}"}})', "纳入统计")
        hits = (f'max(hotline_rate_hits{{{HERE}, rate="{rate}"}})', "符合")
        made = made.with_row(Heading(f"{code} {term}")).with_panel(panel(f"{code} {term}（近30天）", COUNT, counted, hits, span=24))
    return made
