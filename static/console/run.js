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
  document.body.addEventListener("htmx:afterSettle", tellState);
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
