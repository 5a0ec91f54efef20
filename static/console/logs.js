// The log follows the run: new lines are fetched and put below, and seen as long as nobody has scrolled up.

import { isHeld } from "./hold.js";
import { isLogin, logIn } from "./session.js";

const EVERY = 2000;
const MOST_LINES = 5000;
let isBusy = false;
let isWanted = false;

export function watchLogs() {
  begin();
  document.addEventListener("venom:shown", begin);
  for (const name of ["venom:changed", "venom:logged", "venom:aged"]) document.body.addEventListener(name, fetchMore);
  setInterval(() => mustAsk() && fetchMore(), EVERY);
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-log-resume]")) toEnd(list());
  });
}

const list = () => document.querySelector("[data-log]");
const isAtEnd = (log) => log.scrollHeight - log.scrollTop - log.clientHeight < 8;
const follows = (log) => log?.dataset.follow && !document.hidden && !isHeld();

// Only a stream tells that something was logged.
function mustAsk() {
  const log = list();
  return log && !("over" in log.dataset) && document.querySelector("[data-live-state=polling]");
}

function begin() {
  const log = list();
  if (!log) return;
  const meant = log.querySelector(".is-meant");
  if (meant) meant.scrollIntoView({ block: "center" });
  else log.scrollTop = log.scrollHeight;
  log.addEventListener("scroll", () => isAtEnd(log) && tell(log, 0));
}

async function fetchMore() {
  isWanted = true;
  if (isBusy) return;
  isBusy = true;
  for (let log = list(); isWanted && follows(log); log = list()) {
    isWanted = false;
    await fetchOnce(log);
  }
  isBusy = false;
}

async function fetchOnce(log) {
  const url = new URL(log.dataset.follow, location.href);
  url.searchParams.set("after", log.dataset.after);
  try {
    const answer = await fetch(url, { headers: { "HX-Request": "true", "HX-Target": "log-new" } });
    if (isLogin(answer)) return logIn();
    if (answer.ok && !answer.redirected && log.isConnected) append(log, await answer.text());
  } catch {
    // The server is away for a moment; it is asked again as soon as the page hears from it.
  }
}

function append(log, html) {
  const follows = log.hidden || isAtEnd(log);
  const before = log.childElementCount;
  log.insertAdjacentHTML("beforeend", html);
  takeNews(log);
  const added = log.childElementCount - before;
  if (added) {
    log.hidden = false;
    document.querySelector("[data-log-empty]")?.remove();
    log.dataset.after = log.lastElementChild.dataset.seq;
  }
  if (!follows) return tell(log, Number(log.dataset.unseen ?? 0) + added);
  while (log.childElementCount > MOST_LINES) log.firstElementChild.remove();
  toEnd(log);
}

// Behind the lines stands whether there are more to fetch, and whether the run is over.
function takeNews(log) {
  const news = log.querySelector("[data-log-news]");
  if ("more" in news.dataset) isWanted = true;
  log.toggleAttribute("data-over", "over" in news.dataset);
  news.remove();
}

function toEnd(log) {
  log.scrollTop = log.scrollHeight;
  tell(log, 0);
}

function tell(log, unseen) {
  log.dataset.unseen = unseen;
  const state = document.querySelector("[data-log-state]");
  if (!state) return;
  const { paused, ended, following } = state.dataset;
  const words = unseen ? paused.replace("%n", unseen) : "over" in log.dataset ? ended : following;
  const shown = state.querySelector("[data-log-words]");
  if (shown.textContent !== words) shown.textContent = words;
  state.querySelector("[data-log-resume]").hidden = !unseen;
}
