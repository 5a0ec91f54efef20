// Operations open in a dialog: the form is the server's own page without its frame, and is sent to the same address.
// Where anything goes wrong on the way, the page itself is opened, which works without any of this.

import { hold } from "./hold.js";

let dialog;

export function openOperationsInDialog() {
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-operation]");
    if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    open(link.href);
  });
}

async function open(url) {
  dialog ??= build();
  if (await fill(url, { method: "GET" }, url)) {
    hold("dialog");
    if (!dialog.open) dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
  }
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
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) made.querySelector("[data-confirm]")?.click();
  });
  document.body.append(made);
  return made;
}

async function send(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  for (const one of form.querySelectorAll("button")) one.disabled = true;
  if (button?.hasAttribute("data-confirm")) button.textContent = form.dataset.doing;
  await fill(form.action, { method: "POST", body }, form.action);
  dialog.querySelector("[role=alert], [autofocus]")?.scrollIntoView({ block: "nearest" });
  dialog.querySelector("[autofocus]")?.focus();
}

async function fill(url, options, fallback) {
  try {
    const answer = await fetch(url, { ...options, headers: { "HX-Request": "true", "HX-Target": "operation" } });
    const elsewhere = answer.headers.get("HX-Redirect");
    if (elsewhere) {
      leaveFor(elsewhere);
      return false;
    }
    const text = await answer.text();
    if (answer.redirected || !text.includes('class="operation"')) throw new Error(`status ${answer.status}`);
    dialog.innerHTML = text;
    return true;
  } catch {
    location.assign(fallback);
    return false;
  }
}

function leaveFor(address) {
  const url = new URL(address, location.href);
  if (url.pathname + url.search === location.pathname + location.search) location.reload();
  else location.assign(url);
}
