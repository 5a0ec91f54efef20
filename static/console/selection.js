// Choosing runs in the list: ranges with Shift, the page, or all that match. The buttons carry the number, and while
// anything is chosen the list stands still. Without JavaScript the same form is sent with what is ticked.

import { hold } from "./hold.js";

let form, last;

export function selectRuns() {
  form = document.getElementById("runs");
  if (!form) return;
  form.addEventListener("click", clicked);
  form.addEventListener("change", changed);
  addEventListener("pageshow", show); // the browser may have kept what was ticked
  document.body.addEventListener("htmx:afterSwap", tellChanges);
  show();
}

const boxes = () => [...form.querySelectorAll("input[name=run]")];
const chosen = () => boxes().filter((box) => box.checked);
const takesAll = () => form.elements.matching.value !== "";

function clicked(event) {
  const box = event.target.closest("input[name=run]");
  if (box) {
    if (event.shiftKey && last?.isConnected) tickBetween(last, box);
    last = box;
  } else if (event.target.closest("[data-select-all]")) takeAll(true);
  else if (event.target.closest("[data-select-none]")) tick(false);
}

function changed(event) {
  if (event.target.matches("[data-select-page]")) return tick(event.target.checked);
  if (event.target.name === "run") takeAll(false);
}

function tickBetween(one, other) {
  const all = boxes();
  const [from, to] = [all.indexOf(one), all.indexOf(other)].sort((a, b) => a - b);
  for (const box of all.slice(from, to + 1)) box.checked = other.checked;
}

function tick(isTicked) {
  for (const box of boxes()) box.checked = isTicked;
  takeAll(false);
}

function takeAll(isAll) {
  form.elements.matching.value = isAll ? "1" : "";
  show();
}

function show() {
  const number = chosen().length;
  const isPage = number > 0 && number === boxes().length;
  const { numberAll, textAll, textTakeAll, mayTakeAll } = document.getElementById("runs-list")?.dataset ?? {};
  const text = takesAll() ? numberAll : String(number);
  for (const button of form.querySelectorAll("[data-bulk-button]")) {
    button.disabled = !number;
    button.textContent = number ? `${button.dataset.text} ${text}` : button.dataset.text;
  }
  const words = takesAll() ? textAll : form.dataset.textSelected.replace("{n}", number);
  form.querySelector("[data-selected-count]").textContent = number ? words : "";
  const page = form.querySelector("[data-select-page]");
  if (page) Object.assign(page, { checked: isPage, indeterminate: number > 0 && !isPage });
  const isAll = takesAll() || String(number) === numberAll;
  const takeAllButton = form.querySelector("[data-select-all]");
  takeAllButton.hidden = !isPage || isAll || mayTakeAll === undefined;
  takeAllButton.textContent = textTakeAll;
  form.querySelector("[data-select-none]").hidden = !number;
  form.querySelector("[data-selection-note]").hidden = !number;
  hold("selection", number > 0);
}

function tellChanges() {
  const list = document.getElementById("runs-list");
  const spoken = form.querySelector("[data-runs-changes]");
  if (list && spoken.textContent !== list.dataset.changes) spoken.textContent = list.dataset.changes;
  show();
}
