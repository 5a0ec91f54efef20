// The log follows the run: new lines are fetched and put below, and seen as long as nobody has scrolled up.

const EVERY = 2000;
const MOST_LINES = 5000;
let busy = false;

export function watchLogs() {
  begin();
  document.addEventListener("venom:shown", begin);
  document.body.addEventListener("venom:changed", fetchMore);
  document.body.addEventListener("venom:logged", fetchMore);
  setInterval(fetchMore, EVERY);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-log-resume]")) toEnd(list());
  });
}

const list = () => document.querySelector("[data-log]");
const isAtEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 8;

function begin() {
  const log = list();
  if (!log) return;
  const meant = log.querySelector(".is-meant");
  if (meant) meant.scrollIntoView({ block: "center" });
  else log.scrollTop = log.scrollHeight;
  log.addEventListener("scroll", () => isAtEnd(log) && tell(log, 0));
}

async function fetchMore() {
  const log = list();
  if (!log?.dataset.follow || busy || document.hidden) return;
  busy = true;
  try {
    const url = new URL(log.dataset.follow, location.href);
    url.searchParams.set("after", log.dataset.after);
    const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "log-new" } });
    if (answer.ok && !answer.redirected) append(log, await answer.text());
  } catch {
    // The server is away for a moment; the next turn asks again.
  } finally {
    busy = false;
  }
}

function append(log, html) {
  const follows = log.hidden || isAtEnd(log);
  const before = log.childElementCount;
  log.insertAdjacentHTML("beforeend", html);
  const added = log.childElementCount - before;
  if (!added) return;
  log.hidden = false;
  document.querySelector("[data-log-empty]")?.remove();
  log.dataset.after = log.lastElementChild.dataset.seq;
  if (follows) {
    while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
    toEnd(log);
  } else {
    tell(log, Number(log.dataset.unseen ?? 0) + added);
  }
}

function toEnd(log) {
  log.scrollTop = log.scrollHeight;
  tell(log, 0);
}

function tell(log, unseen) {
  log.dataset.unseen = unseen;
  const state = document.querySelector("[data-log-state]");
  if (!state) return;
  state.querySelector("[data-log-words]").textContent = unseen
    ? state.dataset.paused.replace("%n", unseen)
    : state.dataset.following;
  state.querySelector("[data-log-resume]").hidden = !unseen;
}
