// The live board: what the stream sends takes its place on the page. Whatever is not heard of for three beats is grey, and said to be old.
"use strict";
const SILENT_MS = 15000, AGAIN_MS = 3000;
const still = matchMedia("(prefers-reduced-motion: reduce)");
const chart = echarts.init(document.querySelector("#chart"), "dark", { renderer: "canvas" });
const state = document.querySelector("#state");
const heardAt = {}, openedAt = Date.now();
let source = null, over = false;

const say = (text, stale) => {
  if (state.textContent !== text) state.textContent = text;
  document.body.classList.toggle("stale", stale);
};
const draw = () => {
  const rows = [...document.querySelectorAll("#minutes tbody tr")];
  const unit = parseFloat(getComputedStyle(document.documentElement).fontSize);
  const text = { color: "#e8eef5", fontSize: unit * 0.9 };
  chart.setOption({
    animation: !still.matches, backgroundColor: "transparent", grid: { left: unit * 3, right: unit, top: unit, bottom: unit * 2 },
    xAxis: { type: "category", data: rows.map((row) => row.cells[0].textContent), axisLabel: text },
    yAxis: { type: "value", minInterval: 1, axisLabel: text },
    series: [{ type: "bar", data: rows.map((row) => Number(row.cells[1].textContent)), itemStyle: { color: "#4fb3ff" } }],
  });
};
const show = (name, html) => {
  heardAt[name] = Date.now();
  document.querySelector(`#${name}`).innerHTML = html;
  if (name === "figures") {
    document.querySelector("#heard").textContent = document.querySelector("[data-now]").dataset.now;
    draw();
  }
  look();
};
const end = (text, clear) => {
  over = true;
  source.close();
  if (clear) document.querySelectorAll("#figures, #named").forEach((place) => place.replaceChildren());
  if (clear) chart.clear();
  say(text, true);
};
const look = () => {
  if (over) return;
  const old = ["figures", "named"].some((name) => Date.now() - (heardAt[name] ?? openedAt) >= SILENT_MS);
  if (heardAt.figures && heardAt.named && !old) say("实时", false);
  else if (heardAt.figures && old) say("连接已中断：以下不是最新数据，正在重新连接", true);
};
const cut = () => {
  for (const name of Object.keys(heardAt)) heardAt[name] = 1;
  look();
};
const listen = () => {
  source = new EventSource(document.body.dataset.stream);
  source.addEventListener("figures", (event) => show("figures", event.data));
  source.addEventListener("named", (event) => show("named", event.data));
  source.addEventListener("away", cut);
  source.addEventListener("ended", () => end("登录已结束：请返回工作台重新登录", true));
  source.addEventListener("full", () => end("同时打开的大屏过多：请关闭其他大屏后刷新本页", false));
  source.onerror = () => {
    if (over) return;
    // A stream that ends with its token is asked for again at once; only one that cannot be had is cut.
    if (source.readyState !== EventSource.CLOSED) return void setTimeout(() => source.readyState === EventSource.OPEN || cut(), AGAIN_MS * 2);
    cut();
    setTimeout(listen, AGAIN_MS);
  };
};
addEventListener("resize", () => { chart.resize(); draw(); });
setInterval(look, 1000);
listen();
