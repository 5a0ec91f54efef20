// Keeps the page up to date. A page is live that has an element with data-live-state (templates/console/live_state.html):
//   data-live-stream, data-live-poll   where events come from: the stream, and the JSON for when streams fail
//   data-live-workflow                 the run that the page shows; without it, changes of all runs are followed
//   data-live-after                    up to where the page knows what has happened; without it, it looks once anew
//   data-text-…                        the words for its states
// Whoever wants to be drawn anew listens on the body to "venom:changed" (detail: workflow, seq, reset), "venom:logged"
// (detail: workflow, log_seq), or, while the page has something with data-goes-on, "venom:aged": time has passed. While
// somebody holds the page (hold.js), all of them are kept back.

import { Poller } from "./live_poll.js";
import { Refresher } from "./live_refresh.js";
import { LiveState } from "./live_state.js";
import { Stream } from "./live_stream.js";

const CHECK_SECONDS = 30;

export function goLive() {
  const element = document.querySelector("[data-live-state]");
  if (element) new Live(element).start();
}

class Live {
  constructor(element) {
    const { liveWorkflow, liveAfter, liveStream, livePoll } = element.dataset;
    this.place = { workflow: liveWorkflow ?? null, after: liveAfter ?? null };
    this.refresher = new Refresher((isPaused) => this.state.showPaused(isPaused));
    this.state = new LiveState(element);
    this.poller = new Poller(livePoll, this.place, (answer) => this.polled(answer));
    this.stream = new Stream(liveStream, this.place, {
      heard: (name, detail) => this.heard(name, detail),
      opened: () => this.opened(),
      lost: () => this.state.lost(),
      unavailable: () => this.poller.start(),
    });
  }

  start() {
    const turned = () => (document.hidden ? this.watchFromAfar() : this.follow());
    document.addEventListener("visibilitychange", turned);
    addEventListener("pagehide", () => this.rest());
    addEventListener("pageshow", (event) => event.persisted && this.follow());
    document.querySelector("[data-live-retry]")?.addEventListener("click", () => this.retry());
    turned();
  }

  follow() {
    this.poller.stop();
    this.stream.open();
    clearInterval(this.checks);
    this.checks = setInterval(() => this.check(), CHECK_SECONDS * 1000);
  }

  rest() {
    this.stream.close();
    this.poller.stop();
    clearInterval(this.checks);
  }

  // Behind other tabs a page still shows its title and its icon, which say the state of a run: no stream is kept for them.
  watchFromAfar() {
    this.rest();
    if (this.place.workflow !== null) this.poller.startSlowly();
  }

  retry() {
    this.state.trying();
    this.stream.open();
    this.poller.ask();
  }

  // What was logged while no stream was open, a stream does not tell.
  opened() {
    this.poller.stop();
    this.state.live();
    if (this.place.workflow !== null) this.refresher.note("venom:logged", { reset: true });
    if (this.place.after === null) this.refresher.note("venom:changed", { reset: true });
  }

  heard(name, detail) {
    this.state.live();
    this.refresher.note(name, detail);
  }

  // A connection that is cut without a word looks like one on which nothing happens: ask now and then.
  async check() {
    if (document.querySelector("body:not([data-live-stale]) [data-goes-on]")) this.refresher.note("venom:aged", {});
    if (!this.stream.isOpen) return;
    if (!(await this.poller.ask())) this.stream.reopen();
  }

  polled({ isReached, detail }) {
    if (!isReached) this.state.lost();
    else if (this.stream.isOpen) this.state.live();
    else this.state.polling();
    if (detail) this.refresher.note("venom:changed", detail);
  }
}
