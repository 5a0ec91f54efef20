// Keys, one after the other, that click what carries them in data-keys; the sheet of them (?) is where they are written.
// They are never taken from somebody who types, nor while a dialog is open.

const PATIENCE = 1200; // milliseconds between the keys of one shortcut
let pressed = [];
let timer;

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isTyping(event.target)) return;
    if (document.querySelector("dialog[open]") || event.key.length !== 1) return;
    if (press(event.key)) event.preventDefault();
  });
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-opens='shortcuts']");
    if (opener) document.getElementById("shortcuts")?.showModal();
  });
}

const isTyping = (element) => Boolean(element.closest?.("input, textarea, select, [contenteditable]"));

// Tells whether the key has done something, or may be the beginning of something.
function press(key) {
  clearTimeout(timer);
  timer = setTimeout(() => (pressed = []), PATIENCE);
  for (const keys of [[...pressed, key], [key]]) {
    pressed = keys;
    const typed = keys.join(" ");
    if (act(typed)) {
      pressed = [];
      return true;
    }
    if (document.querySelector(`[data-keys^="${CSS.escape(typed)} "]`)) return true;
  }
  pressed = [];
  return false;
}

function act(typed) {
  if (typed === "?") return open("shortcuts");
  if (typed === "/") return search();
  const found = document.querySelector(`[data-keys="${CSS.escape(typed)}"]`);
  if (!found) return false;
  const { operates } = found.dataset;
  const target = operates ? document.querySelector(`#run-header a[data-operation="${CSS.escape(operates)}"]`) : found;
  target?.click();
  return true;
}

function search() {
  const field = document.querySelector("#content input[type=search]");
  if (!field) return open("palette");
  field.focus();
  field.select();
  return true;
}

function open(id) {
  const dialog = document.getElementById(id);
  if (id === "palette") document.dispatchEvent(new CustomEvent("venom:palette"));
  else dialog?.showModal();
  return Boolean(dialog);
}
