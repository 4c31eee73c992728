// A chart of a table on the page, which stays beside it for whoever reads by ear: `data-chart` names the table. Its first column is the
// axis; columns whose heads bear `data-series` are lines, or bars where that says so, and a cell's `data-value` its number.
"use strict";
const SHADES = ["#a3151b", "#1a5fb4", "#8a6d00", "#0b4f22"];
const FONT = { fontFamily: getComputedStyle(document.body).fontFamily, color: "#1c2733" };
const number = (cell) => (cell.dataset.value === "" || cell.dataset.value === undefined ? null : Number(cell.dataset.value));
const read = (table) => {
  const rows = [...table.tBodies[0].rows].filter((row) => row.cells[0].dataset.axis !== undefined);
  const heads = [...table.tHead.rows[0].cells];
  const series = heads.flatMap((head, place) => (head.dataset.series === undefined ? [] : [{
    name: head.textContent.trim(), type: head.dataset.series || "line", data: rows.map((row) => number(row.cells[place])), showSymbol: true,
  }]));
  return { axis: rows.map((row) => row.cells[0].dataset.axis), series };
};
const draw = (place) => {
  const { axis, series } = read(document.querySelector(place.dataset.chart));
  const share = place.dataset.unit === "share";
  const chart = echarts.init(place, null, { renderer: "canvas" });
  chart.setOption({
    animation: false, color: SHADES, textStyle: FONT, grid: { left: 56, right: 16, top: series.length > 1 ? 36 : 16, bottom: 32 },
    legend: { show: series.length > 1, textStyle: FONT }, xAxis: { type: "category", data: axis }, series,
    yAxis: { type: "value", min: share ? 0 : undefined, max: share ? 1 : undefined,
      axisLabel: { formatter: (value) => (share ? `${Math.round(value * 100)}%` : `${value}`) } },
  });
  addEventListener("resize", () => chart.resize());
};
document.addEventListener("DOMContentLoaded", () => document.querySelectorAll("[data-chart]").forEach(draw));
