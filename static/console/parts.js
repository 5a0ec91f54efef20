// A region with data-parts is brought up to date where it stands: what has a data-part takes over the attributes and the
// content that the server gives now. So zoom, focus, scrolling and what is open stay. Where the parts themselves are
// others than before, the region is swapped as a whole.

import { giveFocus, noteFocus } from "./focus.js";

export function patchParts() {
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    const { target, xhr } = event.detail;
    if (!target?.dataset?.parts || xhr.status !== 200) return;
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const fresh = page.getElementById(target.id);
    if (fresh?.dataset.parts !== target.dataset.parts || !patched(target, fresh)) return;
    event.detail.shouldSwap = false;
    const asked = event.detail.requestConfig?.elt;
    if (asked?.getAttribute("hx-replace-url")) history.replaceState(null, "", event.detail.pathInfo.finalRequestPath);
    document.dispatchEvent(new CustomEvent("venom:patched"));
  });
}

const partsOf = (region) => [...region.querySelectorAll("[data-part]")].filter((part) => !part.parentElement.closest("[data-part]"));

function patched(region, fresh) {
  const old = partsOf(region);
  const now = partsOf(fresh);
  if (old.length !== now.length || old.some((part, n) => part.dataset.part !== now[n].dataset.part)) return false;
  const focus = noteFocus(region);
  old.forEach((part, n) => bringUpToDate(part, now[n]));
  giveFocus(region, focus);
  return true;
}

function bringUpToDate(part, fresh) {
  if (part.hasAttribute("hx-get") || fresh.hasAttribute("hx-get")) {
    const taken = document.importNode(fresh, true);
    part.replaceWith(taken);
    htmx.process(taken);
    return;
  }
  if (part.matches("input")) {
    if (part === document.activeElement) return; // somebody moves it
    part.max = fresh.max;
    part.value = fresh.getAttribute("value");
    return;
  }
  for (const { name, value } of [...fresh.attributes]) if (part.getAttribute(name) !== value) part.setAttribute(name, value);
  for (const { name } of [...part.attributes]) {
    if (name !== "tabindex" && !fresh.hasAttribute(name)) part.removeAttribute(name);
  }
  if (part.innerHTML !== fresh.innerHTML) part.replaceChildren(...document.importNode(fresh, true).childNodes);
}
