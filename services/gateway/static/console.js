// What pages need beside htmx: after a refusal the eye and the keyboard are where it is told.
"use strict";
const CUT = "网络连接中断，未能提交。已填写的内容仍在，请稍后再次提交，重复提交不会办理两次。";
// What was refused is marked in its form until the form is sent again: of a list's third item the list.
const markRefused = (form, path) => {
  const name = path?.split("[")[0];
  for (const field of form?.elements ?? []) {
    if (!name || (field.name !== name && !field.name.endsWith(`.${name}`))) continue;
    field.setAttribute("aria-invalid", "true");
    field.setAttribute("aria-describedby", "problem");
  }
};
const forgetRefused = () => {
  for (const field of document.querySelectorAll("[aria-invalid]")) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
  }
};
// What is asked for while somebody types takes neither their place nor what a submission was told.
const isQuiet = (element) => Boolean(element.closest?.("[data-quiet]"));
document.addEventListener("htmx:afterSwap", (event) => {
  const alert = event.detail.target.querySelector?.("[role=alert]");
  if (event.detail.target.id === "problem" && alert) {
    markRefused(event.detail.requestConfig?.elt.closest("form"), alert.dataset.field);
    alert.tabIndex = -1;
    alert.focus();
  }
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.detail.target.id !== "problem") return;
  event.detail.target.replaceChildren();
  forgetRefused();
});
document.addEventListener("htmx:sendError", (event) => {
  const problem = document.getElementById("problem");
  if (!problem || isQuiet(event.detail.elt)) return;
  const said = document.createElement("div");
  said.className = "alert alert-danger";
  said.setAttribute("role", "alert");
  said.textContent = CUT;
  problem.replaceChildren(said);
});
// What somebody typed is replaced only where they say so, field by field.
const mayFill = (source, place, field, value) => {
  const asked = source.dataset.asks?.split(" ")[place];
  if (!asked || !field.value.trim() || field.value === value) return true;
  return window.confirm(`“${asked}”已填写了内容，要换成模板的文字吗？`);
};
// A suggestion that is taken fills the fields it names, in their order; a text among its values comes encoded.
const fill = (source) => {
  const names = source.dataset.fills?.split(" ") ?? [];
  const values = source.dataset.values?.split(" ") ?? [source.value];
  const texts = source.dataset.texts?.split(" ") ?? [];
  names.forEach((name, place) => {
    const field = document.getElementById(name);
    if (!field) return;
    const value = texts.includes(name) ? decodeURIComponent(values[place]) : values[place];
    if (!mayFill(source, place, field, value)) return;
    field.value = value;
    const around = field.closest("details");
    if (around) around.open = true;
    if (place === 0) field.focus();
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
};
document.addEventListener("click", (event) => {
  const source = event.target.closest?.("button[data-fills]");
  if (source) fill(source);
});
document.addEventListener("change", (event) => {
  if (event.target.matches?.("input[data-fills]")) fill(event.target);
});
// Alt and a key, the same in every browser: the first that is to be seen and bears it is pressed, or opened.
document.addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.metaKey) return;
  const key = event.code.replace(/^(Key|Digit)/, "").toLowerCase();
  const pressed = [...document.querySelectorAll("[data-key]")].find((each) => each.dataset.key === key && each.checkVisibility());
  if (!pressed) return;
  event.preventDefault();
  pressed.click();
});
document.addEventListener("toggle", (event) => {
  const opened = event.target;
  if (!opened.open || !opened.matches("[data-settle]") || opened.contains(document.activeElement)) return;
  opened.querySelector("textarea, input:not([type=hidden]), select")?.focus();
}, true);
