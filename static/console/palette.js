// The command palette (Ctrl-K): what the server offers for what is typed; arrows choose, Enter goes there.

import { hold } from "./hold.js";

const PAUSE = 120; // milliseconds without a key before the server is asked
let dialog, input, list, skeletons, timer, question;
let isAsking = false; // what is offered is not yet what was typed
let goesAtOnce = false; // Enter was pressed meanwhile

export function watchPalette() {
  dialog = document.getElementById("palette");
  if (!dialog) return;
  [input, list] = [dialog.querySelector("input"), dialog.querySelector("[role=listbox]")];
  skeletons = [...list.children];
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    if (dialog.open) dialog.close();
    else open();
  });
  document.addEventListener("venom:palette", open);
  document.addEventListener("click", (event) => event.target.closest("[data-opens='palette']") && open());
  input.addEventListener("input", () => {
    isAsking = true;
    goesAtOnce = false;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  input.addEventListener("keydown", steer);
  list.addEventListener("click", (event) => go(event.target.closest("[role=option]")));
  list.addEventListener("pointermove", (event) => choose(event.target.closest("[role=option]")));
  dialog.addEventListener("click", (event) => event.target === dialog && dialog.close());
  dialog.addEventListener("close", () => hold("palette", false));
}

function open() {
  if (document.querySelector("dialog[open]")) return;
  hold("palette");
  input.value = "";
  goesAtOnce = false;
  isAsking = true; // what was offered last time is no answer
  list.replaceChildren(...skeletons);
  input.removeAttribute("aria-activedescendant");
  dialog.showModal();
  ask();
}

async function ask() {
  question?.abort();
  question = new AbortController();
  const url = new URL(dialog.dataset.url, location.href);
  url.searchParams.set("q", input.value);
  if (dialog.dataset.run) url.searchParams.set("run", dialog.dataset.run);
  try {
    const answer = await fetch(url, { signal: question.signal, headers: { Accept: "application/json" } });
    if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
    show((await answer.json()).results);
    isAsking = false;
    if (goesAtOnce && dialog.open) go(chosen());
  } catch (error) {
    if (error.name !== "AbortError") say(dialog.dataset.lost);
  }
}

function show(offers) {
  if (!offers.length) return say(dialog.dataset.none);
  list.replaceChildren(...offers.map(option));
  const count = dialog.querySelector("[data-palette-count]");
  count.textContent = count.dataset.text.replace("%n", offers.length);
  choose(list.firstElementChild);
}

function option(offer, index) {
  const item = document.createElement("li");
  item.id = `palette-${index}`;
  item.setAttribute("role", "option");
  Object.assign(item.dataset, { url: offer.url, operation: offer.operation });
  for (const name of ["group", "title", "detail"]) {
    const part = document.createElement("span");
    part.className = `palette-${name}`;
    part.textContent = offer[name];
    item.append(part, " ");
  }
  return item;
}

function say(text) {
  const line = document.createElement("li");
  line.setAttribute("role", "presentation");
  line.className = "palette-none";
  line.textContent = text;
  list.replaceChildren(line);
  input.removeAttribute("aria-activedescendant");
  dialog.querySelector("[data-palette-count]").textContent = text;
}

const chosen = () => list.querySelector("[aria-selected=true]");

function choose(item) {
  if (!item || item === chosen()) return;
  chosen()?.removeAttribute("aria-selected");
  item.setAttribute("aria-selected", "true");
  input.setAttribute("aria-activedescendant", item.id);
  item.scrollIntoView({ block: "nearest" });
}

function steer(event) {
  const items = [...list.querySelectorAll("[role=option]")];
  const at = items.indexOf(chosen());
  const next = { ArrowDown: (at + 1) % items.length, ArrowUp: (at + items.length - 1) % items.length };
  if (event.key in next) choose(items[next[event.key]]);
  else if (event.key === "Enter" && !event.isComposing) isAsking ? (goesAtOnce = true) : go(chosen());
  else return;
  event.preventDefault();
}

// An operation is asked for in its dialog, as from its own button.
function go(item) {
  if (!item) return;
  dialog.close();
  if (!item.dataset.operation) return location.assign(item.dataset.url);
  const link = document.createElement("a");
  link.href = item.dataset.url;
  link.dataset.operation = item.dataset.operation;
  link.hidden = true;
  document.body.append(link);
  link.click();
  link.remove();
}
