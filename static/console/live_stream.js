// The stream of events. The browser goes on by itself where a stream ends that was open; one that never opened, or is
// refused, is opened anew after a pause that grows.

const FIRST_PAUSE = 2;
const LONGEST_PAUSE = 60;
const GIVEN_UP_AFTER = 3;
const OPENS_WITHIN = 15; // seconds: a proxy that holds everything back neither opens a stream nor refuses it

export class Stream {
  constructor(url, place, on) {
    Object.assign(this, { url, place, on, source: null, failures: 0 });
  }

  get isOpen() {
    return this.source?.readyState === EventSource.OPEN;
  }

  open() {
    this.close();
    const url = new URL(this.url, location.href);
    if (this.place.workflow !== null) url.searchParams.set("workflow", this.place.workflow);
    if (this.place.after !== null) url.searchParams.set("after", this.place.after);
    const source = new EventSource(url);
    this.source = source;
    let wasOpen = false;
    this.timer = setTimeout(() => this.hangs(), OPENS_WITHIN * 1000);
    source.addEventListener("open", () => {
      clearTimeout(this.timer);
      wasOpen = true;
      this.failures = 0;
      this.on.opened();
    });
    source.addEventListener("error", () => {
      this.on.lost();
      if (!wasOpen || source.readyState === EventSource.CLOSED) this.openLater();
    });
    this.listen(source);
  }

  reopen() {
    this.on.lost();
    this.open();
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  hangs() {
    this.on.unavailable();
    this.openLater();
  }

  openLater() {
    this.close();
    this.failures += 1;
    if (this.failures >= GIVEN_UP_AFTER) this.on.unavailable();
    const pause = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (this.failures - 1));
    this.timer = setTimeout(() => this.open(), pause * 1000 * (0.75 + Math.random() / 2));
  }

  listen(source) {
    source.addEventListener("run_event", (event) => {
      const { workflow, seq, kind, step } = JSON.parse(event.data);
      this.place.after = event.lastEventId;
      this.on.heard("venom:changed", { workflow, seq, kind, step });
    });
    source.addEventListener("changed", (event) => {
      this.place.after = event.lastEventId || this.place.after;
      this.on.heard("venom:changed", JSON.parse(event.data));
    });
    source.addEventListener("reset", (event) => {
      this.place.after = event.lastEventId;
      this.on.heard("venom:changed", { reset: true });
    });
    source.addEventListener("logs", (event) => this.on.heard("venom:logged", JSON.parse(event.data)));
  }
}
