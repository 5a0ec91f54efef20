// The language changes when it is chosen; without JavaScript there is a button for it.

export function submitOnChange() {
  for (const select of document.querySelectorAll("[data-submits-on-change]")) {
    select.addEventListener("change", () => select.form.requestSubmit());
  }
}
