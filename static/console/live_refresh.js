// Tells the page that it is to be drawn anew: not too often, and not while somebody is in the middle of something.

const GAP = 250; // milliseconds from one time to the next
const AT_ONCE = 20; // and for the first: what comes together is told together

export class Refresher {
  constructor(showPaused) {
    this.showPaused = showPaused;
    this.waiting = new Map();
    this.toldAt = 0;
    new MutationObserver(() => this.resumed()).observe(document.body, { attributeFilter: ["data-live-paused"] });
  }

  get isPaused() {
    return "livePaused" in document.body.dataset;
  }

  // Of several changes the last is told, since whoever hears of it reads all that is new.
  note(name, detail) {
    this.waiting.set(name, detail);
    if (this.isPaused) this.showPaused(true);
    else this.timer ??= setTimeout(() => this.tell(), Math.max(AT_ONCE, this.toldAt + GAP - Date.now()));
  }

  tell() {
    this.timer = undefined;
    if (this.isPaused) return this.showPaused(this.waiting.size > 0);
    for (const [name, detail] of this.waiting) document.body.dispatchEvent(new CustomEvent(name, { detail }));
    this.waiting.clear();
    this.toldAt = Date.now();
  }

  resumed() {
    this.showPaused(this.isPaused);
    if (!this.isPaused && this.waiting.size) this.tell();
  }
}
