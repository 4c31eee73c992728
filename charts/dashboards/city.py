"""City operations: what comes in, what waits, what is late, and whether people are reached."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from charts.dashboards.panels import COUNT, PER_SECOND, SECONDS, SHARE, THIRD, board, choice, panel, quantiles

CITY = 'tenant="$tenant"'


def dashboard() -> Dashboard:
    """市级运行总览."""
    made = board("hotline-city", "12345 市级运行总览").with_variable(
        choice("tenant", "租户", "label_values(hotline_tickets_unsettled, tenant)")
    )
    made = made.with_row(Row("受理与转办"))
    for each in (
        panel("诉求处理（每小时）", COUNT, (f"sum by (verb) (increase(hotline_ticket_steps_total{{{CITY}}}[1h])) > 0", "{{verb}}")),
        panel("待受理工单", COUNT, (f"sum by (late) (hotline:tickets_unsettled{{{CITY}}})", "超时 {{late}}"), span=THIRD // 2 + 2),
        panel("在办工单", COUNT, (f"sum by (state) (hotline:orders_open{{{CITY}}})", "{{state}}"), span=THIRD // 2 + 2),
        panel("工单办理（每小时）", COUNT, (f"sum by (verb) (increase(hotline_order_steps_total{{{CITY}}}[1h])) > 0", "{{verb}}")),
        panel("超过转办期限", COUNT, (f"hotline:orders_undispatched_overdue{{{CITY}}}", "待派单"), span=THIRD // 2 + 2),
        panel("待决定的申请", COUNT, (f"hotline:requests_undecided{{{CITY}}}", "{{kind}} 超时 {{late}}"), span=THIRD // 2 + 2),
    ):
        made = made.with_panel(each)
    made = made.with_row(Row("期限与亮灯"))
    for each in (
        panel("亮灯", COUNT, (f"sum by (light) (hotline:dates_running{{{CITY}}})", "{{light}}"), span=THIRD),
        panel("已逾期的期限", COUNT, (f"sum by (kind) (hotline:dates_overdue{{{CITY}}})", "{{kind}}"), span=THIRD),
        panel("催办单（24小时）", COUNT, (f"sum by (kind) (increase(hotline_urgings_issued_total{{{CITY}}}[1d]))", "{{kind}}"), span=THIRD),
        panel("考核指标（近30天）", SHARE, (f"hotline:rate{{{CITY}}}", "{{rate}}")),
        panel("亮灯延迟", SECONDS, *quantiles("hotline_light_delay_seconds", "")),
    ):
        made = made.with_panel(each)
    made = made.with_row(Row("通知与省级平台"))
    for each in (
        panel("待发消息", COUNT, ("sum by (channel) (hotline:messages_waiting)", "{{channel}}"), span=THIRD),
        panel("最早一条已等候", SECONDS, ("hotline:messages_oldest_seconds", "{{channel}}"), span=THIRD),
        panel(
            "发送结果",
            PER_SECOND,
            ("sum by (provider, outcome) (rate(hotline_attempts_total[5m]))", "{{provider}} {{outcome}}"),
            span=THIRD,
        ),
        panel("待告知省级平台", COUNT, ("hotline:provincial_queue_depth", "{{province}}")),
        panel("最早一条已等候（省级）", SECONDS, ("hotline:provincial_queue_age_seconds", "{{province}}")),
    ):
        made = made.with_panel(each)
    return made
