// The page of a run: links inside it change it in place, and the title, the icon and one spoken line follow its state.

export function watchRun() {
  if (!document.getElementById("run")) return;
  document.addEventListener("click", followInPlace);
  window.addEventListener("popstate", () => location.reload());
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
  });
  document.body.addEventListener("htmx:afterSwap", (event) => {
    if (event.target.querySelector?.("#run-header") || event.target.id === "run-header") tellState();
  });
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
  const spoken = document.querySelector("[data-run-changes]");
  if (spoken && spoken.textContent !== header.dataset.summary) spoken.textContent = header.dataset.summary;
}
