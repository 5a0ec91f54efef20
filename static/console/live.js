// Keeps the page up to date. A page is live that has an element with data-live-state (templates/console/live_state.html):
//   data-live-stream, data-live-poll   where events come from: the stream, and the JSON for when streams fail
//   data-live-workflow                 the run that the page shows; without it, changes of all runs are followed
//   data-live-after                    up to where the page knows what has happened; without it, it looks once anew
//   data-text-…                        the words for its states
// Whoever wants to be drawn anew listens to "venom:changed" (detail: workflow, seq, reset) or "venom:logged" (detail:
// workflow, log_seq) on the body. While somebody holds the page (hold.js), changes are kept back.

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
    document.addEventListener("visibilitychange", () => (document.hidden ? this.rest() : this.follow()));
    addEventListener("pagehide", () => this.rest());
    addEventListener("pageshow", (event) => event.persisted && this.follow());
    if (!document.hidden) this.follow();
  }

  follow() {
    this.stream.open();
    clearInterval(this.checks);
    this.checks = setInterval(() => this.check(), CHECK_SECONDS * 1000);
  }

  rest() {
    this.stream.close();
    this.poller.stop();
    clearInterval(this.checks);
  }

  opened() {
    this.poller.stop();
    this.state.live();
    if (this.place.after === null) this.refresher.note("venom:changed", { reset: true });
  }

  heard(name, detail) {
    this.state.live();
    this.refresher.note(name, detail);
  }

  // A connection that is cut without a word looks like one on which nothing happens: ask now and then.
  async check() {
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
