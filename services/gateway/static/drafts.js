// A form whose draft a service keeps as it is typed (data-draft): what could not be kept is tried again until it is, and the form says how it
// stands. Nothing is kept in the browser, for it may name a caller.
"use strict";
const AGAIN_MS = 3000;
const CUT_DRAFT = "网络连接中断，草稿尚未保存，正在自动重试。可以继续填写，请勿关闭本页。";
const form = document.querySelector("form[data-draft]");
const kept = form?.querySelector("[data-kept]");
const unkept = form?.querySelector("[data-unkept]");
// Where it stands: what was typed since the last save, and whether it became a ticket.
let typed = false, registered = false, waiting = 0;
const tryAgain = () => {
  if (!waiting) waiting = setTimeout(() => { waiting = 0; htmx.trigger(kept, "again"); }, AGAIN_MS);
};
const isOurs = (event) => kept && event.detail.elt === kept;
form?.addEventListener("input", (event) => {
  typed = true;
  // What was looked at is what was confirmed (Art. 17).
  if (event.target.matches("[data-masked]")) form.querySelector("[data-confirmed]").checked = false;
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (!isOurs(event)) return;
  if (registered) event.preventDefault();
  typed = false;
});
const tell = (code) => {
  const isNew = unkept.dataset.code !== code;
  unkept.dataset.code = code;
  return isNew;
};
const cut = (event) => {
  if (!isOurs(event)) return;
  typed = true;
  if (tell("cut")) unkept.textContent = CUT_DRAFT;
  tryAgain();
};
document.addEventListener("htmx:sendError", cut);
document.addEventListener("htmx:timeout", cut);
document.addEventListener("htmx:beforeSwap", (event) => {
  const asker = event.detail.requestConfig.elt, code = event.detail.xhr.status;
  if (!form?.contains(asker) || !isQuiet(asker)) return;
  if (code < 400) {
    if (asker === kept && tell("")) unkept.replaceChildren();
    return;
  }
  // Told below the form, once, where it takes nobody's place.
  event.detail.target = unkept;
  event.detail.shouldSwap = tell(String(code));
  if (asker !== kept) return;
  typed = true;
  if (code === 401 || code >= 500) tryAgain();
});
document.addEventListener("htmx:beforeOnLoad", (event) => {
  const { xhr } = event.detail;
  if (form?.contains(event.detail.elt) && (xhr.getResponseHeader("HX-Redirect") || xhr.getResponseHeader("X-Registered"))) registered = true;
});
addEventListener("beforeunload", (event) => {
  if (form && typed && !registered) event.preventDefault();
});
// A telephone program opens /operator#call=NUMBER: what stands behind # is sent to no server and stays in no log.
const receive = () => {
  const call = /^#call=([+\d-]{3,40})$/.exec(location.hash);
  const phone = form?.querySelector("[data-call]");
  if (!call || !phone) return;
  history.replaceState(null, "", location.pathname);
  if (phone.value) {
    form.querySelector("[data-next-call]").textContent = `另有来电 ${call[1]}：请先办完本件。`;
    return;
  }
  phone.value = call[1];
  phone.dispatchEvent(new Event("input", { bubbles: true }));
  htmx.trigger(phone, "change");
  document.getElementById("text").focus();
};
document.addEventListener("DOMContentLoaded", receive);
addEventListener("hashchange", receive);
