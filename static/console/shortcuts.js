// Keys, one after the other, that click what carries them in data-keys; the sheet of them (?) is where they are written.
// They are never taken from somebody who types, nor while a dialog is open.

import { showToast } from "./toasts.js";

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

// A tick or a slider takes no letters.
const TAKES_KEYS = "input:not([type=checkbox], [type=radio], [type=range], [type=submit]), textarea, select, [contenteditable]";
const isTyping = (element) => Boolean(element.closest?.(TAKES_KEYS));

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
  if (found.dataset.operates) operate(found.dataset.operates);
  else found.click();
  return true;
}

function operate(operation) {
  const link = document.querySelector(`#run-header a[data-operation="${CSS.escape(operation)}"]`);
  const whyNot = document.getElementById(`why-not-run-${operation}`);
  if (link) link.click();
  else if (whyNot) showToast(whyNot.title, "warning");
}

function search() {
  const field = document.querySelector("#content input[type=search], #searchbar");
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
