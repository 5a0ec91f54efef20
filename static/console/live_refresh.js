// Tells the page that it is to be drawn anew: not too often, and not while somebody is in the middle of something.

import { isHeld } from "./hold.js";

const GAP = 250; // milliseconds from one time to the next
const AT_ONCE = 20; // and for the first: what comes together is told together
const BY_ITSELF = /venom:|every /; // in hx-trigger: a region that asks without its reader

export class Refresher {
  constructor(showPaused) {
    this.showPaused = showPaused;
    this.waiting = new Map();
    this.toldAt = 0;
    new MutationObserver(() => this.resumed()).observe(document.body, { attributeFilter: ["data-live-paused"] });
    for (const name of ["htmx:beforeRequest", "htmx:beforeSwap"]) {
      document.addEventListener(name, (event) => this.keepBack(event), true);
    }
  }

  // Of several changes the last is told, since whoever hears of it reads all that is new.
  note(name, detail) {
    this.waiting.set(name, detail);
    if (isHeld()) this.showPaused(true);
    else this.timer ??= setTimeout(() => this.tell(), Math.max(AT_ONCE, this.toldAt + GAP - Date.now()));
  }

  tell() {
    this.timer = undefined;
    if (isHeld()) return this.showPaused(this.waiting.size > 0);
    for (const [name, detail] of this.waiting) document.body.dispatchEvent(new CustomEvent(name, { detail }));
    this.waiting.clear();
    this.toldAt = Date.now();
  }

  resumed() {
    this.showPaused(isHeld());
    if (!isHeld() && this.waiting.size) this.tell();
  }

  // Some regions ask by the clock, and what was asked for a moment ago is still on its way.
  keepBack(event) {
    if (!isHeld() || !BY_ITSELF.test(event.detail.requestConfig.elt.getAttribute("hx-trigger"))) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    this.note("venom:changed", { reset: true });
  }
}
