// Where the focus is, told in a way that finds it again where a region is drawn anew: by its id, else by what the control
// is for. Never merely by its place: the key pressed next would do to one run what was meant for another.

const CONTROLS = "a[href], button, input, select, textarea, summary, [tabindex]";

// Gives null where the focus is elsewhere.
export function noteFocus(region) {
  const focused = document.activeElement;
  if (!focused || focused === document.body || !region.contains(focused)) return null;
  const purpose = purposeOf(focused);
  const place = alike(region, purpose).indexOf(focused);
  return { id: focused.id, purpose, place, label: focused.getAttribute("aria-label") };
}

// Whoever has taken the focus meanwhile keeps it. Where the control is gone, its region has the focus, so that Tab goes on
// from there.
export function giveFocus(region, noted) {
  if (!noted || !region || (document.activeElement && document.activeElement !== document.body)) return;
  find(region, noted)?.focus({ preventScroll: true });
  if (region.contains(document.activeElement)) return;
  if (!region.hasAttribute("tabindex")) region.setAttribute("tabindex", "-1");
  region.focus({ preventScroll: true });
}

function find(region, { id, purpose, place, label }) {
  if (id) return document.getElementById(id);
  const same = alike(region, purpose);
  return same[place] ?? same[0] ?? (label && region.querySelector(`[aria-label="${CSS.escape(label)}"]`));
}

const alike = (region, purpose) => [...region.querySelectorAll(CONTROLS)].filter((one) => purposeOf(one) === purpose);

// Words change while a run goes on; what a link leads to and what a field is called does not.
function purposeOf(element) {
  const given = (name) => element.getAttribute(name) ?? "";
  if (element.hasAttribute("href")) return `link ${given("href")}`;
  if (element.matches("summary")) return `fold ${element.parentElement.className}`;
  if (element.matches("button")) return `button ${given("name")} ${given("value")} ${wordsOf(element)}`;
  if (element.matches("[type=checkbox], [type=radio]")) return `${given("name")} ${given("value")} ${given("aria-label")}`;
  return `${element.localName} ${given("name")} ${given("class")} ${given("aria-label")}`;
}

const wordsOf = (button) => button.getAttribute("aria-label") ?? button.dataset.copy ?? button.textContent.trim();
