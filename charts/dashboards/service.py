"""One service: rate, errors and duration of what it is asked and told, what waits in it, and what it lives on."""

from __future__ import annotations

from grafana_foundation_sdk.builders.dashboard import Dashboard, Row

from charts.dashboards.panels import COUNT, PER_SECOND, SECONDS, SHARE, THIRD, board, choice, panel, quantiles

OWN = 'service="$service"'
FAILED = 'code=~"INTERNAL|UNAVAILABLE|UNKNOWN|DEADLINE_EXCEEDED"'
# Where nothing failed the line lies at 0.
NONE = f"0 * sum(rate(hotline_rpcs_total{{{OWN}}}[5m]))"


def dashboard() -> Dashboard:
    """单个服务."""
    made = board("hotline-service", "12345 单个服务").with_variable(
        choice("service", "服务", "label_values(hotline_outbox_depth, service)")
    )
    made = made.with_row(Row("接口"))
    for each in (
        panel("请求", PER_SECOND, (f"sum by (method) (rate(hotline_rpcs_total{{{OWN}}}[5m]))", "{{method}}"), span=THIRD),
        panel(
            "非成功应答", PER_SECOND,
            (f'sum by (code) (rate(hotline_rpcs_total{{{OWN}, code!="OK"}}[5m])) or {NONE}', "{{code}}"),
            (f"sum(rate(hotline_rpcs_total{{{OWN}, {FAILED}}}[5m])) or {NONE}", "故障"), span=THIRD,
        ),
        panel("用时", SECONDS, *quantiles("hotline_rpc_seconds", "", OWN), span=THIRD),
    ):  # fmt: skip
        made = made.with_panel(each)
    made = made.with_row(Row("事件"))
    for each in (
        panel("处理", PER_SECOND, (f"sum by (type) (rate(hotline_events_handled_total{{{OWN}}}[5m]))", "{{type}}"), span=THIRD),
        panel("失败", PER_SECOND, (f"sum by (type) (rate(hotline_events_failed_total{{{OWN}}}[5m]))", "{{type}}"), span=THIRD),
        panel("处理用时", SECONDS, *quantiles("hotline_handler_seconds", "", OWN), span=THIRD),
        panel("从告知到处理", SECONDS, *quantiles("hotline_event_lag_seconds", "source", OWN), span=THIRD),
        panel("待发出（发件箱）", COUNT, (f"hotline:outbox_depth{{{OWN}}}", "条数"), span=THIRD),
        panel("最早一条已等候", SECONDS, (f"hotline:outbox_oldest_seconds{{{OWN}}}", "发件箱"), span=THIRD),
        panel(
            "待重试、已搁置",
            COUNT,
            (f"hotline:retries_waiting{{{OWN}}}", "待重试"),
            (f"hotline:retries_parked{{{OWN}}}", "已搁置"),
            span=THIRD,
        ),
        panel(
            "定时任务", PER_SECOND, (f"sum by (tick, outcome) (rate(hotline_ticks_total{{{OWN}}}[5m]))", "{{tick}} {{outcome}}"), span=THIRD
        ),
        panel("数据库连接占用", SHARE, (f"hotline:pool_used{{{OWN}}}", "{{role}} {{instance}}"), span=THIRD),
    ):
        made = made.with_panel(each)
    made = made.with_row(Row("对外接口（系统、Open311、公众页面）"))
    for each in (
        panel("请求", PER_SECOND, ("sum by (door, outcome) (rate(hotline_door_requests_total[5m]))", "{{door}} {{outcome}}"), span=THIRD),
        panel(
            "因过于频繁被拒",
            PER_SECOND,
            ('sum by (door) (rate(hotline_door_requests_total{outcome="limited"}[5m]))', "{{door}}"),
            span=THIRD,
        ),
        panel(
            "最常用的动作",
            PER_SECOND,
            ("topk(10, sum by (door, verb) (rate(hotline_door_requests_total[5m])))", "{{door}} {{verb}}"),
            span=THIRD,
        ),
    ):
        made = made.with_panel(each)
    made = made.with_row(Row("全部进程"))
    for each in (
        panel("CPU", COUNT, ('rate(process_cpu_seconds_total{job=~".*hotline.*"}[5m])', "{{instance}}"), span=THIRD),
        panel("内存", "bytes", ('process_resident_memory_bytes{job=~".*hotline.*"}', "{{instance}}"), span=THIRD),
        panel("网页请求", PER_SECOND, ("sum by (route, code) (rate(hotline_http_requests_total[5m]))", "{{route}} {{code}}"), span=THIRD),
    ):
        made = made.with_panel(each)
    return made
