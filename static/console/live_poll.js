// Asks for what has happened, where a stream cannot be had, and to see whether a silent one is still there.

const SECONDS = 5;
const SECONDS_WHEN_QUIET = 30;
const QUIET_AFTER = 6;

export class Poller {
  constructor(url, place, answered) {
    Object.assign(this, { url, place, answered, isRunning: false, quiet: 0 });
  }

  start() {
    if (this.isRunning) return;
    Object.assign(this, { isRunning: true, isSlow: false, quiet: 0 });
    this.turn();
  }

  // For a page that nobody looks at.
  startSlowly() {
    Object.assign(this, { isRunning: true, isSlow: true });
    this.later();
  }

  stop() {
    this.isRunning = false;
    clearTimeout(this.timer);
  }

  async turn() {
    await this.ask();
    if (this.isRunning) this.later();
  }

  later() {
    const seconds = this.isSlow || this.quiet >= QUIET_AFTER ? SECONDS_WHEN_QUIET : SECONDS;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.turn(), seconds * 1000);
  }

  // Tells whether the server has answered.
  async ask() {
    let detail;
    try {
      detail = this.read(await this.fetched());
    } catch (error) {
      // Who is no longer logged in comes to know it where the page is drawn anew (session.js).
      this.answered({ isReached: false, detail: error.message === "401" ? { reset: true } : null });
      return false;
    }
    this.quiet = detail ? 0 : this.quiet + 1;
    this.answered({ isReached: true, detail });
    return true;
  }

  async fetched() {
    const url = new URL(this.url, location.href);
    if (this.place.after !== null) url.searchParams.set("after", this.place.after);
    const response = await fetch(url, { headers: { Accept: "application/json" }, signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(String(response.status));
    return response.json();
  }

  // Gives what the page is told; null where nothing has happened.
  read(answer) {
    if (answer.results) return this.readRun(answer.results);
    const isFirst = this.place.after === null;
    this.place.after = String(answer.token);
    if (answer.reset || isFirst) return { reset: true };
    return answer.runs.length ? { workflow: answer.runs[0].workflow, runs: answer.runs } : null;
  }

  readRun(events) {
    if (!events.length) return null;
    const { seq, kind, step } = events.at(-1);
    if (Number(this.place.after) >= seq) return null; // a stream was faster
    this.place.after = String(seq);
    return { workflow: this.place.workflow, seq, kind, step };
  }
}
