// What pages need beside htmx: after a refusal the eye and the keyboard are where it is told.
"use strict";
document.addEventListener("htmx:afterSwap", (event) => {
  const alert = event.detail.target.querySelector?.("[role=alert]");
  if (event.detail.target.id === "problem" && alert) {
    alert.tabIndex = -1;
    alert.focus();
  }
});
document.addEventListener("htmx:beforeRequest", () => {
  const problem = document.getElementById("problem");
  if (problem) problem.replaceChildren();
});
document.addEventListener("htmx:sendError", () => {
  const problem = document.getElementById("problem");
  if (!problem) return;
  const said = document.createElement("div");
  said.className = "alert alert-danger";
  said.setAttribute("role", "alert");
  said.textContent = "网络连接中断，未能提交。已填写的内容仍在，请稍后再次提交，重复提交不会办理两次。";
  problem.replaceChildren(said);
});
// A suggestion that is taken fills the choice below it.
document.addEventListener("change", (event) => {
  const filled = document.getElementById(event.target.dataset?.fills ?? "");
  if (filled) filled.value = event.target.value;
});
