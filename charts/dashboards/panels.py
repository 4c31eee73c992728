"""How our panels look: a title, a unit, and an expression for each legend."""

from __future__ import annotations

from grafana_foundation_sdk.builders import dashboard, prometheus, timeseries
from grafana_foundation_sdk.models.dashboard import DataSourceRef, VariableRefresh

SOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")
HEIGHT, HALF, THIRD = 8, 12, 8
MILLISECONDS, SECONDS, SHARE, PER_SECOND, COUNT = "ms", "s", "percentunit", "ops", "short"


def board(uid: str, title: str) -> dashboard.Dashboard:
    """An empty one, with whose figures it shows."""
    source = dashboard.DatasourceVariable("datasource").type("prometheus").label("数据源")
    made = dashboard.Dashboard(title).uid(uid).tags(["12345"]).refresh("30s").time("now-6h", "now").timezone("Asia/Shanghai").readonly()
    return made.with_variable(source)


def choice(name: str, label: str, query: str) -> dashboard.QueryVariable:
    """One value of a label, chosen by whoever looks."""
    made = dashboard.QueryVariable(name).label(label).query(query).datasource(SOURCE)
    return made.refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)


def panel(title: str, unit: str, *lines: tuple[str, str], span: int = HALF, says: str = "") -> timeseries.Panel:
    """Lines over time: (expression, legend) each."""
    made = timeseries.Panel().title(title).unit(unit).datasource(SOURCE).height(HEIGHT).span(span).min(0)
    if says:
        made = made.description(says)
    for place, (expression, legend) in enumerate(lines):
        made = made.with_target(prometheus.Dataquery().expr(expression).legend_format(legend).ref_id(chr(ord("A") + place)))
    return made


def quantiles(histogram: str, by: str, where: str = "") -> tuple[tuple[str, str], ...]:
    """The median and the 99th of a hundred."""
    rate = f"sum by (le{', ' if by else ''}{by}) (rate({histogram}_bucket{{{where}}}[5m]))"
    shown = f"{{{{{by}}}}} " if by else ""
    return tuple((f"histogram_quantile({share}, {rate})", f"{shown}{name}") for share, name in ((0.5, "中位"), (0.99, "99%")))
