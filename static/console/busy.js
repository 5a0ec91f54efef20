// A form that was sent says so, and is not sent twice.

export function watchForms() {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return;
    if (form.getAttribute("aria-busy") === "true") return event.preventDefault();
    form.setAttribute("aria-busy", "true");
    // Afterwards: a button that is disabled is not among what is sent.
    setTimeout(() => disable(form, event.submitter));
  });
  addEventListener("pageshow", (event) => event.persisted && document.querySelectorAll("form[aria-busy]").forEach(free));
}

function disable(form, pressed) {
  for (const button of buttons(form)) {
    if (button.disabled) continue;
    button.disabled = true;
    button.dataset.waits = button.textContent;
  }
  if (pressed?.dataset.busy) pressed.textContent = pressed.dataset.busy;
}

// The browser shows the page again as it was left.
function free(form) {
  form.removeAttribute("aria-busy");
  for (const button of buttons(form)) {
    if (!("waits" in button.dataset)) continue;
    button.disabled = false;
    button.textContent = button.dataset.waits;
    delete button.dataset.waits;
  }
}

const buttons = (form) => form.querySelectorAll("button[type=submit], button:not([type])");
