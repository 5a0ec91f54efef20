// Operations open in a dialog: the form is the server's own page without its frame, and is sent to the same address.
// Where anything goes wrong on the way, the page itself is opened, which works without any of this.

import { hold } from "./hold.js";
import { showToast } from "./toasts.js";
import { tellFields } from "./zone_fields.js";

const PRESSED = "a[data-operation], .operation :is(a, button, input, summary)";
let dialog;

export function openOperationsInDialog() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-operation]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link.href);
  });
  // A key that is held presses once: the Enter that opens a dialog must not confirm it as well.
  document.addEventListener("keydown", (event) => {
    if (event.repeat && event.key === "Enter" && event.target.closest?.(PRESSED)) event.preventDefault();
  });
}

async function open(url) {
  dialog ??= build();
  const shown = await ask(url, { method: "GET" }, url);
  if (shown) show(shown);
}

function build() {
  const made = document.createElement("dialog");
  made.className = "portal-dialog";
  made.setAttribute("aria-labelledby", "operation-title");
  made.addEventListener("close", () => {
    hold("dialog", false);
    made.replaceChildren();
  });
  made.addEventListener("click", (event) => {
    if (event.target === made || event.target.closest("[data-close]")) {
      event.preventDefault();
      made.close();
    }
  });
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    send(event.target, event.submitter);
  });
  made.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.repeat) return;
    if (event.ctrlKey || event.metaKey) made.querySelector("[data-confirm]")?.click();
  });
  document.body.append(made);
  return made;
}

// The answer is shown to whoever has closed the dialog meanwhile, too.
async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  for (const one of form.querySelectorAll("button")) one.disabled = true;
  if (button?.dataset.busy) button.textContent = button.dataset.busy;
  const shown = await ask(form.action, { method: "POST", body }, form.action);
  if (!shown) return;
  if (form.isConnected || !document.querySelector("dialog[open]")) show(shown);
  else sayRefusal(shown);
}

function show(html) {
  dialog.innerHTML = html;
  tellFields();
  hold("dialog");
  if (!dialog.open) dialog.showModal();
  dialog.querySelector("[autofocus], [data-close]")?.focus();
  dialog.querySelector("[role=alert]")?.scrollIntoView({ block: "nearest" });
}

// In a dialog that asks something else by now, the form would be taken for that one's.
function sayRefusal(html) {
  const said = new DOMParser().parseFromString(html, "text/html").querySelector("[role=alert], .errorlist");
  if (said) showToast(said.textContent.trim(), "error");
}

// Gives the form as the server shows it; null where the page is left.
async function ask(url, options, fallback) {
  try {
    const answer = await fetch(url, { ...options, headers: { "HX-Request": "true", "HX-Target": "operation" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) {
      leaveFor(elsewhere);
      return null;
    }
    const text = await answer.text();
    if (answer.redirected || !text.includes('class="operation"')) throw new Error(`status ${answer.status}`);
    return text;
  } catch {
    location.assign(fallback);
    return null;
  }
}

function leaveFor(address) {
  const url = new URL(address, location.href);
  if (url.pathname + url.search === location.pathname + location.search) location.reload();
  else location.assign(url);
}
