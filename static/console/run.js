// The page of a run: links inside it change it in place, and the title, the icon and one spoken line follow its state.

let told;

export function watchRun() {
  if (!document.getElementById("run")) return;
  told = document.getElementById("run-header")?.dataset.summary;
  document.addEventListener("click", followInPlace);
  window.addEventListener("popstate", () => location.reload());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  document.body.addEventListener("htmx:beforeSwap", (event) => event.detail.shouldSwap && remember(event.detail.target));
  document.body.addEventListener("htmx:afterSettle", () => {
    tellState();
    restore();
  });
}

// What a reader has unfolded and scrolled stays so when a region is drawn anew.
const REGIONS = ["run-header", "step-panel", "run-tab"];
const kept = new Map();

function remember(region) {
  if (!REGIONS.includes(region?.id)) return;
  const open = [...region.querySelectorAll("details")].map((one) => one.open);
  const focused = region.contains(document.activeElement) ? document.activeElement.getAttribute("href") : null;
  kept.set(region.id, { open, top: region.scrollTop, focused });
}

function restore() {
  for (const [id, { open, top, focused }] of kept) {
    const region = document.getElementById(id);
    const folds = [...(region?.querySelectorAll("details") ?? [])];
    if (folds.length === open.length) folds.forEach((one, place) => (one.open = open[place]));
    if (region) region.scrollTop = top;
    if (focused) region?.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
  }
  kept.clear();
}

async function followInPlace(event) {
  const link = event.target.closest("#run a[data-inplace]");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  const address = new URL(link.getAttribute("href"), location.href).href; // of a link in a picture, .href is no text
  await htmx.ajax("GET", address, { target: "#run", select: "#run", swap: "outerHTML show:none" });
  history.pushState(null, "", address);
  document.dispatchEvent(new CustomEvent("venom:shown"));
}

function tellState() {
  const header = document.getElementById("run-header");
  if (!header) return;
  document.title = header.dataset.title;
  document.querySelector("[data-run-icon]")?.setAttribute("href", header.dataset.icon);
  if (header.dataset.summary === told) return;
  told = header.dataset.summary;
  document.querySelector("[data-run-changes]").textContent = told;
}
