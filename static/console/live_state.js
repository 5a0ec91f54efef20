// Says how fresh the page is: live, polling, paused, or stale since a time. While it is stale, document.body has
// data-live-stale, and times stand still.

const GRACE = 5_000; // milliseconds: a stream that ends to be opened again is no news

export class LiveState {
  constructor(element) {
    this.element = element;
    this.isPaused = false;
    this.reachedAt = new Date();
    this.words = element.querySelector("[data-live-words]") ?? element;
    this.retry = element.parentElement.querySelector("[data-live-retry]");
    this.is("connecting");
  }

  live() {
    this.reached("live");
  }

  polling() {
    this.reached("polling");
  }

  showPaused(isPaused) {
    this.isPaused = isPaused;
    this.show();
  }

  trying() {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.is("connecting");
  }

  lost() {
    this.timer ??= setTimeout(() => {
      document.body.dataset.liveStale = "";
      this.is("stale");
    }, GRACE);
  }

  reached(state) {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.reachedAt = new Date();
    delete document.body.dataset.liveStale;
    this.is(state);
  }

  is(state) {
    this.state = state;
    this.show();
  }

  show() {
    const shown = this.isPaused && this.state !== "stale" ? "paused" : this.state;
    const time = this.reachedAt.toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" });
    const text = this.element.dataset[`text${shown[0].toUpperCase()}${shown.slice(1)}`].replace("{time}", time);
    if (this.words.textContent !== text) this.words.textContent = text;
    this.element.dataset.liveState = shown;
    this.offerRetry("liveStale" in document.body.dataset);
  }

  offerRetry(isOffered) {
    if (!this.retry || this.retry.hidden !== isOffered) return;
    const wasFocused = document.activeElement === this.retry;
    this.retry.hidden = !isOffered;
    if (wasFocused) this.retry.nextElementSibling?.focus();
  }
}
