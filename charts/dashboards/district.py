"""A district: its own orders, and those of the city that it handles (7)."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from charts.dashboards.panels import COUNT, THIRD, board, choice, panel

WHOSE = (("市级交办", 'district="$district"'), ("本级", 'tenant="$district"'))


def dashboard() -> Dashboard:
    """区县运行."""
    made = board("hotline-district", "12345 区县运行")
    made = made.with_variable(choice("district", "区县", 'label_values(hotline_orders_open{district!=""}, district)'))
    for title, where in WHOSE:
        made = made.with_row(Row(title))
        for each in (
            panel("在办工单", COUNT, (f"sum by (state) (hotline:orders_open{{{where}}})", "{{state}}"), span=THIRD),
            panel("亮灯", COUNT, (f"sum by (light) (hotline:dates_running{{{where}}})", "{{light}}"), span=THIRD),
            panel("已逾期的期限", COUNT, (f"sum by (kind) (hotline:dates_overdue{{{where}}})", "{{kind}}"), span=THIRD),
            panel(
                "工单办理（每小时）",
                COUNT,
                (f"sum by (verb, late) (increase(hotline_order_steps_total{{{where}}}[1h]))", "{{verb}} 逾期 {{late}}"),
            ),
            panel("催办单（24小时）", COUNT, (f"sum by (kind) (increase(hotline_urgings_issued_total{{{where}}}[1d]))", "{{kind}}")),
        ):
            made = made.with_panel(each)
    made = made.with_row(Row("考核"))
    counted = 'max by (rate) (hotline_rate_counted{tenant="$district"})'
    made = made.with_panel(panel("纳入统计的轮次（近30天）", COUNT, (counted, "{{rate}}")))
    return made.with_panel(panel("符合要求的轮次（近30天）", COUNT, ('max by (rate) (hotline_rate_hits{tenant="$district"})', "{{rate}}")))
